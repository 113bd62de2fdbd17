/* SPDX-License-Identifier: MIT */
/* Hides how a player is carried: the order of logging, sending and handing back. */
#include "node/node.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/bytes.h"
#include "base/check.h"
#include "node/inside.h"

enum {
    LOOK_MS = 500,         /* the player hears of the time at least so often */
    HELD_MS = 10,          /* the log has what was heard so long ago */
    CLOSE_MS = 2000,       /* for a name server that is being asked while we leave */
    HEAR_FIRST_TURNS = 64, /* of the loop, in which what has come is heard first */
};

/* --- time ------------------------------------------------------------------------ */

static uint64_t wall_clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static void clock_start(struct node *n)
{
    uint64_t wall = wall_clock_ms();
    n->base_ms = wall > n->now_ms ? wall : n->now_ms;
    if (n->base_ms < n->replay.last_ms)
        n->base_ms = n->replay.last_ms;
    n->base_ns = uv_hrtime();
    n->now_ms = n->base_ms;
}

static void clock_look(struct node *n)
{
    n->now_ms = n->base_ms + (uv_hrtime() - n->base_ns) / 1000000;
}

/* For durations, which are shorter than a millisecond in small games. */
static double now_s(const struct node *n)
{
    if (n->replay.running)
        return (double)n->now_ms / 1000;
    return (double)n->base_ms / 1000 + (double)(uv_hrtime() - n->base_ns) / 1e9;
}

/* --- what the player wants done --------------------------------------------------- */

static void stop(struct node *n, enum status status)
{
    if (!n->stopping)
        n->status = status;
    n->stopping = true;
    uv_stop(&n->loop);
}

static bool refused(struct node *n)
{
    message_set(
        n->message, STATUS_FAILED,
        "%s: cannot be written: %s. What is not in the log must not be said: make room "
        "or mend the disk, and start the node again: it goes on from its log",
        path_short(n->home.log_path), strerror(errno));
    stop(n, STATUS_FAILED);
    return false;
}

bool node_keep(struct node *n, enum record_kind kind, const uint8_t *payload,
               size_t size)
{
    if (n->stopping && n->status != STATUS_OK)
        return false;
    return log_append(n->log, kind, n->now_ms, payload, size) || refused(n);
}

bool node_write(struct node *n, bool sync)
{
    const bool more = log_holds(n->log);
    if (n->stopping && n->status != STATUS_OK)
        return false;
    if (!log_flush(n->log, sync))
        return refused(n);
    if (more)
        http_wake(n->http);
    return true;
}

/* What must not be contradicted even after a power cut. */
static bool binding(const struct node *n, const uint8_t *bytes, size_t size)
{
    struct message m;
    if (n->home.config.sync == SYNC_WORDS)
        return true;
    return envelope_peek(&m, bytes, size, &n->home.roster,
                         terms_body_max(&n->home.terms)) &&
           (m.kind == MESSAGE_HELLO || m.kind == MESSAGE_SIGN ||
            m.kind == MESSAGE_START || m.kind == MESSAGE_FAIL);
}

void node_send_to_others(struct node *n, uint64_t mask, const uint8_t *bytes,
                         size_t size)
{
    for (uint8_t i = 0; i < n->home.roster.n_players; i++)
        if (i != n->home.config.self && (mask >> i & 1) != 0)
            links_send(n->links, i, bytes, size);
}

/* One's own message: first into the log, behind what it follows from, then to the
 * others, then back to the player, for whom it has only then been said. */
static void say(struct node *n, const uint8_t *bytes, size_t size)
{
    if (!node_keep(n, RECORD_OUT, bytes, size) ||
        !node_write(n, binding(n, bytes, size)))
        return;
    node_send_to_others(n, UINT64_MAX, bytes, size);
    shelf_put(&n->shelf, bytes, size);
}

