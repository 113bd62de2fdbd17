/* SPDX-License-Identifier: MIT */
/* Hides the socket and the directory of the service manager. */
#include "node/service.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { DATAGRAM_SIZE = 640 };

/* A path, or with '@' in front a name outside of the file system. */
static int connect_to(const char *name)
{
    struct sockaddr_un to = {.sun_family = AF_UNIX};
    const size_t length = strlen(name);
    if ((name[0] != '/' && name[0] != '@') || length < 2 ||
        length >= sizeof to.sun_path)
        return -1;
    memcpy(to.sun_path, name, length);
    if (name[0] == '@')
        to.sun_path[0] = '\0';
    const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (fd >= 0 && connect(fd, (const struct sockaddr *)&to, size) != 0) {
        (void)close(fd);
        return -1;
    }
    return fd;
}

/* A whole number and nothing else; 0 where it is none. */
static uint64_t number_from(const char *text)
{
    char *end;
    if (text == NULL || text[0] < '0' || text[0] > '9')
        return 0;
    errno = 0;
    const unsigned long long number = strtoull(text, &end, 10);
    return errno == 0 && *end == '\0' ? number : 0;
}

void service_open(struct service *s)
{
    const char *name = getenv("NOTIFY_SOCKET");
    const char *pid = getenv("WATCHDOG_PID");
    *s = (struct service){.fd = name != NULL ? connect_to(name) : -1};
    if (pid == NULL || number_from(pid) == (uint64_t)getpid())
        s->watchdog_ms = number_from(getenv("WATCHDOG_USEC")) / 1000;
}

void service_close(struct service *s)
{
    if (s->fd >= 0)
        (void)close(s->fd);
    s->fd = -1;
}

/* What the manager does not take at once is lost: nobody waits for it. */
static void tell(const struct service *s, const char *text)
{
    if (s->fd >= 0)
        (void)send(s->fd, text, strlen(text), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void service_ready(const struct service *s)
{
    tell(s, "READY=1");
}

void service_status(const struct service *s, const char *text)
{
    char line[DATAGRAM_SIZE];
    if (s->fd < 0)
        return;
    (void)snprintf(line, sizeof line, "STATUS=%s", text);
    for (char *c = line; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    tell(s, line);
}

void service_stopping(const struct service *s)
{
    tell(s, "STOPPING=1");
}

void service_alive(struct service *s, uint64_t now_ms)
{
    if (s->fd < 0 || s->watchdog_ms == 0 || now_ms - s->alive_ms < s->watchdog_ms / 2)
        return;
    s->alive_ms = now_ms;
    tell(s, "WATCHDOG=1");
}

bool service_credential(char *out, size_t size, const char *name)
{
    char path[1024];
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    if (directory == NULL || directory[0] != '/')
        return false;
    const int length = snprintf(path, sizeof path, "%s/%s", directory, name);
    if (length < 0 || (size_t)length >= sizeof path || (size_t)length >= size ||
        access(path, F_OK) != 0)
        return false;
    memcpy(out, path, (size_t)length + 1);
    return true;
}

bool service_handed(const char *path)
{
    const char *directory = getenv("CREDENTIALS_DIRECTORY");
    const size_t length = directory != NULL ? strlen(directory) : 0;
    return length > 1 && directory[0] == '/' && strncmp(path, directory, length) == 0 &&
           path[length] == '/' && strchr(path + length + 1, '/') == NULL;
}
