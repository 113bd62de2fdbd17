/* SPDX-License-Identifier: MIT */
/* The stages of the repeated game: what is prescribed, what everybody did, and whether
 * everybody is cooperating or punishing. All of it follows from the rows, so every
 * player sees every deviation at the same stage and says the same about it. */
#ifndef TREATY_PROTOCOL_PLAY_H
#define TREATY_PROTOCOL_PLAY_H

#include "protocol/negotiation.h"

struct play {
    struct agreement agreement;
    struct digest agreement_digest;
    bool correlated; /* a distribution is agreed on */
    bool by_lottery; /* the profile of every stage as agreed is drawn in public */
    /* The latest of these, as a mixed profile. Where recommendations are private: how
     * often each player plays each action. */
    struct candidate drawn;
    uint32_t stage; /* being played, from 1 */
    uint32_t played;
    bool punishing;
    uint32_t served;       /* stages of this punishment without a deviation */
    uint32_t restorations; /* punishments that are over */
    uint32_t flip;         /* number of the coin at hand, from 1 */
    struct digest beacon;
    struct digest coin[PLAYERS_MAX];      /* commitments to the halves of this flip */
    struct digest coin_next[PLAYERS_MAX]; /* and of the next */
    struct digest action[PLAYERS_MAX];    /* commitments to the actions of this stage */
};

/* The agreement is signed. Returns the phase of the first stage. */
enum phase play_start(struct play *p, struct context *c, const struct negotiation *n);
/* Writes the body of what this player says in a phase of play, and returns its kind. */
enum message_kind play_say(struct play *p, struct context *c, enum phase phase,
                           struct writer *body);
struct conclusion play_conclude(struct play *p, struct context *c, enum phase phase,
                                const struct message *row);
/* True where this stage is one of private recommendations: its COMMIT and SHOW are
 * those of message_deck.h. */
bool play_private(const struct play *p, const struct context *c);
/* True if the row of this phase gives work on decks. */
bool play_deals(const struct play *p, const struct context *c, enum phase phase);
/* The mixed profile that everybody is to play in this stage; where it is still to be
 * drawn, that of the stage before; where it is recommended in private, all that is
 * known to everybody. */
const struct candidate *play_prescribed(const struct play *p);

#endif