/* The same for what an adversary says instead: its own copy first, if it has one. */
static void deliver(struct node *n, const struct deliveries *d)
{
    const uint64_t self = player_bit(n->home.config.self);
    bool own = false;
    for (size_t i = 0; i < d->n; i++)
        if ((d->item[i].to & self) != 0) {
            own = true;
            if (!n->replay.running &&
                !node_keep(n, RECORD_OUT, d->item[i].bytes, d->item[i].size))
                return;
            if (n->replay.running && n->shelf.n == SHELF_MAX)
                shelf_drop(&n->shelf);
            shelf_put(&n->shelf, d->item[i].bytes, d->item[i].size);
        }
    if (n->replay.running || d->n == 0 || !node_write(n, own))
        return;
    for (size_t i = 0; i < d->n; i++)
        node_send_to_others(n, d->item[i].to, d->item[i].bytes, d->item[i].size);
}

void node_say_otherwise(struct node *n, const struct action *a)
{
    struct report report;
    struct deliveries d;
    player_report(n->player, &report);
    adversary_rewrite(n->adversary, &report, a->bytes, a->size, &d);
    deliver(n, &d);
}

static void send_one(struct node *n, const struct action *a)
{
    struct delivery d = {.to = player_bit(a->to), .bytes = a->bytes, .size = a->size};
    if (n->adversary != NULL && !adversary_sends(n->adversary, a->to, &d))
        return;
    if (a->to != n->home.config.self && d.size <= n->message_max &&
        node_write(n, false))
        links_send(n->links, a->to, d.bytes, d.size);
}

/* Two with one key end every session of theirs, so the one that learns of it before a
 * session has begun does not begin one. */
static void meet_double(struct node *n)
{
    struct report report;
    player_report(n->player, &report);
    if (report.round > 1)
        return;
    message_set(n->message, STATUS_FAILED,
                "somebody else speaks with this node's key, %s: stop the other process "
                "and start this one again; if there is none, the key was stolen, or "
                "%s was lost: make a new key or a new data directory",
                path_short(n->home.config.key_path), path_short(n->home.log_path));
    stop(n, STATUS_FAILED);
}

/* Writes down what is proven, for those who were not there: it is read from the log.
 * Play goes on without it. */
static void prove(struct node *n, const struct note *due)
{
    char message[MESSAGE_SIZE];
    if (n->adversary == NULL && node_write(n, false) &&
        proofs_write(&n->proofs, &n->home, due, message) != STATUS_OK)
        progress_say(&n->progress, n->now_ms, "%s", message);
}

/* Since when nothing was heard of a player's process; UINT64_MAX: it never was. Whoever
 * falls silent before its first heartbeat may have said something before that. */
static uint64_t silent_ms_of(const struct node *n, const struct report *r, uint8_t i)
{
    const uint64_t silent_ms = links_silent_ms(n->links, i);
    return silent_ms == UINT64_MAX && r->heard_round[i] > 0 &&
                   n->now_ms >= r->waiting_since_ms
               ? n->now_ms - r->waiting_since_ms
               : silent_ms;
}

static void note(struct node *n, const struct note *note)
{
    uint8_t payload[NOTE_SIZE_MAX];
    uint64_t silent_ms[PLAYERS_MAX] = {0};
    struct report report;
    size_t size = note_write(payload, note, &n->home.terms);
    node_keep(n, RECORD_NOTE, payload, size);
    tally_note(&n->tally, note, n->home.payoffs, now_s(n));
    watch_note(&n->watch, note);
    if (note->kind == NOTE_DOUBLE && n->adversary == NULL)
        meet_double(n);
    if (proofs_due(&n->proofs, note, n->home.config.self))
        prove(n, note);
    if (n->progress.quiet)
        return;
    if (note->kind == NOTE_WAITING) {
        player_report(n->player, &report);
        for (uint8_t i = 0; i < n->home.roster.n_players; i++)
            silent_ms[i] = silent_ms_of(n, &report, i);
    }
    progress_note(&n->progress, note, &report, silent_ms, n->now_ms);
}

void node_play(struct node *n, const struct action *a)
{
    uint8_t payload[5], action = a->play;
    struct writer w = {payload, sizeof payload, 0, false};
    if (n->adversary != NULL) {
        struct report report;
        player_report(n->player, &report);
        action = adversary_plays(n->adversary, &report, a->stage, a->play);
    }
    write_u32(&w, a->stage);
    write_u8(&w, action);
    node_keep(n, RECORD_PLAY, payload, w.size);
}

