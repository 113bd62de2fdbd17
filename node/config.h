/* SPDX-License-Identifier: MIT */
/* The files of a node: YAML that people and other programs can read and write, checked
 * against a schema. Errors name file, line where known, field and the fix. A node's
 * directory holds only what that node may know. */
#ifndef TREATY_NODE_CONFIG_H
#define TREATY_NODE_CONFIG_H

#include <stdio.h>

#include "adversary/adversary.h"
#include "node/status.h"
#include "protocol/player.h"

enum { PATH_SIZE = 1024, ADDRESS_SIZE = 256 };

/* Where everybody listens: "tcp://host:port". Not part of the roster's digest. */
struct addresses {
    char address[PLAYERS_MAX][ADDRESS_SIZE];
};

/* When another session may begin where the last one ended early: by silence, or by a
 * proven fault. Only a person begins one (treaty node --again). */
struct restart {
    uint32_t cooldown_ms; /* so long after such an end */
    uint32_t budget;      /* so often, for one roster and the same terms */
};
enum { RESTART_COOLDOWN_MS = 60000, RESTART_BUDGET = 3 }; /* where it is left out */

/* What a node makes the disk keep before it says it. Whatever that is, a process may
 * die anywhere; only where the machine itself may stop does it matter. */
enum sync {
    SYNC_WORDS,     /* every word: no loss of power leads it to contradict itself */
    SYNC_AGREEMENT, /* hello, sign, start, fail: several times as fast */
};

/* Where the node answers over HTTP (node/http.h), and what it shows. */
struct http_config {
    char listen[ADDRESS_SIZE]; /* "127.0.0.1:9101"; empty: nowhere */
    bool own;                  /* what only this node may know is shown */
    bool stay;                 /* it answers on when the play is over */
};

/* What the command line says is stronger than the file: listen, NULL where it says
 * nothing, and stay. False, with what is wrong, for a place that is none. */
bool http_config_take(struct http_config *c, const char *listen, bool stay,
                      char message[256]);

/* node.yaml: one node. Paths are relative to the file's directory. */
struct node_config {
    char directory[PATH_SIZE]; /* of the file */
    char terms_path[PATH_SIZE], roster_path[PATH_SIZE], key_path[PATH_SIZE],
        payoffs_path[PATH_SIZE], data_path[PATH_SIZE];
    char listen[ADDRESS_SIZE]; /* "tcp://127.0.0.1:7001" */
    uint8_t self;              /* the file counts from 1 */
    struct private_options options;
    struct restart restart;
    enum sync sync; /* words, where it is left out */
    struct http_config http;
    struct misdeeds misdeeds; /* refused unless the terms say test: true */
};

/* The fields of node.yaml that may also be set from outside, "http.listen" for one that
 * stands inside another; ends with NULL. What is set there goes before the file, in
 * which all that is needed must stand all the same. */
extern const char *const config_fields[];
enum { VARIABLE_SIZE = 64 };
/* "TREATY_HTTP_LISTEN": the variable of the environment that sets this field. */
const char *config_variable(char out[VARIABLE_SIZE], const char *field);
/* What the environment says of the field; NULL where that is nothing, or empty. */
const char *config_override(const char *field);
/* What was read, in words; "" where nothing is set. */
void config_value(char out[PATH_SIZE], const struct node_config *c, const char *field);

/* Without terms the misdeeds stay unread, because their actions are named in the terms.
 */
enum status config_read(struct node_config *out, const char *path,
                        const struct terms *terms_or_null, char message[256]);
enum status config_write(const struct node_config *c, const char *path,
                         const struct terms *terms, char message[256]);
/* terms.yaml: title, players (name, actions), and, each at its default where it is left
 * out: concept, resolution, incentive, strategy (grim, finite), length, budget, batch,
 * opening (pure, none), share_rewards, selection (lottery, nash-bargaining,
 * egalitarian), stages, threat (one entry per player: weights), threat_epsilon,
 * threat_rounds, restorations_max, soft_ms, hard_ms, test. A threat that is left out is
 * one that the players are to find. roster.yaml: players (name, key, address). Both are
 * also checked as the core does. */
enum status terms_read(struct terms *out, const char *path, char message[256]);
enum status terms_write(const struct terms *t, const char *path, char message[256]);
/* The same text, to anywhere. */
void terms_print(FILE *out, const struct terms *t);
void roster_print(FILE *out, const struct roster *r, const struct addresses *addresses);
enum status roster_read(struct roster *out, struct addresses *addresses,
                        const char *path, char message[256]);
enum status roster_write(const struct roster *r, const struct addresses *addresses,
                         const char *path, char message[256]);
/* A list of numbers in the order of .nfg; *out is released with payoffs_free. Refused
 * where others may read the file. */
enum status payoffs_read(struct payoffs **out, const struct shape *shape,
                         uint8_t player, const char *path, char message[256]);
enum status payoffs_write(const struct payoffs *p, const char *path, char message[256]);
/* 32 bytes in hexadecimal, mode 0600, created with O_EXCL and O_NOFOLLOW; refused when
 * others may read it or another user owns it. key_write also writes path.pub. */
enum status key_read(struct keypair *out, const char *path, char message[256]);
enum status key_write(const struct keypair *key, const char *path, char message[256]);

#endif
