/* SPDX-License-Identifier: MIT */
/* What a node shows of itself (docs/interface.md): everything is gathered into a sight,
 * judged, and written as JSON or as metrics. Nothing here knows a socket or a clock. */
#ifndef TREATY_NODE_SIGHT_H
#define TREATY_NODE_SIGHT_H

#include "node/home.h"
#include "node/links.h"
#include "node/result.h"
#include "node/watch.h"

/* Of /status and /metrics: it changes only when a name or a meaning does. */
enum { INTERFACE_VERSION = 1 };

/* What the system says of this process, and the HTTP server of itself. */
struct process_sight {
    uint64_t memory_bytes, open_fds, max_fds;
    double cpu_s;
    double loop_lag_s, loop_lag_max_s; /* the last; the worst of the last minute */
    uint64_t requests, refused;        /* refused: 4xx and 5xx */
    uint32_t watchers;                 /* open event streams */
};

struct sight {
    const struct home *home;
    const struct watch *watch;
    bool own; /* own payoffs and what follows from them may be shown */
    uint64_t now_ms, started_ms;
    struct report report;
    struct tally tally;
    struct links_counts links;
    uint64_t silent_ms[PLAYERS_MAX]; /* UINT64_MAX: never heard */
    struct process_sight process;
};

enum peer_state {
    PEER_UP,
    PEER_UNHEARD,
    PEER_MISSING,
    PEER_STRANGER,
    PEER_REBORN,
    PEER_GUILTY,
    PEER_SILENT,
};
/* "up", "unheard", ... */
const char *peer_state_name(enum peer_state state);

enum node_state {
    NODE_WAITING,
    NODE_NEGOTIATING,
    NODE_PLAYING,
    NODE_PUNISHING,
    NODE_OVER
};
enum { NODE_STATES = NODE_OVER + 1 };
const char *node_state_name(enum node_state state);

enum { WHY_SIZE = 384, WHY_MAX = 2 * PLAYERS_MAX + 4 };
struct judgement {
    enum node_state state;
    bool degraded, ready;
    enum peer_state peer[PLAYERS_MAX]; /* one's own: PEER_UP */
    uint64_t missing;                  /* mask of those who are not up */
    uint64_t awaited; /* mask: for whose message this node has waited for long */
    uint64_t awaited_since_ms, awaited_until_ms;
    unsigned n_why;
    char why[WHY_MAX][WHY_SIZE];
};
/* The agreement's probability of each action of each player, at shape_offset(player) +
 * action: of a distribution over profiles, what it gives each player alone. */
void sight_promise(const struct sight *s, double out[WEIGHTS_MAX]);
void sight_judge(const struct sight *s, struct judgement *out);

/* What somebody can do who is told that this peer is not there. */
void peer_advice(char *out, size_t size, enum peer_state state, const char *address);

/* /status: one line without its newline, to be released with free; NULL when memory is
 * short. */
char *sight_json(const struct sight *s, const struct judgement *j);
/* /metrics: OpenMetrics 1.0, or Prometheus text 0.0.4. Likewise. */
char *sight_metrics(const struct sight *s, const struct judgement *j, bool openmetrics);

#endif
