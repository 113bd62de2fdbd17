/* SPDX-License-Identifier: MIT */
/* Where an HTTP server listens, and for whom a request says that it is. */
#ifndef TREATY_NODE_HTTP_ADDRESS_H
#define TREATY_NODE_HTTP_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct http_address {
    struct sockaddr_storage socket;
    socklen_t size;
    uint16_t port; /* 0: one that is free */
    bool loopback; /* only this machine can reach it */
};

/* [ADDRESS:]PORT, with an ADDRESS that is a literal (IPv6 in brackets) or "localhost";
 * without one it is 127.0.0.1. False with what is wrong in message. */
bool http_address_read(struct http_address *out, const char *text, char message[256]);
/* The same where only this is asked: *loopback, only this machine can reach it. */
bool http_address_valid(const char *text, bool *loopback, char message[256]);

/* True if the Host of a request is a literal address or "localhost". A name that
 * somebody else made to point here is neither, so a page of theirs reads nothing. */
bool http_host_local(const char *host);

#endif
