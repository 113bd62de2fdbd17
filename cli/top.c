/* SPDX-License-Identifier: MIT */
/* All nodes of a cluster at a glance, again and again. */
#define _DEFAULT_SOURCE /* SIGWINCH */
#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/sentences.h"
#include "cli/standing.h"

enum { ANSWER_MS = 800, ROWS_DEFAULT = 24, COLUMNS_DEFAULT = 80, NAME_WIDTH = 12 };

/* What was counted the last time, to tell how fast it goes. */
struct pace {
    uint64_t time_ms, stages, messages;
};

struct top {
    struct standing nodes[STANDINGS_MAX];
    struct pace pace[STANDINGS_MAX];
    size_t n;
    /* the screen that is being drawn: what does not fit is left out */
    FILE *out;
    bool live, colour;
    int rows, columns, used;
};

/* ---- drawing ---- */

static const char *tone_code(enum tone tone)
{
    static const char *const codes[] = {[TONE_PLAIN] = "",
                                        [TONE_GOOD] = "\033[32m",
                                        [TONE_WARNING] = "\033[33m",
                                        [TONE_ALARM] = "\033[1;31m"};
    return codes[tone];
}

/* Cuts text at a character's beginning so that it takes at most this many columns. */
static void cut(char *text, int columns)
{
    size_t n = strlen(text);
    while (n > 0 && text_columns(text) > (size_t)columns) {
        do
            n--;
        while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80);
        text[n] = '\0';
    }
}

static void draw(struct top *t, struct line *l, enum tone tone)
{
    const bool coloured = t->colour && tone != TONE_PLAIN;
    line_clean(l);
    if (t->live && t->used + 1 >= t->rows)
        return;
    if (t->live)
        cut(l->text, t->columns);
    t->used++;
    (void)fprintf(t->out, "%s%s%s%s\n", coloured ? tone_code(tone) : "", l->text,
                  coloured ? "\033[0m" : "", t->live ? "\033[K" : "");
    *l = (struct line){0};
}

/* A column of a table: text, then blanks up to its width and one more. */
static void cell(struct line *l, const char *text, int width, bool right)
{
    char cut_text[128];
    (void)snprintf(cut_text, sizeof cut_text, "%s", text);
    cut(cut_text, width);
    const int blanks = width - (int)text_columns(cut_text);
    line_add(l, "%*s%s%*s", right ? blanks : 0, "", cut_text, right ? 1 : blanks + 1,
             "");
}

static void cell_number(struct line *l, double v, int width)
{
    char text[32] = "-";
    if (isfinite(v))
        (void)snprintf(text, sizeof text, "%.4g", v);
    cell(l, text, width, true);
}

static enum tone tone_of(const struct standing *s)
{
    const char *state = told_text(s, "state", NULL);
    if (s->told == NULL || strcmp(told_text(s, "health", NULL), "degraded") == 0)
        return TONE_ALARM;
    if (strcmp(state, "punishing") == 0 || !s->live)
        return TONE_WARNING;
    return json_is_true(told(s, "ready", NULL)) ? TONE_GOOD : TONE_PLAIN;
}

/* How much a second since the last look; NAN at the first. */
static double rate(uint64_t now, uint64_t before, uint64_t ms)
{
    return ms > 0 && now >= before ? (double)(now - before) * 1000 / (double)ms : NAN;
}

