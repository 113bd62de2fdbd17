/* SPDX-License-Identifier: MIT */
/* What the files of a player share: its state, and how it says, sends and notes. Nobody
 * else includes this: player.h is the door. */
#ifndef TREATY_PROTOCOL_MIND_H
#define TREATY_PROTOCOL_MIND_H

#include "protocol/contradiction.h"
#include "protocol/dealing.h"
#include "protocol/message.h"
#include "protocol/negotiation.h"
#include "protocol/play.h"
#include "protocol/player.h"
#include "protocol/round.h"
#include "protocol/strict.h"

enum {
    LINGER_SOFTS = 10, /* answering those who are behind, after the end */
    WAITS_KEPT = 8,    /* rounds after which an answer may still come */
};

/* When each player was last given something that it may not have at will. */
struct pauses {
    uint64_t since_ms[PLAYERS_MAX];
    uint64_t begun; /* mask: since_ms means something */
};

/* Waits of one round. */
struct waited {
    uint64_t round;
    uint64_t longest_ms; /* the longest time in which nothing new came */
    uint64_t asked;      /* mask of those who were asked for their own words */
    bool helped;         /* others were asked for them as well */
};

/* What a player does about silence, and what it has learnt about it. */
struct waiting {
    struct waited row[WAITS_KEPT]; /* by round, modulo */
    uint64_t quiet_ms;             /* since when nothing new has come */
    uint64_t ask_ms, latest_ms;    /* the next request: when, and when at the latest */
    uint64_t pause_ms;             /* before it */
    uint32_t requests;             /* in this round */
    uint64_t notice_ms, notice_pause_ms; /* when to tell people */
    uint64_t usual_8, spread_4; /* of waits: eight and four times what they are */
    bool measured;              /* there are any */
};

struct player {
    struct terms terms;
    struct roster roster;
    struct verifier *verifier; /* of the roster's keys */
    /* Authors one of whose words in this round libsodium has judged as well. */
    uint64_t reconsidered, reconsidered_round;
    struct keypair key;
    struct payoffs *payoffs;
    struct private_options options;
    struct seed seed;
    struct context context;
    struct digest before; /* what hellos carry instead of a session */

    struct round *round;
    struct negotiation *negotiation;
    struct play play;
    enum phase phase;
    enum outcome outcome;
    enum message_kind expected; /* the kind of message that this round is made of */

    uint64_t now_ms, entered_ms; /* entered: this round */
    uint64_t named_ms;           /* from then on the session keeps its name */
    struct waiting waiting;
    bool noticed;
    bool begun;         /* the work of this round's row is under way, or done */
    uint64_t full_ms;   /* since when it is */
    bool doubled;       /* it was noted that somebody else has this player's key */
    uint64_t linger_ms; /* after the end: until when */
    struct pauses introductions; /* strangers' hellos looked at */
    /* Requests answered, of the latest round that each asked about and of earlier ones;
     * rows shown unasked. */
    struct pauses answers, late_answers, comparisons;
    uint64_t asked_round[PLAYERS_MAX];

    uint64_t refused, blamed, strangers, reborn; /* masks of players */
    uint64_t attempt[PLAYERS_MAX];               /* of the hellos that count */
    struct refusals refusals;
    struct vouches *vouches; /* NULL unless verdicts are strict */
    uint64_t heard_round[PLAYERS_MAX];
    uint64_t signatures, verifications, said_count;

    size_t envelope_max;
    size_t said_size, farewell_size;
    uint8_t *said;     /* the own message of this round */
    uint8_t *farewell; /* why the session is over, for those who ask */
    uint8_t *aside;    /* a request */
    uint8_t *body;
};

/* player.c */
void mind_act(struct player *p, enum action_kind kind, uint8_t to, const uint8_t *bytes,
              size_t size);
/* The stage at hand is filled in where the note names none. */
void mind_note(struct player *p, struct note n);
/* Mask of all players but this one. */
uint64_t mind_others(const struct player *p);
/* To those in the mask, as far as this step has room: whatever is sent can be asked for
 * again. */
void mind_send(struct player *p, uint64_t mask, const uint8_t *bytes, size_t size);
/* Signs p->body as a message of this round into out (p->envelope_max bytes); its size.
 */
size_t mind_seal(struct player *p, uint8_t *out, enum message_kind kind,
                 size_t body_size);
/* Enters a phase and says what is to be said in it. */
void mind_say(struct player *p, enum phase phase);
void mind_end(struct player *p, enum outcome outcome);
/* Signs `fail` of this round, and ends. */
void mind_refuse(struct player *p, uint64_t missing);
void mind_blame(struct player *p, uint8_t guilty, enum fault_kind fault);
bool mind_in_play(enum phase phase);
/* True if everybody's message of this round is there, but not what this player must
 * work out before it can conclude anything from them. */
bool mind_working(const struct player *p);

/* What the message of this event was good for; the last word counts. */
void mind_judge(struct player *p, enum worth worth);
/* hearing.c: bytes that came in, from anybody. */
void mind_hear(struct player *p, const uint8_t *bytes, size_t size);
/* The row of this round may be full, or worked out. */
void mind_go_on(struct player *p);
/* A message of a round whose signature holds; with: what vouches for it, or NULL. */
void mind_file(struct player *p, const struct message *m, const uint8_t *bytes,
               size_t size, const struct body_vouch *with);

/* waiting.c: silence. A round has begun. */
void mind_wait_anew(struct player *p);
/* A message of this round or the next was filed. */
void mind_progress(struct player *p, const struct message *m);
/* One that was filed came again. */
void mind_repeated(struct player *p, const struct message *m);
/* One came of a round of which nothing is filed any more; its signature is not known to
 * hold. */
void mind_belated(struct player *p, const struct message *m, const uint8_t *bytes,
                  size_t size);
/* Asks, tells and refuses, as far as it is time. Nothing else does: shells give the
 * time when they have handed over what has come. */
void mind_wait(struct player *p);
/* Moves the clock on, at the start of a step. */
void mind_wake_up(struct player *p, uint64_t now_ms);

/* vouching.c: strict verdicts (strict.h). True where they are asked for: not for
 * hellos, which nodes that are started by hand say at any time, nor for farewells. */
bool mind_strict(const struct player *p);
/* A message of this round that nobody vouches for comes too late. */
bool mind_closed(const struct player *p, const struct message *m);
/* It was accepted: vouches for it to all who may not get it in time otherwise. */
void mind_vouch(struct player *p, const struct message *m, const uint8_t *bytes,
                size_t size, const struct body_vouch *with);
/* Sends again what was vouched for. */
void mind_answer_vouches(struct player *p, uint8_t to, uint64_t round, uint64_t mask);
void mind_hear_vouch(struct player *p, const struct message *m, const uint8_t *bytes,
                     size_t size);

#endif
