/* SPDX-License-Identifier: MIT */
/* The paper's table and figures, made again. Everything that is printed follows from
 * the seed, whatever the number of processes. */
#include "cli/reproduce.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/assets.h"
#include "cli/options.h"
#include "cli/runs.h"
#include "cli/staging.h"
#include "node/files.h"

static const struct figure *const figures[] = {&reproduce_table1, &reproduce_figure2,
                                               &reproduce_figure3, &reproduce_figure4,
                                               NULL};

struct work {
    const struct figure *figure;
    struct reproduction r;
    uint64_t jobs;
    const char *directory;
    bool json, quiet;
};

/* ---- the runs ---- */

static enum status run_one(void *context, uint64_t number, FILE *out)
{
    const struct work *w = context;
    const struct figure *f = w->figure;
    void *said = calloc(1, f->run_size);
    const bool whole = said != NULL &&
                       f->run(said, w->r.workshop, w->r.seed, (uint32_t)number) &&
                       fwrite(said, f->run_size, 1, out) == 1;
    free(said);
    return whole ? STATUS_OK : STATUS_FAILED;
}

/* All runs, in the order of their numbers; *data is to be freed. */
static enum status run_all(struct work *w, char **data, char reason[REASON_SIZE])
{
    size_t size = 0;
    FILE *out;
    if (w->figure->run_size == 0)
        return STATUS_OK;
    out = open_memstream(data, &size);
    if (out == NULL) {
        (void)snprintf(reason, REASON_SIZE, "memory is short");
        return STATUS_FAILED;
    }
    enum status status =
        runs_in_order(w->r.runs, w->jobs, run_one, w, w->quiet ? NULL : "runs", out);
    if (fclose(out) != 0 || size != w->r.runs * w->figure->run_size)
        status = STATUS_FAILED;
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE,
                       "a run could not be made: is memory short?");
    w->r.data = *data;
    return status;
}

/* ---- the files ---- */

static enum status write_sheet(const struct work *w, const struct sheet *s,
                               const char *name, char reason[REASON_SIZE])
{
    char path[PATH_SIZE], file[64], message[MESSAGE_SIZE] = "its name is too long";
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    enum status status = STATUS_FAILED;
    (void)snprintf(file, sizeof file, "%s.csv", name);
    if (out != NULL)
        sheet_csv(s, out);
    if (out != NULL && fclose(out) == 0 && directory_path(path, w->directory, file))
        status = file_write(path, text, size, message);
    free(text);
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "--out: %s cannot be written: %s", file,
                       message);
    return status;
}

/* The commands for gnuplot, beside the rows that they draw. */
static enum status write_script(const struct work *w, char reason[REASON_SIZE])
{
    char path[PATH_SIZE], file[64], message[MESSAGE_SIZE] = "";
    (void)snprintf(file, sizeof file, "%s.gp", w->figure->name);
    for (const struct asset *a = plots; a->name != NULL; a++)
        if (strcmp(a->name, file) == 0 && directory_path(path, w->directory, file) &&
            file_write(path, a->bytes, a->size, message) == STATUS_OK)
            return STATUS_OK;
    (void)snprintf(reason, REASON_SIZE, "--out: %s cannot be written: %s", file,
                   message);
    return STATUS_FAILED;
}

static _Noreturn void become_gnuplot(const char *directory, const char *script)
{
    const int nowhere = open("/dev/null", O_RDONLY);
    if (nowhere < 0 || dup2(nowhere, STDIN_FILENO) < 0 || chdir(directory) != 0)
        _exit(126);
    /* What it says is not part of the answer. */
    (void)dup2(STDERR_FILENO, STDOUT_FILENO);
    (void)execlp("gnuplot", "gnuplot", script, (char *)NULL);
    _exit(errno == ENOENT ? 127 : 126);
}

static enum status draw(const struct work *w, char reason[REASON_SIZE])
{
    char script[64];
    int ended = 0;
    (void)snprintf(script, sizeof script, "%s.gp", w->figure->name);
    (void)fflush(NULL); /* or the child would write it again */
    const pid_t pid = fork();
    if (pid == 0)
        become_gnuplot(w->directory, script);
    if (pid < 0 || waitpid(pid, &ended, 0) != pid || !WIFEXITED(ended) ||
        WEXITSTATUS(ended) != 0) {
        const bool missing = pid > 0 && WIFEXITED(ended) && WEXITSTATUS(ended) == 127;
        (void)snprintf(reason, REASON_SIZE,
                       missing
                           ? "gnuplot is not installed, so nothing is drawn (on "
                             "Debian: apt-get install gnuplot-nox); the rows are in "
                             "%.300s, with the commands to draw them"
                           : "gnuplot failed: see %.300s",
                       w->directory);
        return STATUS_FAILED;
    }
    return STATUS_OK;
}

/* DIR and all above it. */
static enum status make_directory(const char *directory, char reason[REASON_SIZE])
{
    char path[PATH_SIZE];
    struct stat there;
    if ((size_t)snprintf(path, sizeof path, "%s", directory) < sizeof path) {
        for (char *slash = strchr(path + 1, '/'); slash != NULL;
             slash = strchr(slash + 1, '/')) {
            *slash = 0;
            (void)mkdir(path, 0777);
            *slash = '/';
        }
        (void)mkdir(path, 0777);
        if (stat(path, &there) == 0 && S_ISDIR(there.st_mode) &&
            access(path, W_OK | X_OK) == 0)
            return STATUS_OK;
    }
    (void)snprintf(reason, REASON_SIZE,
                   "--out: '%.300s' is no directory that can be written to", directory);
    return STATUS_USAGE;
}

