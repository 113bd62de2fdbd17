/* SPDX-License-Identifier: MIT */
/* Hides processes and the loop that watches them. Processes are made by fork and not by
 * libuv, because only so can a child ask the kernel to be stopped when its launcher
 * dies, in whatever way that dies. */
#include "cli/launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <uv.h>

#include "cli/staging.h"

enum {
    LOOK_MS = 20,        /* between two looks at the logs */
    PATIENCE_MS = 30000, /* beyond two deadlines, until the last nodes are stopped */
    KILL_MS = 3000,      /* from asking a process to end to ending it */
};

struct child {
    pid_t pid; /* 0: not running */
    struct log_reader *reader;
    bool broken;
};

struct watch {
    struct launch *launch;
    uint8_t n_nodes, n_running;
    struct child child[PLAYERS_MAX];
    uint64_t stop_ms; /* when those that still run are stopped; 0: not yet known */
    bool dismissing;  /* not because they are late */
    uint64_t kill_ms; /* when they are killed; 0: they were not asked yet */
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t signals[4];
};

/* ---- processes ---- */

/* In the child: nothing but its configuration enters, and its words go to a file. */
static _Noreturn void become_node(const char *program, const char *config,
                                  const char *errors, pid_t launcher)
{
    char *const arguments[] = {(char *)(uintptr_t)program, "node",
                               (char *)(uintptr_t)config, NULL};
    static char path[] = "PATH=/usr/local/bin:/usr/bin:/bin";
    char *const environment[] = {path, NULL};
    sigset_t none;
    (void)sigemptyset(&none);
    (void)sigprocmask(SIG_SETMASK, &none, NULL);
    const int in = open("/dev/null", O_RDONLY);
    const int out = open(errors, O_WRONLY | O_CREAT | O_APPEND, 0600);
    /* The launcher may have died before it could be asked for. */
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 || getppid() != launcher || in < 0 ||
        out < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        _exit(STATUS_FAILED);
    for (int fd = 3; fd < 64; fd++)
        (void)close(fd);
    (void)execve(program, arguments, environment);
    _exit(STATUS_FAILED);
}

static bool start_node(struct watch *w, const char *program, uint8_t node)
{
    char config[PATH_SIZE], errors[PATH_SIZE];
    const pid_t launcher = getpid();
    if (!node_path(config, w->launch->directory, node, "node.yaml") ||
        !node_path(errors, w->launch->directory, node, "stderr.log"))
        return false;
    const pid_t pid = fork();
    if (pid == 0)
        become_node(program, config, errors, launcher);
    if (pid < 0)
        return false;
    w->child[node].pid = pid;
    w->launch->endings[node].started = true;
    w->n_running++;
    return true;
}

static void signal_all(const struct watch *w, int number)
{
    for (uint8_t i = 0; i < w->n_nodes; i++)
        if (w->child[i].pid > 0)
            (void)kill(w->child[i].pid, number);
}

/* ---- logs ---- */

static void read_log(struct watch *w, uint8_t node)
{
    struct child *c = &w->child[node];
    struct launch *l = w->launch;
    char message[256];
    struct record record;
    if (c->broken)
        return;
    if (c->reader == NULL &&
        log_reader_open(&c->reader, l->archive->log[node], message) != STATUS_OK) {
        c->reader = NULL; /* the node has not started yet */
        return;
    }
    enum record_reading reading;
    while ((reading = log_reader_next(c->reader, &record)) == RECORD_READ) {
        account_record(&l->accounts[node], &record);
        l->begun |= l->accounts[node].has_session;
        if (l->story != NULL)
            story_record(l->story, node, &record);
    }
    c->broken = reading == RECORD_BROKEN;
}

static void read_logs(struct watch *w)
{
    for (uint8_t i = 0; i < w->n_nodes; i++)
        read_log(w, i);
    if (w->launch->story != NULL)
        story_pulse(w->launch->story);
}

/* The last thing that a node has said on its standard error. */
static void last_words(const struct watch *w, uint8_t node, char out[256])
{
    char path[PATH_SIZE], row[256];
    out[0] = 0;
    if (!node_path(path, w->launch->directory, node, "stderr.log"))
        return;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return;
    while (fgets(row, sizeof row, file) != NULL) {
        row[strcspn(row, "\n")] = 0;
        if (row[0] != 0 && row[0] != '`')
            memcpy(out, row, sizeof row);
    }
    (void)fclose(file);
}

/* ---- endings ---- */

static uint64_t wall_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

static void tell_death(struct watch *w, uint8_t node)
{
    struct ending *e = &w->launch->endings[node];
    struct line l = {0};
    line_add(&l, "node %u ", node + 1u);
    if (!report_ending(&l, e))
        return;
    if (e->exit_code > 0)
        last_words(w, node, e->words);
    if (e->words[0] != 0)
        line_add(&l, ": %s", e->words);
    if (w->launch->story != NULL)
        story_say(w->launch->story, wall_ms(), "FAILED", l.text, true);
}