static void draw_node(struct top *t, size_t i)
{
    const struct standing *s = &t->nodes[i];
    const struct pace now = {told_whole(s, "time_ms", NULL),
                             told_whole(s, "stages_played", NULL),
                             told_whole(s, "network", "messages_sent")};
    const struct pace *before = &t->pace[i];
    const uint64_t ms = before->time_ms > 0 && now.time_ms > before->time_ms
                            ? now.time_ms - before->time_ms
                            : 0;
    struct line l = {0};
    char text[64];
    (void)snprintf(text, sizeof text, "%llu",
                   (unsigned long long)told_whole(s, "node", NULL));
    cell(&l, s->told == NULL ? "?" : text, 4, true);
    cell(&l, s->name[0] != '\0' ? s->name : s->address, NAME_WIDTH, false);
    cell(&l, s->told == NULL ? "silent" : told_text(s, "state", NULL), 11, false);
    cell(&l,
         s->told == NULL ? "-"
         : s->live       ? told_text(s, "health", NULL)
                         : "(log)",
         8, false);
    (void)snprintf(text, sizeof text, "%llu/%llu", (unsigned long long)now.stages,
                   (unsigned long long)told_whole(s, "game", "stages"));
    cell(&l, text, 11, true);
    cell_number(&l, rate(now.stages, before->stages, ms), 6);
    cell_number(&l, told_number(s, "play", "average_payoff"), 7);
    cell_number(&l, told_number(s, "agreement", "payoff"), 7);
    cell_number(&l, (double)told_whole(s, "play", "deviations_total"), 3);
    cell_number(&l, rate(now.messages, before->messages, ms), 7);
    cell_number(&l, told_number(s, "process", "memory_bytes") / (1 << 20), 6);
    cell_number(&l, told_number(s, "process", "loop_lag_max_s") * 1000, 6);
    draw(t, &l, tone_of(s));
    t->pace[i] = now;
}

/* A sentence of a node, broken at blanks. */
static void draw_sentence(struct top *t, const char *name, const char *text,
                          enum tone tone)
{
    struct line l = {0};
    const size_t most = t->live && t->columns > 40 ? (size_t)t->columns - 1 : 79;
    line_add(&l, "%s: ", name);
    while (*text != '\0') {
        const size_t word = strcspn(text, " "), blank = text[word] == ' ';
        if (l.size > 4 && text_columns(l.text) + word > most) {
            draw(t, &l, tone);
            line_add(&l, "    ");
        }
        line_add(&l, "%.*s%s", (int)word, text, blank ? " " : "");
        text += word + blank;
    }
    draw(t, &l, tone);
}

static void draw_reasons(struct top *t, const struct standing *s)
{
    const json_t *why = told(s, "why", NULL);
    const char *name = s->name[0] != '\0' ? s->name : s->address;
    if (s->why[0] != '\0' && !s->live)
        draw_sentence(t, name, s->why, TONE_WARNING);
    for (size_t i = 0; i < json_array_size(why); i++) {
        const char *sentence = json_string_value(json_array_get(why, i));
        if (sentence != NULL)
            draw_sentence(t, name, sentence, TONE_ALARM);
    }
}

/* ---- promised and observed ---- */

static void draw_action(struct top *t, const char *player, const char *action,
                        double promised, double observed)
{
    enum { BAR = 20 };
    struct line l = {0};
    char text[32];
    cell(&l, player, NAME_WIDTH, false);
    cell(&l, action, NAME_WIDTH, false);
    (void)snprintf(text, sizeof text, "%.3f", promised);
    cell(&l, text, 8, true);
    (void)snprintf(text, sizeof text, isfinite(observed) ? "%.3f" : "-", observed);
    cell(&l, text, 8, true);
    line_add(&l, " ");
    for (int k = 0; k < BAR; k++)
        line_add(&l, "%s",
                 (k + 0.5) / BAR <= (isfinite(observed) ? observed : 0) ? "█"
                 : (k + 0.5) / BAR <= promised                          ? "░"
                                                                        : " ");
    draw(t, &l, TONE_PLAIN);
}

