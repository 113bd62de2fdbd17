/* SPDX-License-Identifier: MIT */
/* Hides how an address to listen on is written. */
#include "node/http_address.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "node/files.h"

enum { HOST_SIZE = 64 };

static bool port_read(uint16_t *out, const char *text)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    const unsigned long port = strtoul(text, &end, 10);
    *out = (uint16_t)port;
    return *end == '\0' && port <= UINT16_MAX;
}

static bool ipv4_read(struct http_address *out, const char *host)
{
    struct sockaddr_in *in = (struct sockaddr_in *)(void *)&out->socket;
    if (inet_pton(AF_INET, host, &in->sin_addr) != 1)
        return false;
    in->sin_family = AF_INET;
    in->sin_port = htons(out->port);
    out->size = sizeof *in;
    out->loopback = ntohl(in->sin_addr.s_addr) >> 24 == 127;
    return true;
}

static bool ipv6_read(struct http_address *out, const char *host)
{
    struct sockaddr_in6 *in = (struct sockaddr_in6 *)(void *)&out->socket;
    char inner[HOST_SIZE];
    const size_t n = strlen(host);
    if (n < 4 || host[0] != '[' || host[n - 1] != ']')
        return false;
    memcpy(inner, host + 1, n - 2);
    inner[n - 2] = '\0';
    if (inet_pton(AF_INET6, inner, &in->sin6_addr) != 1)
        return false;
    in->sin6_family = AF_INET6;
    in->sin6_port = htons(out->port);
    out->size = sizeof *in;
    out->loopback = IN6_IS_ADDR_LOOPBACK(&in->sin6_addr) != 0;
    return true;
}

bool http_address_read(struct http_address *out, const char *text, char message[256])
{
    const char *colon = strrchr(text, ':');
    char host[HOST_SIZE] = "127.0.0.1";
    const size_t n = colon == NULL ? 0 : (size_t)(colon - text);
    memset(out, 0, sizeof *out);
    if (colon != NULL && n < sizeof host) {
        memcpy(host, text, n);
        host[n] = '\0';
    }
    if (strcmp(host, "localhost") == 0)
        memcpy(host, "127.0.0.1", sizeof "127.0.0.1");
    if (n < sizeof host && port_read(&out->port, colon == NULL ? text : colon + 1) &&
        (ipv4_read(out, host) || ipv6_read(out, host)))
        return true;
    message_set(message, STATUS_USAGE,
                "'%.100s' is no place to listen: expected PORT, or ADDRESS:PORT with "
                "127.0.0.1, 0.0.0.0, localhost or another address of this machine as a "
                "number, IPv6 in brackets",
                text);
    return false;
}

bool http_address_valid(const char *text, bool *loopback, char message[256])
{
    struct http_address a;
    if (!http_address_read(&a, text, message))
        return false;
    *loopback = a.loopback;
    return true;
}

/* "name", "name:80", "[::1]:80". */
bool http_host_local(const char *host)
{
    char name[HOST_SIZE];
    uint8_t binary[16];
    const bool brackets = host[0] == '[';
    const size_t n = brackets ? strcspn(host, "]") + 1 : strcspn(host, ":");
    if (n >= sizeof name || n > strlen(host) || (host[n] != ':' && host[n] != '\0'))
        return false;
    memcpy(name, host, n);
    name[n] = '\0';
    if (!brackets)
        return strcmp(name, "localhost") == 0 || inet_pton(AF_INET, name, binary) == 1;
    name[n - 1] = '\0';
    return inet_pton(AF_INET6, name + 1, binary) == 1;
}
