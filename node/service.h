/* SPDX-License-Identifier: MIT */
/* What a service manager is told, and what it hands over, by the protocols of systemd.
 *
 * NOTIFY_SOCKET takes datagrams of lines NAME=VALUE. Where nobody asked, and where
 * nobody listens any more, nothing happens: a node does not depend on who watches it.
 * CREDENTIALS_DIRECTORY holds files that only this service may read. */
#ifndef TREATY_NODE_SERVICE_H
#define TREATY_NODE_SERVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct service {
    int fd;               /* -1: nobody asked */
    uint64_t watchdog_ms; /* a sign of life is due twice in this time; 0: never */
    uint64_t alive_ms;    /* when the last one was given */
};

/* From NOTIFY_SOCKET, and WATCHDOG_USEC where it is meant for this process
 * (WATCHDOG_PID). */
void service_open(struct service *s);
void service_close(struct service *s);
/* It listens, and its log is read. */
void service_ready(const struct service *s);
/* One line for people, such as whom it waits for; control characters become '?'. */
void service_status(const struct service *s, const char *text);
/* It ends by itself or because it was told to. */
void service_stopping(const struct service *s);
/* Called from the loop, as often as it likes: a sign of life when one is due. */
void service_alive(struct service *s, uint64_t now_ms);

/* The path of a credential of that name. False, with out untouched, where none was
 * handed over or the path does not fit. */
bool service_credential(char *out, size_t size, const char *name);
/* Whether path is that of a credential: such a file belongs to root, and its group
 * stands for the list of those who may read it, which has this service alone. */
bool service_handed(const char *path);

#endif