static void act(struct node *n, const struct action *a)
{
    switch (a->kind) {
    case ACTION_SAY:
        if (n->adversary != NULL)
            node_say_otherwise(n, a);
        else
            say(n, a->bytes, a->size);
        return;
    case ACTION_SEND:
        send_one(n, a);
        return;
    case ACTION_KEEP:
        if (!n->handing_back)
            node_keep(n, RECORD_IN, a->bytes, a->size);
        return;
    case ACTION_PLAY:
        node_play(n, a);
        return;
    case ACTION_NOTE:
        note(n, &a->note);
        return;
    case ACTION_WORK:
        works_begin(n->works, a->work);
        return;
    }
}

static void give_event(struct node *n, const struct event *e)
{
    player_step(n->player, e, &n->actions);
    for (size_t i = 0; i < n->actions.n && !n->stopping; i++)
        if (n->replay.running)
            recall_action(n, &n->actions.item[i]);
        else
            act(n, &n->actions.item[i]);
}

void node_give(struct node *n, enum event_kind kind, const uint8_t *bytes, size_t size)
{
    const struct event e = {
        .kind = kind, .now_ms = n->now_ms, .bytes = bytes, .size = size};
    give_event(n, &e);
}

void node_give_work(struct node *n, struct work *work)
{
    give_event(n, &(struct event){EVENT_WORK, n->now_ms, NULL, 0, work});
}

/* --- the loop ----------------------------------------------------------------------
 */

static void on_time(uv_timer_t *t);

/* A timer that is due stays so: while messages come, it would be put off for ever. */
static void arm(struct node *n)
{
    const uint64_t deadline = player_deadline_ms(n->player);
    uint64_t delay = LOOK_MS;
    if (deadline < n->now_ms + LOOK_MS)
        delay = deadline > n->now_ms ? deadline - n->now_ms : 1;
    if (deadline > n->now_ms || !uv_is_active((uv_handle_t *)&n->timer))
        uv_timer_start(&n->timer, on_time, delay, 0);
}

static void after_step(struct node *n)
{
    /* Not by the timer alone: while messages come, it is put off again and again. */
    service_alive(&n->service, n->now_ms);
    while (n->shelf.n > 0 && !n->stopping) {
        size_t size;
        const uint8_t *bytes = shelf_get(&n->shelf, 0, &size);
        n->handing_back = true;
        node_give(n, EVENT_MESSAGE, bytes, size);
        n->handing_back = false;
        shelf_drop(&n->shelf);
    }
    if (player_done(n->player))
        stop(n, STATUS_OK);
    if (n->stopping)
        return;
    arm(n);
}

/* Whoever was kept from reading (its machine had other work) finds its timer due and
 * much to read, and must not take for silence what lies before its door. So after the
 * timer the loop turns at least once, and goes on while there is more to read: but not
 * for ever, since a flood never ends. */
static bool hear_first(struct node *n)
{
    const bool waits = n->turns_due == 0 || links_waiting(n->links);
    if (!waits || n->turns_due == HEAR_FIRST_TURNS ||
        player_deadline_ms(n->player) > n->now_ms)
        return false;
    n->turns_due++;
    uv_timer_start(&n->timer, on_time, 1, 0);
    return true;
}

static void on_time(uv_timer_t *t)
{
    struct node *n = t->data;
    clock_look(n);
    if (!n->stopping && hear_first(n))
        return;
    n->turns_due = 0;
    if (!n->stopping) {
        node_give(n, EVENT_TIME, NULL, 0);
        after_step(n);
    } else { /* it stays to be looked at */
        service_alive(&n->service, n->now_ms);
        uv_timer_start(&n->timer, on_time, LOOK_MS, 0);
    }
}

static enum welcome welcome_of(enum worth worth)
{
    switch (worth) {
    case WORTH_LITTLE:
        return WELCOME_ANY;
    case WORTH_NEW:
        return WELCOME_NEW;
    case WORTH_VAIN:
        return WELCOME_VAIN;
    case WORTH_FALSE:
        return WELCOME_FALSE;
    }
    return WELCOME_ANY;
}