/* As one of them tells it: they have all seen the same. */
static void draw_shares(struct top *t, const struct standing *s)
{
    const json_t *players = told(s, "game", "players");
    const json_t *actions = told(s, "play", "actions");
    struct line l = {0};
    draw(t, &l, TONE_PLAIN);
    cell(&l, "as agreed", NAME_WIDTH, false);
    cell(&l, "", NAME_WIDTH, false);
    cell(&l, "promised", 8, true);
    cell(&l, "observed", 8, true);
    draw(t, &l, TONE_PLAIN);
    for (size_t i = 0; i < json_array_size(actions); i++) {
        const json_t *row = json_array_get(actions, i);
        const json_t *promised = json_object_get(row, "promised");
        const json_t *observed = json_object_get(row, "observed");
        const json_t *player = json_array_get(players, i);
        double sum = 0;
        for (size_t k = 0; k < json_array_size(observed); k++)
            sum += json_number_value(json_array_get(observed, k));
        for (size_t k = 0; k < json_array_size(promised); k++) {
            const double share = json_number_value(json_array_get(promised, k));
            const double n = json_number_value(json_array_get(observed, k));
            const char *action = json_string_value(
                json_array_get(json_object_get(player, "actions"), k));
            const char *name = json_string_value(json_object_get(player, "name"));
            if (share > 0 || n > 0)
                draw_action(t, name != NULL ? name : "", action != NULL ? action : "",
                            share, sum > 0 ? n / sum : NAN);
        }
    }
}

/* ---- the whole ---- */

static void draw_head(struct top *t, const struct standing *first)
{
    struct line l = {0};
    size_t live = 0, ready = 0;
    char clock[16];
    struct tm parts;
    const time_t now = time(NULL);
    for (size_t i = 0; i < t->n; i++) {
        live += t->nodes[i].live;
        ready += json_is_true(told(&t->nodes[i], "ready", NULL));
    }
    (void)localtime_r(&now, &parts);
    (void)strftime(clock, sizeof clock, "%H:%M:%S", &parts);
    line_add(&l, "treaty top %s  ", clock);
    if (first != NULL) {
        line_add(&l, "%s", told_text(first, "game", "title"));
        line_add(&l, ", session %.8s",
                 told_text(first, "session", NULL)[0] != '\0'
                     ? told_text(first, "session", NULL)
                     : "to come");
        line_add(&l, ", ");
    }
    line_add(&l, "%zu of %zu answer, %zu ready", live, t->n, ready);
    draw(t, &l, TONE_PLAIN);
    draw(t, &l, TONE_PLAIN);
    cell(&l, "NODE", 4, true);
    cell(&l, "NAME", NAME_WIDTH, false);
    cell(&l, "STATE", 11, false);
    cell(&l, "HEALTH", 8, false);
    cell(&l, "STAGE", 11, true);
    cell(&l, "ST/s", 6, true);
    cell(&l, "PAYOFF", 7, true);
    cell(&l, "AGREED", 7, true);
    cell(&l, "DEV", 3, true);
    cell(&l, "MSG/s", 7, true);
    cell(&l, "MiB", 6, true);
    cell(&l, "LAGms", 6, true);
    draw(t, &l, TONE_PLAIN);
}

static void draw_all(struct top *t)
{
    const struct standing *first = NULL;
    struct line l = {0};
    t->used = 0;
    t->rows -= 2; /* for the last line and the one above it */
    for (size_t i = 0; i < t->n && first == NULL; i++)
        if (t->nodes[i].live)
            first = &t->nodes[i];
    draw_head(t, first);
    for (size_t i = 0; i < t->n; i++)
        draw_node(t, i);
    for (size_t i = 0; i < t->n; i++)
        draw_reasons(t, &t->nodes[i]);
    if (first != NULL && told(first, "agreement", "digest") != NULL)
        draw_shares(t, first);
    t->rows += 2;
    if (t->live) {
        draw(t, &l, TONE_PLAIN);
        line_add(&l, "payoffs are each node's own; q quits");
        draw(t, &l, TONE_PLAIN);
    }
}

/* ---- the terminal ---- */

static volatile sig_atomic_t told_to_stop;
static struct termios before; /* as the terminal was */

static void on_signal(int number)
{
    if (number != SIGWINCH) /* which only ends the waiting */
        told_to_stop = 1;
}

