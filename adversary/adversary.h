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

enum misbehaviour_kind {
    MISBEHAVE_SILENT,       /* says nothing any more */
    MISBEHAVE_EQUIVOCATE,   /* tells one half of the players something else */
    MISBEHAVE_BAD_OPENING,  /* shows something other than what it committed to */
    MISBEHAVE_GARBAGE,      /* sends bytes that are no message besides its own */
    MISBEHAVE_FORGE,        /* sends messages in others' names besides its own */
    MISBEHAVE_MUTE_TOWARDS, /* says nothing to the player after it */
    MISBEHAVE_ILLEGAL,      /* signs a body that the rules do not allow */
    MISBEHAVE_WITHHOLD,     /* keeps its lottery ticket or its coin to itself */
    MISBEHAVE_COPY, /* repeats the commitment and opening of the player before it */
};
struct misbehaviour {
    enum misbehaviour_kind kind;
    uint64_t from_round; /* 0: from the start */
    uint32_t from_stage; /* or, if not 0: from this stage on */
};
/* The name in --misbehave, and one line about what it does and what should happen. */
const char *misbehaviour_name(enum misbehaviour_kind kind);
const char *misbehaviour_help(enum misbehaviour_kind kind);
enum { MISBEHAVIOUR_KINDS = MISBEHAVE_COPY + 1 };

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

/* Opaque. */
struct adversary;
struct adversary *adversary_new(const struct misdeeds *m, const struct terms *terms,
                                const struct roster *roster, uint8_t self,
                                const struct keypair *key,
                                const struct payoffs *payoffs, const struct seed *seed);
void adversary_free(struct adversary *a);

/* What is really sent. Bytes are the adversary's, until its next call. `to` is a mask
 * of players; the copy whose mask has self in it is what the own player is handed back,
 * and its log is told (there is at most one such; if there is none, the message is
 * withheld for now and the player is handed nothing). */
enum { DELIVERIES_MAX = 4 };
struct delivery {
    uint32_t to;
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