static void on_message(struct node *n, const struct bytes *message,
                       enum welcome *welcome)
{
    if (n->stopping)
        return;
    clock_look(n);
    node_give(n, EVENT_MESSAGE, message->at, message->size);
    *welcome = welcome_of(n->actions.worth);
    if (n->adversary != NULL && !n->stopping) {
        struct deliveries d;
        adversary_hear(n->adversary, message->at, message->size, &d);
        deliver(n, &d);
    }
    after_step(n);
}

static void on_messages(void *context, const struct bytes *messages,
                        enum welcome *welcome, size_t n_messages)
{
    struct node *n = context;
    if (!n->stopping)
        player_look_ahead(n->player, messages, n_messages);
    for (size_t i = 0; i < n_messages; i++)
        on_message(n, &messages[i], &welcome[i]);
}

static void on_work(void *context, struct work *work)
{
    struct node *n = context;
    const uint8_t number = work_number(work);
    if (n->stopping)
        return;
    clock_look(n);
    if (!node_keep(n, RECORD_WORK, &number, sizeof number))
        return;
    node_give_work(n, work);
    after_step(n);
}

static void on_held(uv_timer_t *t)
{
    node_write(t->data, false);
}

/* What nothing was sent about is written with what comes next: nobody can have seen it,
 * and soon somebody may want to. */
static void before_waiting(uv_prepare_t *p)
{
    struct node *n = p->data;
    if (log_holds(n->log) && !uv_is_active((uv_handle_t *)&n->held))
        uv_timer_start(&n->held, on_held, HELD_MS, 0);
}

static void on_signal(uv_signal_t *s, int number)
{
    struct node *n = s->data;
    n->signalled = true;
    progress_say(&n->progress, n->now_ms,
                 "stopped by signal %d; started again, it goes on from its log",
                 number);
    stop(n, STATUS_OK);
}

static void begin(struct node *n)
{
    const bool resumed = n->replay.started;
    struct report report;
    player_report(n->player, &report);
    n->replay.running = false;
    clock_start(n);
    n->progress.begun_ms = n->now_ms;
    if (!resumed)
        n->progress.start_ms = n->now_ms;
    uv_timer_init(&n->loop, &n->timer);
    n->timer.data = n;
    uv_timer_init(&n->loop, &n->held);
    n->held.data = n;
    uv_prepare_init(&n->loop, &n->before_waiting);
    n->before_waiting.data = n;
    uv_prepare_start(&n->before_waiting, before_waiting);
    static const int numbers[] = {SIGTERM, SIGINT};
    for (int i = 0; i < 2; i++) {
        uv_signal_init(&n->loop, &n->signals[i]);
        n->signals[i].data = n;
        uv_signal_start(&n->signals[i], on_signal, numbers[i]);
    }
    progress_say(&n->progress, n->now_ms, "player %u (%s) listens on %s%s",
                 n->home.config.self + 1u, n->home.roster.name[n->home.config.self],
                 n->home.config.listen, resumed ? " and goes on from its log" : "");
    if (n->http != NULL)
        progress_say(
            &n->progress, n->now_ms, "watch it at %s/status (%s)", http_place(n->http),
            n->home.config.http.own ? "with its own payoffs" : "without its payoffs");
    service_ready(&n->service);
    if (resumed && report.phase == PHASE_OVER)
        progress_say(&n->progress, n->now_ms,
                     "this session is over (%s, %u stages played): treaty node --again "
                     "begins another",
                     outcome_name(report.outcome), report.stages_played);
    if (resumed) {
        recall_finish(n);
        prove(n, NULL);
    } else
        node_give(n, EVENT_START, NULL, 0);
    after_step(n);
    if (!n->stopping)
        uv_run(&n->loop, UV_RUN_DEFAULT);
    uv_prepare_stop(&n->before_waiting);
    uv_timer_stop(&n->held);
}

static void end(struct node *n)
{
    service_stopping(&n->service);
    uv_close((uv_handle_t *)&n->timer, NULL);
    uv_close((uv_handle_t *)&n->held, NULL);
    uv_close((uv_handle_t *)&n->before_waiting, NULL);
    for (int i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&n->signals[i], NULL);
}

/* --- birth and death ---------------------------------------------------------------
 */

