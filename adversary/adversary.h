/* SPDX-License-Identifier: MIT */
/* Nodes that break the agreement or the protocol, for tests and demonstrations: a shell
 * around an honest player that rewrites what it says before it is said. The core has no
 * hook for it; whatever can be done here, a stranger's program could do. */
#ifndef TREATY_ADVERSARY_ADVERSARY_H
#define TREATY_ADVERSARY_ADVERSARY_H

#include "protocol/player.h"

enum { DEFECTIONS_MAX = 64, MISBEHAVIOURS_MAX = 16 };

/* Plays action (or, where it is ANY_ACTION, the most profitable one other than the
 * prescribed) in that stage. */
enum { ANY_ACTION = 255 };
struct defection {
    uint32_t stage; /* from 1 */
    uint8_t action; /* from 0 */
};

/* The first nine have their numbers for ever: seeds of simulated worlds count on them.
 */
enum misbehaviour_kind {
    MISBEHAVE_SILENT,       /* says nothing any more */
    MISBEHAVE_EQUIVOCATE,   /* tells one half of the players something else */
    MISBEHAVE_BAD_OPENING,  /* shows something other than what it committed to */
    MISBEHAVE_GARBAGE,      /* sends bytes that are no message besides its own */
    MISBEHAVE_FORGE,        /* sends messages in others' names besides its own */
    MISBEHAVE_MUTE_TOWARDS, /* says nothing to the player after it */
    MISBEHAVE_ILLEGAL,      /* signs a body that the rules do not allow */
    MISBEHAVE_WITHHOLD,     /* keeps its lottery ticket or its coin to itself */
    MISBEHAVE_COPY,         /* repeats what the player before it commits to and shows */
    MISBEHAVE_WITHHOLD_SIGN, /* keeps its signature of the agreement to itself */
    MISBEHAVE_START_SOME,    /* says to one player only that it has all signatures */
    MISBEHAVE_LATE,          /* says everything at the last moment */
    MISBEHAVE_SPLIT,         /* the same, and to one player only */
    MISBEHAVE_SIGN_TWICE,    /* signs another agreement for one half */
    MISBEHAVE_TWO_HELLOS,    /* says another hello to one half */
    MISBEHAVE_GRIND,         /* shows another half of a coin */
    MISBEHAVE_BAD_PROPOSAL,  /* proposes what it must not, each time in another way */
    MISBEHAVE_BAD_PRUNE,     /* marks the drawn candidate itself */
    MISBEHAVE_OVER_PRUNE,    /* marks all that it may as worse */
    MISBEHAVE_NEVER_CONTENT, /* marks all that it may as better */
    MISBEHAVE_STUFF,         /* proposes nothing but near-copies of its favourite */
    MISBEHAVE_FALSE_YES,     /* says yes to everything, then plays what pays best */
    MISBEHAVE_PICKY,         /* keeps to its coin only where that pays best */
    MISBEHAVE_NO_PENANCE,    /* does not play its part of the punishment */
    MISBEHAVE_RELAPSE,       /* breaks the agreement whenever it is in force */
    MISBEHAVE_REPLAY,        /* says again what was said long ago */
    MISBEHAVE_FLOOD,         /* says everything a dozen times */
    MISBEHAVE_FUTURE,        /* signs messages of rounds far ahead */
    MISBEHAVE_NAG,           /* asks for everything all the time */
    MISBEHAVE_SLANDER,       /* sends evidence that proves nothing */
    MISBEHAVE_ACCUSE,        /* signs that the player after it fell silent, and stops */
    MISBEHAVE_FAIL_AND_GO_ON, /* the same, and goes on as if it had not */
    MISBEHAVE_IMPERSONATE,    /* speaks with the keys of others who do so, too */
    MISBEHAVE_CONSPIRE,       /* looks at what is drawn before it opens its part */
    MISBEHAVE_MARKED_DECK,    /* hands on a deck that is no cut of what it got */
    MISBEHAVE_OLD_PROOF,      /* proves a deck or a share with the proof of another */
    MISBEHAVE_BAD_SHARE,      /* opens a recommendation with something else */
    MISBEHAVE_ROGUE_KEY,      /* takes another's key off its own */
    MISBEHAVE_MISREPORT,      /* reports that a single candidate gains it anything */
    MISBEHAVE_BAD_REPORT,     /* opens another report than it committed to */
    MISBEHAVE_ADAPTIVE,       /* each round something else of all this */
};
struct misbehaviour {
    enum misbehaviour_kind kind;
    uint64_t from_round; /* 0: from the start */
    uint32_t from_stage; /* or, if not 0: from this stage on */
};
/* The name in --misbehave, and one line about what it does and what should happen. */
const char *misbehaviour_name(enum misbehaviour_kind kind);
const char *misbehaviour_help(enum misbehaviour_kind kind);
enum { MISBEHAVIOUR_KINDS = MISBEHAVE_ADAPTIVE + 1 };

