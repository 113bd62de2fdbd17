/* SPDX-License-Identifier: MIT */
/* A slow wire: what comes in at one network interface goes out at another, a while
 * later. delay MS A-B [A-B ...] Frames are copied with what the kernel knows of their
 * checksums and segments, so neither end notices more than the time. It needs
 * CAP_NET_RAW, says "ready", and runs until it is killed. */
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { ENDS_MAX = 32, FRAME_MAX = 1 << 17 };

/* Frames under way, in the order in which they came: each takes as long as the next. */
struct frame {
    struct frame *next;
    uint64_t due_ms;
    int to;
    size_t size;
    uint8_t bytes[];
};

static uint64_t now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

static int end_open(const char *interface)
{
    const struct sockaddr_ll a = {.sll_family = AF_PACKET,
                                  .sll_protocol = htons(ETH_P_ALL),
                                  .sll_ifindex = (int)if_nametoindex(interface)};
    const struct packet_mreq all = {.mr_ifindex = a.sll_ifindex,
                                    .mr_type = PACKET_MR_PROMISC};
    const int fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL)), one = 1;
    if (fd < 0 || bind(fd, (const struct sockaddr *)&a, sizeof a) < 0 ||
        setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof one) < 0 ||
        setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof all) < 0) {
        perror(interface);
        exit(1);
    }
    return fd;
}

/* NULL for what this program has sent itself, and once nothing is there. */
static struct frame *take(int from, int to, uint64_t due_ms, bool *more)
{
    static uint8_t bytes[FRAME_MAX];
    struct sockaddr_ll a;
    socklen_t size = sizeof a;
    const ssize_t n =
        recvfrom(from, bytes, sizeof bytes, MSG_DONTWAIT, (struct sockaddr *)&a, &size);
    *more = n > 0;
    if (n <= 0 || a.sll_pkttype == PACKET_OUTGOING)
        return NULL;
    struct frame *f = malloc(sizeof *f + (size_t)n);
    if (f == NULL)
        exit(1);
    *f = (struct frame){.due_ms = due_ms, .to = to, .size = (size_t)n};
    memcpy(f->bytes, bytes, (size_t)n);
    return f;
}

int main(int argc, char **argv)
{
    struct pollfd end[ENDS_MAX];
    struct frame *first = NULL, **last = &first;
    nfds_t n = 0;
    const uint64_t delay_ms = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
    for (int i = 2; i < argc && n + 2 <= ENDS_MAX; i++) {
        char *dash = strchr(argv[i], '-');
        if (dash == NULL)
            return 2;
        *dash = '\0';
        end[n++] = (struct pollfd){.fd = end_open(argv[i]), .events = POLLIN};
        end[n++] = (struct pollfd){.fd = end_open(dash + 1), .events = POLLIN};
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        const uint64_t now = now_ms();
        for (; first != NULL && first->due_ms <= now;) {
            struct frame *f = first;
            send(f->to, f->bytes, f->size, MSG_DONTWAIT);
            first = f->next;
            last = first == NULL ? &first : last;
            free(f);
        }
        poll(end, n, first == NULL ? -1 : (int)(first->due_ms - now));
        for (nfds_t i = 0; i < n; i++)
            for (bool more = true; more;) {
                struct frame *f =
                    take(end[i].fd, end[i ^ 1].fd, now_ms() + delay_ms, &more);
                if (f == NULL)
                    continue;
                *last = f;
                last = &f->next;
            }
    }
}