static bool born(void *context)
{
    struct node *n = context;
    const struct home *h = &n->home;
    const struct misdeeds *m = &h->config.misdeeds;
    n->player = player_new(&h->terms, &h->roster, h->config.self, &h->key, h->payoffs,
                           &h->config.options, &h->birth.seed);
    if (m->n_defections + m->n_misbehaviours == 0)
        return n->player != NULL;
    n->adversary = adversary_new(m, &h->terms, &h->roster, h->config.self, &h->key,
                                 h->payoffs, &h->birth.seed);
    return n->player != NULL && n->adversary != NULL;
}

static enum status open_links(struct node *n)
{
    const struct home *h = &n->home;
    const struct links_options o = {.loop = &n->loop,
                                    .self = h->config.self,
                                    .n_players = h->roster.n_players,
                                    .listen = h->config.listen,
                                    .addresses = &h->addresses,
                                    .message_min = ENVELOPE_OVERHEAD,
                                    .message_max = n->message_max,
                                    .receive = on_messages,
                                    .context = n};
    return links_open(&n->links, &o, n->message);
}

/* --- who watches -------------------------------------------------------------------
 */

static void look(void *context, struct sight *out)
{
    struct node *n = context;
    clock_look(n);
    out->home = &n->home;
    out->watch = &n->watch;
    out->now_ms = n->now_ms;
    out->started_ms = n->progress.begun_ms;
    out->tally = n->tally;
    out->tally.seconds[n->tally.span] += now_s(n) - n->tally.since_s;
    player_report(n->player, &out->report);
    links_count(n->links, &out->links);
    for (uint8_t i = 0; i < n->home.roster.n_players; i++)
        out->silent_ms[i] = silent_ms_of(n, &out->report, i);
}

static enum status open_http(struct node *n)
{
    const struct home *h = &n->home;
    const struct http_options o = {.loop = &n->loop,
                                   .listen = h->config.http.listen,
                                   .feed = {.log_path = h->log_path,
                                            .terms = &h->terms,
                                            .roster = &h->roster,
                                            .words = n->words,
                                            .own = h->config.http.own},
                                   .look = look,
                                   .context = n};
    return o.listen[0] == '\0' ? STATUS_OK : http_open(&n->http, &o, n->message);
}

/* Who watches sees the end. With stay, the node is there to be looked at until somebody
 * stops it. */
static void show_end(struct node *n)
{
    struct report report;
    player_report(n->player, &report);
    const bool over = report.phase == PHASE_OVER;
    if (n->http == NULL)
        return;
    if (over)
        http_seal(n->http);
    if (over && n->home.config.http.stay && !n->signalled) {
        progress_say(&n->progress, n->now_ms,
                     "stays at %s until it is stopped (SIGTERM)", http_place(n->http));
        uv_timer_start(&n->timer, on_time, LOOK_MS, 0);
        uv_run(&n->loop, UV_RUN_DEFAULT);
    }
    http_finish(n->http);
    if (!http_finished(n->http))
        uv_run(&n->loop, UV_RUN_DEFAULT);
}

static enum status remember(struct node *n)
{
    const struct memory m = {born, recall_record, n};
    n->replay.running = true;
    enum status status = home_remember(&n->home, &n->log, &m, n->message);
    if (status != STATUS_OK)
        return status;
    if (n->replay.wrong[0] != '\0')
        return message_set(n->message, STATUS_FAILED, "%s", n->replay.wrong);
    if (n->message[0] != '\0')
        progress_say(&n->progress, n->now_ms, "%s", n->message);
    return STATUS_OK;
}

/* False if something is still under way that cannot be waited for. */
static bool loop_close(struct node *n)
{
    const uint64_t until_ns = uv_hrtime() + (uint64_t)CLOSE_MS * 1000000;
    const struct timespec pause = {0, 1000000};
    links_close(n->links);
    http_close(n->http);
    while (uv_run(&n->loop, UV_RUN_NOWAIT) != 0 && uv_hrtime() < until_ns)
        nanosleep(&pause, NULL);
    return uv_loop_close(&n->loop) == 0;
}