struct misdeeds {
    uint8_t n_defections;
    struct defection defection[DEFECTIONS_MAX];
    uint8_t n_misbehaviours;
    struct misbehaviour misbehaviour[MISBEHAVIOURS_MAX];
};
/* "STAGE[:ACTION]" (action by number from 1 or by name, as in terms) or false with a
 * message. */
bool defection_read(struct defection *out, const char *text, const struct terms *terms,
                    uint8_t player, char message[256]);
/* "KIND[@WHEN]": WHEN is a stage, or rN for a round; without it from the start. */
bool misbehaviour_read(struct misbehaviour *out, const char *text, char message[256]);
/* As it would be typed: "20", "20:2", "silent@r34". */
enum { MISDEED_TEXT_MAX = 64 };
void defection_text(char out[MISDEED_TEXT_MAX], const struct defection *d);
void misbehaviour_text(char out[MISDEED_TEXT_MAX], const struct misbehaviour *m);

/* Which of the misdeeds had any effect so far on what was said or played, bit by bit in
 * the order of struct misdeeds. */
struct deeds {
    uint64_t defections;
    uint32_t misbehaviours;
};

/* Opaque. */
struct adversary;
struct adversary *adversary_new(const struct misdeeds *m, const struct terms *terms,
                                const struct roster *roster, uint8_t self,
                                const struct keypair *key,
                                const struct payoffs *payoffs, const struct seed *seed);
void adversary_free(struct adversary *a);
/* The secrets of another cheat, with whom this one conspires. */
void adversary_confide(struct adversary *a, uint8_t player, const struct keypair *key,
                       const struct seed *seed);
/* True for a cheat that makes use of them, and lets others have its own. */
bool misdeeds_conspire(const struct misdeeds *m);
struct deeds adversary_deeds(const struct adversary *a);

/* What is really sent. Bytes are the adversary's, until its next call. `to` is a mask
 * of players; the copy whose mask has self in it is what the own player is handed back,
 * and its log is told (there is at most one such; if there is none, the message is
 * withheld for now and the player is handed nothing). */
enum { DELIVERIES_MAX = 40 };
struct delivery {
    uint64_t to;
    const uint8_t *bytes;
    size_t size;
};
struct deliveries {
    size_t n;
    struct delivery item[DELIVERIES_MAX];
};
/* What is sent instead of one ACTION_SAY. report is the player's own, taken after the
 * step that said it. */
void adversary_rewrite(struct adversary *a, const struct report *report,
                       const uint8_t *said, size_t size, struct deliveries *out);
/* Bytes that have come in, after the player was given them. A message that was withheld
 * until something was heard may be sent now. */
void adversary_hear(struct adversary *a, const uint8_t *bytes, size_t size,
                    struct deliveries *out);
/* The same for one ACTION_SEND, a repeat or a relay to one player: false if it is kept
 * back; otherwise *what is really sent, which arrives here as the player wants it. */
bool adversary_sends(struct adversary *a, uint8_t to, struct delivery *what);
/* The action that this node really plays in a stage, given the prescribed one. */
uint8_t adversary_plays(struct adversary *a, const struct report *report,
                        uint32_t stage, uint8_t prescribed);

#endif
