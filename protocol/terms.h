/* SPDX-License-Identifier: MIT */
/* What everybody must have in common before the first word: the terms of the session
 * and the roster of its players. Both have a digest; nodes whose digests differ do not
 * talk. */
#ifndef TREATY_PROTOCOL_TERMS_H
#define TREATY_PROTOCOL_TERMS_H

#include "base/bytes.h"
#include "base/secure.h"
#include "game/game.h"
#include "game/incentive.h"
#include "sampling/selection.h"

enum {
    BATCH_MAX = 64,         /* candidates in one proposal */
    CANDIDATES_MAX = 65536, /* asked in one session, by all players together */
    STAGES_MAX = 10000000,
    THREAT_ROUNDS_MAX = 100000,
    RESOLUTION_DEFAULT = 64,
    SOFT_MS_MIN = 10,
    HARD_MS_MAX = 24 * 3600 * 1000,
};

/* How it is decided that somebody fell silent (docs/protocol.md, section 8). */
enum verdict {
    VERDICT_DEFAULT, /* each for itself: at most one stage of skew, whatever the network
                      */
    VERDICT_STRICT,  /* all alike, as long as messages take at most delay_ms */
};

struct terms {
    char title[TITLE_MAX + 1];
    struct shape shape;
    char player_name[PLAYERS_MAX][NAME_MAX + 1];
    char action_name[WEIGHTS_MAX][NAME_MAX + 1];
    enum concept concept;
    uint16_t resolution; /* private: weights are multiples of 1/16, 1/64 or 1/256 */
    enum incentive incentive;
    bool finite; /* punishment for a number of stages instead of for ever */
    uint32_t
        length; /* that number; 0 with finite: the shortest that deters everybody */
    uint32_t budget;    /* N_c: how many candidates each player may ask about */
    uint16_t batch;     /* how many of them in one round, at most */
    bool opening_pure;  /* first questions are pure profiles, for half of the budget */
    bool share_rewards; /* answers carry rewards (equation (11)), for lambda < 1 */
    enum selection selection; /* of one candidate among those that suit everybody */
    uint32_t stages;          /* to be played after the agreement */
    bool threat_given;
    struct candidate threat;   /* where given */
    double threat_epsilon;     /* a threat suits a player if its regret is at most this
                                  share of its payoff range */
    uint32_t threat_rounds;    /* of the search, at most */
    uint16_t restorations_max; /* finite punishments forgiven; after that, for ever */
    uint32_t soft_ms; /* silence after which a player asks for what it misses */
    uint32_t hard_ms; /* silence after which a player refuses to go on */
    enum verdict verdict;
    uint32_t delay_ms; /* strict: the longest that a message takes, from the event that
                          makes an honest player send it to what the receiver does */
    bool test;         /* nodes may be told to misbehave */
};

/* The limits and the game left open, all else at its default: budget 100, batch 8,
 * 100 stages, epsilon 1e-3, 2000 rounds, 16 restorations, 200 ms and 30 s; default
 * verdicts, 500 ms; resolution 64. */
void terms_default(struct terms *t);
/* False, with which field is wrong, what was expected and what stands there in message
 * (at most 255 bytes), unless everything is within its limits. */
bool terms_valid(const struct terms *t, char message[256]);
/* What is agreed on: the shape of candidates, and the number that makes a whole of
 * which their weights are multiples. */
struct shape terms_candidates(const struct terms *t);
uint32_t terms_resolution(const struct terms *t);
/* True if c may be proposed: its weights sum to a whole, in steps of the resolution. */
bool terms_candidate_valid(const struct terms *t, const struct candidate *c);
/* Every field, in a fixed layout: what the digest is of, and what evidence carries.
 * terms_decode takes nothing but valid terms. */
enum { TERMS_SIZE_MAX = 24 * 1024 };
void terms_encode(struct writer *w, const struct terms *t);
bool terms_decode(struct terms *t, struct reader *r);
struct digest terms_digest(const struct terms *t);
/* The largest body that a message of a round may have in this session, in bytes. */
size_t terms_slot_max(const struct terms *t);
/* The largest body of any message: evidence holds two envelopes, a vouch one and a
 * signature of each player. */
size_t terms_body_max(const struct terms *t);

struct roster {
    uint8_t n_players;
    char name[PLAYERS_MAX][NAME_MAX + 1];
    struct public_key key[PLAYERS_MAX];
};

/* False, with what is wrong in message (at most 255 bytes): keys that are not valid or
 * not distinct, names that are empty or not distinct, a number of players that is not
 * that of the terms. */
bool roster_valid(const struct roster *r, const struct terms *t, char message[256]);
struct digest roster_digest(const struct roster *r);

#endif
