/* SPDX-License-Identifier: MIT */
/* Hides the processes: worker j does runs j, j + jobs, ... and writes each result into
 * a pipe, from which they are read in turn. */
#include "cli/runs.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/options.h"
#include "cli/words.h"
#include "node/files.h"

bool share_read(struct share *out, const char *text, uint64_t runs, const char *what,
                char reason[REASON_SIZE])
{
    char number[32] = "", shape[REASON_SIZE];
    const char *slash = strchr(text, '/');
    if (slash == NULL || (size_t)(slash - text) >= sizeof number) {
        (void)snprintf(reason, REASON_SIZE, "--shard: '%.100s' is not I/N, such as 2/8",
                       text);
        return false;
    }
    memcpy(number, text, (size_t)(slash - text));
    (void)snprintf(shape, sizeof shape,
                   "--shard: '%.100s' is not I/N with I from 1 to N, such as 2/8",
                   text);
    if (!read_whole(&out->of, "shard", slash + 1, 1, UINT64_MAX, reason) ||
        !read_whole(&out->number, "shard", number, 1, out->of, reason)) {
        (void)snprintf(reason, REASON_SIZE, "%s", shape);
        return false;
    }
    if (out->of > runs) {
        (void)snprintf(reason, REASON_SIZE,
                       "--shard: '%.100s' has more parts than there are %s: %llu", text,
                       what, (unsigned long long)runs);
        return false;
    }
    out->first = runs * (out->number - 1) / out->of;
    out->n = runs * out->number / out->of - out->first;
    return true;
}

struct worker {
    pid_t pid;
    FILE *results;
};

/* What stands in the pipe before the text of a run. */
struct result_head {
    uint64_t size;
    uint32_t status;
};

static enum status run_into(run_function *run, void *context, uint64_t number,
                            char **text, size_t *size)
{
    FILE *memory = open_memstream(text, size);
    if (memory == NULL)
        return STATUS_FAILED;
    const enum status status = run(context, number, memory);
    return fclose(memory) == 0 ? status : STATUS_FAILED;
}

static _Noreturn void work(int pipe_end, uint64_t first, uint64_t step, uint64_t n,
                           run_function *run, void *context)
{
    for (uint64_t number = first; number < n; number += step) {
        char *text = NULL;
        size_t size = 0;
        const enum status status = run_into(run, context, number, &text, &size);
        struct result_head head = {size, (uint32_t)status};
        if (text == NULL || !write_all(pipe_end, &head, sizeof head) ||
            !write_all(pipe_end, text, size))
            _exit(STATUS_FAILED); /* nobody listens any more */
        free(text);
    }
    _exit(STATUS_OK);
}

static bool worker_start(struct worker *w, uint64_t first, uint64_t step, uint64_t n,
                         run_function *run, void *context)
{
    int ends[2];
    if (pipe(ends) != 0)
        return false;
    w->pid = fork();
    if (w->pid == 0) {
        (void)close(ends[0]);
        work(ends[1], first, step, n, run, context);
    }
    (void)close(ends[1]);
    w->results = w->pid > 0 ? fdopen(ends[0], "rb") : NULL;
    if (w->results == NULL)
        (void)close(ends[0]);
    return w->results != NULL;
}

/* One result out of a pipe. */
static enum status worker_result(struct worker *w, FILE *out)
{
    struct result_head head;
    char piece[4096];
    if (fread(&head, sizeof head, 1, w->results) != 1)
        return STATUS_FAILED;
    while (head.size > 0) {
        const size_t n = head.size < sizeof piece ? (size_t)head.size : sizeof piece;
        if (fread(piece, 1, n, w->results) != n)
            return STATUS_FAILED;
        (void)fwrite(piece, 1, n, out);
        head.size -= n;
    }
    return (enum status)head.status;
}

/* On a terminal one line that is written over, and away at the end; elsewhere a line
 * for each tenth. */
static void say_progress(const char *progress, uint64_t done, uint64_t n)
{
    if (progress == NULL)
        return;
    if (!is_terminal(stderr)) {
        if (done > 0 && n >= 10 && done * 10 / n > (done - 1) * 10 / n)
            (void)fprintf(stderr, "%llu of %llu %s\n", (unsigned long long)done,
                          (unsigned long long)n, progress);
        return;
    }
    if (done < n)
        (void)fprintf(stderr, "\r\033[K%llu of %llu %s", (unsigned long long)done,
                      (unsigned long long)n, progress);
    else
        (void)fputs("\r\033[K", stderr);
    (void)fflush(stderr);
}

static enum status one_after_the_other(uint64_t n, run_function *run, void *context,
                                       const char *progress, FILE *out)
{
    enum status status = STATUS_OK;
    for (uint64_t number = 0; number < n; number++) {
        const enum status one = run(context, number, out);
        status = status == STATUS_OK ? one : status;
        (void)fflush(out);
        say_progress(progress, number + 1, n);
    }
    return status;
}

enum status runs_in_order(uint64_t n, uint64_t jobs, run_function *run, void *context,
                          const char *progress, FILE *out)
{
    struct worker workers[RUN_JOBS_MAX];
    enum status status = STATUS_OK;
    const uint64_t wanted = jobs < n ? jobs : n;
    uint64_t started = 0;
    if (wanted <= 1)
        return one_after_the_other(n, run, context, progress, out);
    say_progress(progress, 0, n);
    (void)fflush(NULL); /* or the children would write it again */
    while (started < wanted &&
           worker_start(&workers[started], started, wanted, n, run, context))
        started++;
    if (started < wanted)
        status = STATUS_FAILED;
    for (uint64_t number = 0; number < n && started == wanted; number++) {
        const enum status one = worker_result(&workers[number % wanted], out);
        status = status == STATUS_OK ? one : status;
        (void)fflush(out);
        say_progress(progress, number + 1, n);
    }
    for (uint64_t k = 0; k < started; k++) {
        (void)fclose(workers[k].results);
        (void)waitpid(workers[k].pid, NULL, 0);
    }
    return status;
}