static enum status look_back(struct node *n)
{
    const struct memory m = {born, recall_compare, n};
    n->replay.running = true;
    enum status status = home_recall(&n->home, &m, n->message);
    n->replay.compared->cheat = n->adversary != NULL;
    if (status == STATUS_OK && n->replay.wrong[0] != '\0')
        return message_set(n->message, STATUS_FALSE, "%s", n->replay.wrong);
    return status;
}

/* What is left when the loop has ended. */
static enum status conclude(struct node *n)
{
    struct report report;
    struct links_counts counts;
    const bool closed =
        log_close(n->log, n->status == STATUS_OK ? &n->home.key : NULL, n->now_ms);
    n->log = NULL;
    if (n->status != STATUS_OK)
        return n->status;
    if (!closed)
        return message_set(n->message, STATUS_FAILED,
                           "%s: its end cannot be written: %s. Make room or mend the "
                           "disk, and start the node again: it goes on from its log",
                           path_short(n->home.log_path), strerror(errno));
    player_report(n->player, &report);
    links_count(n->links, &counts);
    if (n->adversary != NULL)
        n->tally.deeds = adversary_deeds(n->adversary);
    return result_write(&n->home, &report, &n->tally, &counts, n->message);
}

static enum status live(struct node *n)
{
    enum status status = remember(n);
    if (status == STATUS_OK)
        status = works_open(&n->works, &n->loop, on_work, n, n->message);
    if (status == STATUS_OK)
        status = open_links(n);
    if (status == STATUS_OK)
        status = open_http(n);
    if (status != STATUS_OK)
        return status;
    begin(n);
    works_end(n->works);
    status = conclude(n);
    show_end(n);
    end(n);
    return status;
}

static enum status run(struct node *n, const char *config_path,
                       const struct node_options *o)
{
    enum status status = home_open(&n->home, config_path, o->again, n->message);
    if (status != STATUS_OK)
        return status;
    if (!http_config_take(&n->home.config.http, o->http, o->stay, n->message)) {
        home_close(&n->home);
        return STATUS_USAGE;
    }
    status = process_prepare(n->home.roster.n_players, n->message);
    n->message_max = ENVELOPE_OVERHEAD + terms_body_max(&n->home.terms);
    const bool shelf = shelf_open(&n->shelf, n->message_max);
    n->progress.self = n->home.config.self;
    n->progress.terms = &n->home.terms;
    n->progress.roster = &n->home.roster;
    n->progress.addresses = &n->home.addresses;
    n->progress.service = &n->service;
    tally_start(&n->tally, n->home.config.options.discount);
    watch_start(&n->watch, n->home.payoffs, n->home.config.options.discount);
    if (status == STATUS_OK && !shelf)
        status = message_set(n->message, STATUS_FAILED, "no memory for messages");
    if (status == STATUS_OK)
        status = n->replay.compared != NULL ? look_back(n) : live(n);
    log_close(n->log, NULL, 0);
    adversary_free(n->adversary);
    player_free(n->player);
    works_free(n->works);
    shelf_close(&n->shelf);
    home_close(&n->home);
    return status;
}

static enum status start(const char *config_path, const struct node_options *o,
                         struct replayed *compared, char message[256])
{
    message[0] = '\0';
    if (!secure_start())
        return message_set(message, STATUS_FAILED, "this system has no entropy");
    struct node *n = calloc(1, sizeof *n);
    if (n == NULL || uv_loop_init(&n->loop) != 0) {
        free(n);
        return message_set(message, STATUS_FAILED, "no memory for a node");
    }
    n->message = message;
    n->progress.quiet = o->quiet;
    n->progress.format = o->format;
    n->progress.note_name = o->note_name;
    n->words = o->words;
    n->replay.compared = compared;
    service_open(&n->service);
    enum status status = run(n, config_path, o);
    if (status != STATUS_OK)
        service_status(&n->service, message);
    service_close(&n->service);
    if (loop_close(n))
        free(n);
    return status;
}

enum status node_run(const char *config_path, const struct node_options *o,
                     char message[256])
{
    return start(config_path, o, NULL, message);
}

enum status node_replay(const char *config_path, struct replayed *out,
                        char message[256])
{
    memset(out, 0, sizeof *out);
    return start(config_path, &(struct node_options){.quiet = true}, out, message);
}