static bool terminal_take(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGWINCH};
    const struct sigaction action = {.sa_handler = on_signal};
    struct termios raw;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        (void)sigaction(numbers[i], &action, NULL);
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &raw);
    (void)fputs("\033[?1049h\033[?25l", stdout);
    return true;
}

static void terminal_give_back(void)
{
    (void)fputs("\033[?25h\033[?1049l", stdout);
    (void)fflush(stdout);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static void measure(struct top *t)
{
    struct winsize size;
    t->rows = ROWS_DEFAULT;
    t->columns = COLUMNS_DEFAULT;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 1) {
        t->rows = size.ws_row;
        t->columns = size.ws_col;
    }
}

/* One picture, whole: nothing flickers. */
static void show(struct top *t)
{
    char *text = NULL;
    size_t size;
    t->out = open_memstream(&text, &size);
    if (t->out == NULL)
        return;
    draw_all(t);
    if (fclose(t->out) == 0)
        (void)printf("%s%s%s", t->live ? "\033[H" : "", text, t->live ? "\033[J" : "");
    (void)fflush(stdout);
    free(text);
}

/* True if somebody has had enough. */
static bool pause_for(long ms)
{
    struct pollfd keys = {.fd = STDIN_FILENO, .events = POLLIN};
    char key = 0;
    const int n = poll(&keys, 1, (int)ms);
    if (n > 0 && read(STDIN_FILENO, &key, 1) <= 0)
        return true;
    return told_to_stop != 0 || key == 'q' || key == 'Q' || key == 3;
}

static enum status run_top(const struct command *c, const struct given *g)
{
    static struct top top;
    char reason[REASON_SIZE];
    const char *text = NULL;
    double interval_s = 1;
    enum status status = STATUS_OK;
    if (given_last(g, "interval", &text) &&
        !read_decimal(&interval_s, "interval", text, 0.1, 3600, false, reason))
        return complain(c, STATUS_USAGE, reason);
    for (; top.n < g->n_operands && access(g->operand[top.n], F_OK) != 0; top.n++)
        if (!fetch_address(top.nodes[top.n].address, g->operand[top.n]))
            break;
    if (g->n_operands > 1 && top.n < g->n_operands)
        return complain(c, STATUS_USAGE,
                        "expected one directory, or one or more addresses HOST:PORT");
    if (top.n < g->n_operands || g->n_operands == 0)
        status = standings_find(top.nodes, &top.n,
                                g->n_operands > 0 ? g->operand[0] : ".", reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    top.colour = wants_colour(stdout);
    top.live = is_terminal(stdout) && is_terminal(stdin) &&
               !given_last(g, "once", NULL) && terminal_take();
    do {
        standings_look(top.nodes, top.n, ANSWER_MS);
        measure(&top);
        show(&top);
    } while (top.live && !pause_for((long)(interval_s * 1000)));
    if (top.live)
        terminal_give_back();
    standings_free(top.nodes, top.n);
    return STATUS_OK;
}

static const struct flag flags_top[] = {
    {"interval", "SECONDS", "between two looks (default 1)"},
    {"once", NULL, "print once\nAs it does where the output is no terminal."},
    {NULL, NULL, NULL},
};

const struct command command_top = {
    .name = "top",
    .usage = "[DIR | ADDRESS...]",
    .summary = "watch all nodes of a cluster in a terminal",
    .help =
        "  treaty top runs/20260102-030405\n"
        "  treaty top localhost:9101 localhost:9102\n"
        "\n"
        "Each node is asked over HTTP (treaty cluster --http-base-port, treaty node\n"
        "--http); of a DIR the logs are read where nobody answers. A line for each\n"
        "node, who is missing and what to do, and what was promised against what was\n"
        "played. q quits.\n",
    .flags = {flags_top},
    .operand = {"DIR"},
    .operands_max = OPERANDS_MAX,
    .run = run_top,
};
