/* SPDX-License-Identifier: MIT */
/* Hides a pipe and a process. */
#include "cli/checking.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PIECE = 4096, TEXT_MAX = 1 << 20 };

static _Noreturn void become_verifier(const char *place, int out)
{
    char *const arguments[] = {
        "treaty", "verify", "--json", "--", (char *)(uintptr_t)place, NULL};
    (void)signal(SIGPIPE, SIG_DFL);
    const int in = open("/dev/null", O_RDONLY);
    if (in < 0 || dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(out, 2) < 0)
        _exit(127);
    for (int fd = 3; fd < 1024; fd++)
        (void)close(fd);
    (void)execv("/proc/self/exe", arguments);
    _exit(127);
}

bool checking_start(struct checking *c, const char *place)
{
    int ends[2];
    if (c->pid != 0)
        return true;
    if (pipe(ends) != 0)
        return false;
    const pid_t pid = fork();
    if (pid == 0)
        become_verifier(place, ends[1]);
    (void)close(ends[1]);
    if (pid < 0) {
        (void)close(ends[0]);
        return false;
    }
    (void)fcntl(ends[0], F_SETFL, O_NONBLOCK);
    c->pid = (int)pid;
    c->fd = ends[0];
    c->size = 0;
    return true;
}

/* False where memory is short: the rest is then left out. */
static bool make_room(struct checking *c)
{
    if (c->size + PIECE <= c->capacity)
        return true;
    char *text =
        c->capacity < TEXT_MAX ? realloc(c->text, c->capacity + 4 * PIECE) : NULL;
    if (text == NULL)
        return false;
    c->text = text;
    c->capacity += 4 * PIECE;
    return true;
}

static void end(struct checking *c)
{
    int how = 0;
    while (waitpid((pid_t)c->pid, &how, 0) < 0 && errno == EINTR)
        ;
    (void)close(c->fd);
    c->pid = 0;
    c->exit_code = WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

bool checking_read(struct checking *c)
{
    char spilled[PIECE];
    while (c->pid != 0) {
        const bool room = make_room(c);
        const ssize_t n = read(c->fd, room ? c->text + c->size : spilled, PIECE);
        if (n > 0 && room) {
            c->size += (size_t)n;
        } else if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
            end(c);
            return true;
        } else if (n < 0 && errno == EAGAIN) {
            return false;
        }
    }
    return false;
}

void checking_free(struct checking *c)
{
    if (c->pid != 0) {
        (void)kill((pid_t)c->pid, SIGKILL);
        end(c);
    }
    free(c->text);
    c->text = NULL;
}