/* ---- what is said ---- */

static enum status tell(const struct work *w, const struct sheet *sheets,
                        char reason[REASON_SIZE])
{
    enum status status = STATUS_OK;
    const struct figure *f = w->figure;
    if (w->json) {
        struct json j = {.out = stdout};
        emit_object(&j, NULL);
        emit_text(&j, "reproduced", f->name);
        emit_integer(&j, "runs", f->run_size > 0 ? w->r.runs : 0);
        emit_integer(&j, "seed", w->r.seed);
        for (int k = 0; k < REPRODUCE_SHEETS && f->sheets[k] != NULL; k++)
            sheet_json(&sheets[k], &j, f->sheets[k]);
        emit_end(&j);
    } else {
        f->say(stdout, &w->r);
    }
    for (int k = 0; status == STATUS_OK && w->directory != NULL &&
                    k < REPRODUCE_SHEETS && f->sheets[k] != NULL;
         k++)
        status = write_sheet(w, &sheets[k], f->sheets[k], reason);
    if (status != STATUS_OK || w->directory == NULL || !f->drawn)
        return status;
    status = write_script(w, reason);
    return status == STATUS_OK ? draw(w, reason) : status;
}

static enum status answer(struct work *w, char reason[REASON_SIZE])
{
    struct sheet sheets[REPRODUCE_SHEETS] = {0};
    char *data = NULL;
    enum status status = run_all(w, &data, reason);
    if (status == STATUS_OK) {
        w->figure->fill(sheets, &w->r);
        for (int k = 0; k < REPRODUCE_SHEETS; k++)
            if (sheets[k].short_of_memory)
                status = STATUS_FAILED;
        if (status == STATUS_OK)
            status = tell(w, sheets, reason);
        else
            (void)snprintf(reason, REASON_SIZE, "memory is short");
    }
    for (int k = 0; k < REPRODUCE_SHEETS; k++)
        sheet_free(&sheets[k]);
    free(data);
    return status;
}

/* ---- the command ---- */

static enum status work_read(struct work *w, const struct given *g,
                             char reason[REASON_SIZE])
{
    const char *runs = "100", *seed = "1", *jobs = NULL;
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    for (int k = 0; figures[k] != NULL; k++)
        if (strcmp(figures[k]->name, g->operand[0]) == 0)
            w->figure = figures[k];
    if (w->figure == NULL) {
        (void)snprintf(reason, REASON_SIZE,
                       "'%.100s' is not known: table1, figure2, figure3 or figure4",
                       g->operand[0]);
        return STATUS_USAGE;
    }
    (void)given_last(g, "runs", &runs);
    (void)given_last(g, "seed", &seed);
    (void)given_last(g, "out", &w->directory);
    w->json = given_last(g, "json", NULL);
    w->quiet = given_last(g, "quiet", NULL);
    w->jobs = cores < 1 ? 1 : cores > RUN_JOBS_MAX ? RUN_JOBS_MAX : (uint64_t)cores;
    if (!read_whole(&w->r.runs, "runs", runs, 1, REPRODUCE_RUNS_MAX, reason) ||
        !read_whole(&w->r.seed, "seed", seed, 0, UINT64_MAX, reason) ||
        (given_last(g, "jobs", &jobs) &&
         !read_whole(&w->jobs, "jobs", jobs, 1, RUN_JOBS_MAX, reason)))
        return STATUS_USAGE;
    return w->directory != NULL ? make_directory(w->directory, reason) : STATUS_OK;
}

static enum status run_reproduce(const struct command *c, const struct given *g)
{
    struct work w = {0};
    char reason[REASON_SIZE] = "memory is short";
    enum status status = work_read(&w, g, reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    struct paper_workshop *workshop = paper_workshop_new();
    status = STATUS_FAILED;
    w.r.workshop = workshop;
    if (workshop != NULL)
        status = answer(&w, reason);
    paper_workshop_free(workshop);
    return status == STATUS_OK ? STATUS_OK : complain(c, status, reason);
}

static const struct flag flags_reproduce[] = {
    {"runs", "N", "negotiations for each point (default 100)"},
    {"out", "DIR", "rows as CSV, and the figure as SVG, go here"},
    {"seed", "S", "of everything that is drawn (default 1)"},
    {"jobs", "J",
     "as many processes at once (default: one per core)\n"
     "The output is the same for any J."},
    {"json", NULL, "the rows as JSON"},
    {"quiet", NULL, "no progress on standard error"},
    {NULL, NULL, NULL},
};

const struct command command_reproduce = {
    .name = "reproduce",
    .usage = "table1|figure2|figure3|figure4 [options]",
    .summary = "the paper's table and figures, made again, beside ours",
    .help = "  treaty reproduce table1\n"
            "  treaty reproduce figure2 --out figures\n"
            "  treaty reproduce figure3 --runs 1000 --seed 7\n"
            "\n"
            "What Parras and Zazo (2020) print, what their program does, what their\n"
            "paper says, and what nodes do today, side by side; docs/reproduction.md\n"
            "says what agrees and what does not. Files that are in DIR already are\n"
            "replaced; figures are drawn by gnuplot.\n",
    .flags = {flags_reproduce},
    .operand = {"table1|figure2|figure3|figure4"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_reproduce,
};