static void node_ended(struct watch *w, uint8_t node, int status)
{
    struct ending *e = &w->launch->endings[node];
    w->child[node].pid = 0;
    w->n_running--;
    e->exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    e->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    read_logs(w);
    tell_death(w, node);
    const uint64_t now_ms = uv_now(&w->loop);
    const uint64_t patience_ms =
        2 * (uint64_t)w->launch->archive->terms.hard_ms + PATIENCE_MS;
    if (w->stop_ms == 0)
        w->stop_ms = now_ms + patience_ms;
    /* Without one node nothing can begin: the others need not wait for it. */
    const bool failed = e->exit_code > 0 || e->signal != 0;
    if (failed && !w->launch->begun && !w->dismissing) {
        w->dismissing = true;
        w->stop_ms = now_ms;
    }
}

static void reap(struct watch *w)
{
    for (uint8_t i = 0; i < w->n_nodes; i++) {
        int status = 0;
        if (w->child[i].pid > 0 &&
            waitpid(w->child[i].pid, &status, WNOHANG) == w->child[i].pid)
            node_ended(w, i, status);
    }
}

static void stop_late_ones(struct watch *w)
{
    const uint64_t now_ms = uv_now(&w->loop);
    if (w->stop_ms == 0 || now_ms < w->stop_ms)
        return;
    if (w->kill_ms == 0) {
        for (uint8_t i = 0; i < w->n_nodes; i++) {
            w->launch->endings[i].stopped |= w->child[i].pid > 0;
            w->launch->endings[i].dismissed |= w->child[i].pid > 0 && w->dismissing;
        }
        w->kill_ms = now_ms + KILL_MS;
        signal_all(w, SIGTERM);
        signal_all(w, SIGCONT); /* a paused process hears nothing else */
    } else if (now_ms >= w->kill_ms) {
        signal_all(w, SIGKILL);
    }
}

/* ---- the loop ---- */

static void look(uv_timer_t *timer)
{
    struct watch *w = timer->data;
    if (w->launch->story != NULL) /* else they are read when a node ends */
        read_logs(w);
    reap(w);
    stop_late_ones(w);
    if (w->n_running > 0)
        return;
    uv_close((uv_handle_t *)&w->timer, NULL);
    for (size_t i = 0; i < sizeof w->signals / sizeof w->signals[0]; i++)
        uv_close((uv_handle_t *)&w->signals[i], NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct watch *w = handle->data;
    if (number != SIGCHLD) {
        w->launch->interrupted = true;
        w->dismissing = true;
        w->stop_ms = uv_now(&w->loop);
    }
    stop_late_ones(w);
}

static enum status start_all(struct watch *w, char reason[REASON_SIZE])
{
    char program[PATH_SIZE];
    size_t size = sizeof program;
    if (uv_exepath(program, &size) != 0) {
        (void)snprintf(reason, REASON_SIZE, "the system does not say where treaty is");
        return STATUS_FAILED;
    }
    for (uint8_t i = 0; i < w->n_nodes; i++)
        if (!start_node(w, program, i)) {
            (void)snprintf(reason, REASON_SIZE, "node %u cannot be started: %s", i + 1u,
                           strerror(errno));
            w->stop_ms =
                uv_now(&w->loop); /* those that run are stopped and waited for */
            return STATUS_FAILED;
        }
    return STATUS_OK;
}

static void watch_signals(struct watch *w)
{
    static const int numbers[] = {SIGCHLD, SIGINT, SIGTERM, SIGHUP};
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
        (void)uv_signal_init(&w->loop, &w->signals[i]);
        w->signals[i].data = w;
        (void)uv_signal_start(&w->signals[i], on_signal, numbers[i]);
    }
}

enum status launch_run(struct launch *l, char reason[REASON_SIZE])
{
    static struct watch w;
    memset(&w, 0, sizeof w);
    w.launch = l;
    w.n_nodes = l->archive->terms.shape.n_players;
    for (uint8_t i = 0; i < w.n_nodes; i++)
        l->accounts[i] = (struct account){
            .terms = &l->archive->terms, .roster = &l->archive->roster, .self = i};
    if (uv_loop_init(&w.loop) != 0) {
        (void)snprintf(reason, REASON_SIZE, "the system gives no event loop");
        return STATUS_FAILED;
    }
    watch_signals(&w);
    (void)uv_timer_init(&w.loop, &w.timer);
    w.timer.data = &w;
    const enum status status = start_all(&w, reason);
    (void)uv_timer_start(&w.timer, look, 0, LOOK_MS);
    (void)uv_run(&w.loop, UV_RUN_DEFAULT);
    (void)uv_loop_close(&w.loop);
    for (uint8_t i = 0; i < w.n_nodes; i++)
        log_reader_close(w.child[i].reader);
    return status;
}
