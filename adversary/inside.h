/* SPDX-License-Identifier: MIT */
/* What the files of this room share: the adversary itself. No other room looks inside.
 */
#ifndef TREATY_ADVERSARY_INSIDE_H
#define TREATY_ADVERSARY_INSIDE_H

#include "adversary/adversary.h"
#include "lottery/coin.h"
#include "lottery/lottery.h"
#include "protocol/message.h"

enum {
    BODY_SLACK = 64, /* an illegal body may be larger than a legal one */
    GARBAGE_MAX = 512,
    ROUNDS_KEPT = 4, /* in which it is remembered what was said to whom */
    OLD_MAX = 8,     /* messages that are kept to be said again */
};
/* What is signed besides the own words. */
enum { FORGERY, INNOCENT, IMPERSONATION, FUTURE, REQUEST, SLANDER, ACCUSATION, EXTRAS };

/* One envelope that is remembered. */
struct letter {
    bool full;
    uint64_t round;
    enum message_kind kind;
    size_t size;
    uint8_t *bytes;
};

/* The own words as they will be sealed: a body that may be changed. */
struct draft {
    struct message message;
    uint8_t *body;
    size_t size;
    bool changed;
};

struct adversary {
    struct misdeeds misdeeds;
    struct deeds deeds;
    const struct terms *terms;
    const struct roster *roster;
    const struct payoffs *payoffs;
    uint8_t self;
    struct keypair key;
    struct seed seed;
    struct prng chance;
    uint64_t whim; /* what the adaptive do follows from it */
    size_t body_max, letter_max;
    uint8_t *body, *body_other, *body_extra; /* bodies that are being changed */
    uint32_t stage;                          /* as of the last report */
    uint32_t changed;                        /* the last stage that was changed */
    uint8_t change;                          /* the action there */
    struct nonce nonce;                      /* what it is committed with */

    struct letter own, other, garbage, extra[EXTRAS]; /* what deliveries point to */
    struct letter said[ROUNDS_KEPT];                  /* own words, by round */
    struct letter told[ROUNDS_KEPT]; /* what one half was told, by round */
    struct letter heard[2];          /* the latest of the player before, by round */
    struct letter victim[2];         /* and of the player after */
    struct letter held;              /* own words, until something is heard */
    struct letter old[OLD_MAX];      /* what was said long ago, by anybody */
    size_t n_old;

    struct body_propose *proposal; /* room for one */
    struct candidate first_asked;  /* the first that it asked about */
    bool has_asked;
    uint32_t n_stuffed, stuffing; /* near-copies proposed; and tried */
    uint32_t asked;               /* by all, as of the last answer */

    uint64_t wanted_round[PLAYERS_MAX]; /* how often each has asked for what it */
    uint32_t wanted[PLAYERS_MAX];       /* lacks of this player in that round */
    bool accused;

    uint64_t accomplices; /* mask of those whose seeds it has */
    struct seed accomplice[PLAYERS_MAX];
    struct keypair accomplice_key[PLAYERS_MAX];
    uint32_t draw;         /* of the lottery at hand, from 1 */
    uint64_t ticket_round; /* the round of the tickets below */
    uint64_t tickets;      /* mask of those that were heard */
    struct ticket ticket[PLAYERS_MAX];
    /* The same of the coins: the flip at hand and its beacon, and what was shown since.
     */
    struct candidate agreed;
    uint32_t flip;
    struct digest beacon;
    uint64_t half_round;
    uint64_t halves; /* mask; 0 again when the flip is over */
    bool flipped;    /* in half_round */
    struct coin_half half[PLAYERS_MAX];
};

/* Whether it misbehaves like this in that round. */
bool misbehaves(const struct adversary *a, enum misbehaviour_kind kind, uint64_t round);
/* The same, and it has had an effect. */
void has_misbehaved(struct adversary *a, enum misbehaviour_kind kind, uint64_t round);
/* The player before it, and after it. */
uint8_t player_before(const struct adversary *a);
uint8_t player_after(const struct adversary *a);
/* A run of bytes that follows from the seed and what it is for. */
struct secret secret_for(const struct adversary *a, const struct message *m,
                         const char *label);

/* ---- words.c: other bodies for what is said ---- */

void draft_put(struct draft *d, size_t offset, const void *bytes, size_t n);
/* Another body for the same slot that could have been said just as well. */
void say_another(struct draft *d, const struct adversary *a);
/* The same where this round's misbehaviours ask for two versions. */
void say_otherwise(struct draft *d, const struct adversary *a);
/* Whatever the misbehaviours of this round make of what is said to all. */
void say_falsely(struct draft *d, struct adversary *a, const struct report *report);

/* ---- decks.c: other words about decks ---- */

/* What one of the kinds that are about decks makes of cuts, proofs and shares. */
void say_of_deck_falsely(struct draft *d, const struct adversary *a,
                         enum misbehaviour_kind kind);
/* True where a message brings keys to decks. */
bool keys_ride(const struct adversary *a, enum message_kind kind);
/* Takes another's key, which that letter brings, off the own one. */
void cancel_key(struct draft *d, struct adversary *a, const struct letter *from);

/* ---- deeds.c: other actions ---- */

/* Changes what is said of an action that is not the prescribed one. */
void defect(struct draft *d, struct adversary *a, const struct report *report);

/* ---- besides.c: what is sent besides the own words ---- */

void add_besides(struct adversary *a, const struct draft *own, struct deliveries *out,
                 uint64_t to);
/* Remembers what may be said again, or used against its author. */
void remember(struct adversary *a, const struct message *m, const uint8_t *bytes,
              size_t size);

void letter_fill(struct letter *l, const struct message *m, const uint8_t *bytes,
                 size_t size);
void letter_seal(struct letter *l, const struct adversary *a, const struct draft *d);
void deliver(struct deliveries *out, uint64_t to, const struct letter *l);

#endif
