/* SPDX-License-Identifier: MIT */
/* What a node starts from and comes back to: its files, the locks that keep a second
 * instance away, the seed of its session and its log. */
#ifndef TREATY_NODE_HOME_H
#define TREATY_NODE_HOME_H

#include "node/config.h"
#include "node/log.h"

/* What a session is born with: all its secrets follow from the seed; the attempt tells
 * it from earlier ones of the same roster and terms. */
struct birth {
    struct seed seed;
    uint64_t attempt; /* ms since 1970, and more than that of any earlier session */
};
/* Of a file: its mode, owner and size are checked. */
enum status birth_read(struct birth *out, const char *path, char message[256]);

struct home {
    struct node_config config;
    struct terms terms;
    struct roster roster;
    struct addresses addresses;
    struct keypair key;
    struct payoffs *payoffs; /* owned */
    struct birth birth;
    char log_path[PATH_SIZE + 32], seed_path[PATH_SIZE + 32],
        result_path[PATH_SIZE + 32];
    int data_lock, key_lock, machine_lock; /* -1: not held */
};

/* Reads and checks all files; nothing is locked and nothing is written. On failure
 * everything is released again. */
enum status home_read(struct home *h, const char *config_path, char message[256]);
/* Reads and checks all files, makes the data directory, and takes the locks, which are
 * held until home_close: on the directory, on the key's file, and on the key itself,
 * so that not even a copy of the directory runs on this machine at the same time.
 * again: puts a session that is over away (sessions_renew). On failure everything is
 * released again. */
enum status home_open(struct home *h, const char *config_path, bool again,
                      char message[256]);
void home_close(struct home *h);

/* Opens the log, a new one or that of an earlier run, and the seed of the session,
 * which lasts as long as the log: a log without its seed is refused, since the node
 * could not say again what it said, and so is a seed without its log. Both are on the
 * disk, names and all, before this returns. player_born is called once the birth is
 * known; then visit sees every record that there is. message holds a remark for people,
 * or nothing, on success. */
struct memory {
    bool (*player_born)(void *context); /* false: no memory */
    void (*visit)(void *context, const struct record *r);
    void *context;
};
enum status home_remember(struct home *h, struct log **out, const struct memory *m,
                          char message[256]);

/* The same for a look back: the log and the seed must be there, nothing is written, and
 * no log is opened to append to. */
enum status home_recall(struct home *h, const struct memory *m, char message[256]);

/* No core dumps, which would hold keys; enough descriptors; no end by a closed pipe. */
enum status process_prepare(uint8_t n_players, char message[256]);

#endif
