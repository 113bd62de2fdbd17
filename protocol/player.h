/* SPDX-License-Identifier: MIT */
/* A player: the mind of one node. Messages and time go in, actions come out; it never
 * waits, reads a clock, draws entropy, opens a file or touches a socket. The same
 * events give the same actions for ever, which is why its log is also its memory.
 *
 * This is the only door of the protocol: shells (node/, sim/) need nothing else. */
#ifndef TREATY_PROTOCOL_PLAYER_H
#define TREATY_PROTOCOL_PLAYER_H

#include "base/bytes.h"
#include "protocol/terms.h"
#include "protocol/work.h"
#include "sampling/sampler.h"

/* Changes where a program that was written for an older one would not compile, or would
 * not do the same. */
enum { LIBRARY_VERSION = 2 };

/* What one player alone knows and decides. */
struct private_options {
    double discount; /* its own discount factor, in [0, 1) */
    double lambda;   /* weight of its own reward in equation (10), in [0, 1] */
    enum sampler_kind sampler;
    uint64_t sampler_seed; /* of what is no secret: where random proposals come from */
    /* Which of its lives with these terms this is: more than any before it, and kept
     * with the seed, so that it is the same for the whole of a session. Shells take the
     * time of the session's birth in ms since 1970, or one more than the last if that
     * is more. Of two hellos the one with the greater attempt counts; two with the same
     * prove that their author says two things. */
    uint64_t attempt;
};

enum phase {
    PHASE_WAITING, /* not started */
    PHASE_HELLO,
    PHASE_REGRET,
    PHASE_PUNISH,
    PHASE_PUNISH_OK,
    PHASE_PROPOSE,
    PHASE_ANSWER,
    PHASE_SET,
    PHASE_REVEAL,
    PHASE_PRUNE,
    PHASE_LENGTH,
    PHASE_SIGN,
    PHASE_START,
    PHASE_ACT,     /* one stage of pure actions */
    PHASE_COMMIT,  /* one stage of mixed actions: first half */
    PHASE_SHOW,    /* second half */
    PHASE_FOLLOW,  /* one stage of a profile that was drawn in public */
    PHASE_TOSS,    /* the draw of the next such profile */
    PHASE_RESTORE, /* a finite punishment is over */
    PHASE_END,     /* all stages are played */
    PHASE_DEAL,    /* private recommendations: decks are made ready before the first
                      stage */
    PHASE_OVER,    /* nothing more will be said, save to those who ask */
};
/* "hello", "regret", ... */
const char *phase_name(enum phase phase);
/* For how long a player waits for the messages of a round, from when it entered it.
 * After that it refuses to go on; without a farewell (PHASE_END) it simply ends. */
uint64_t phase_patience_ms(const struct terms *t, enum phase phase);
/* Pauses between the requests of a round double from the first one to this. */
uint64_t request_pause_ms(const struct terms *t, uint64_t first_ms);
/* Phases that people see as one have the same number; a note tells when another of
 * these groups begins. */
unsigned phase_group(enum phase phase);

enum outcome {
    OUTCOME_OPEN,      /* still going on */
    OUTCOME_PLAYED,    /* all stages were played */
    OUTCOME_NO_THREAT, /* no static equilibrium within epsilon: nothing is played */
    OUTCOME_OMISSION,  /* somebody fell silent, or refused to go on */
    OUTCOME_FAULT,     /* somebody is proven to have broken the protocol */
};
const char *outcome_name(enum outcome outcome);

/* What a player can be proven to have done (protocol.md, E.1). */
enum fault_kind {
    FAULT_NONE,
    FAULT_EQUIVOCATION, /* E1: two signed bodies for one slot */
    FAULT_OPENING,      /* E2: what was shown is not what was committed to */
    FAULT_ACTION,       /* E3: an action other than the prescribed one */
    FAULT_PROOF,        /* E4: a proof about a deck that does not hold */
    FAULT_ILLEGAL,      /* E5: a signed body that the rules do not allow */
    FAULT_EXCLUSIVE,    /* E6: two signed words that exclude each other */
    FAULT_ACCUSATION,   /* E7: an accusation that its author's own words contradict */
};
enum { FAULT_KINDS = FAULT_ACCUSATION + 1 };
/* "equivocation", "opening", "action", "proof", "illegal", "exclusive", "accusation".
 */
const char *fault_name(enum fault_kind kind);

enum event_kind {
    EVENT_START,   /* the first event: the player says hello */
    EVENT_TIME,    /* nothing but the time */
    EVENT_MESSAGE, /* bytes that came in, from anybody; also one's own, see ACTION_SAY
                    */
    EVENT_WORK,    /* the work of an ACTION_WORK is done */
};
struct event {
    enum event_kind kind;
    uint64_t now_ms;      /* never goes backwards */
    const uint8_t *bytes; /* EVENT_MESSAGE; borrowed for the call */
    size_t size;
    struct work *work; /* EVENT_WORK: what the action had */
};

/* Something worth knowing, for logs and people; nothing depends on it. Fields that a
 * kind does not name are 0. */
enum note_kind {
    NOTE_ENTERED = 1, /* number: the phase */
    NOTE_ROUND,       /* round is complete; digest: the transcript after it */
    NOTE_SESSION,     /* digest: the session's identity */
    NOTE_THREAT,      /* candidate; value: own regret at it; number: rounds it took */
    NOTE_NO_THREAT, /* number: rounds it took; mask: who refused, where somebody did */
    NOTE_SAMPLED,   /* number: asked by all; other: accepted by all; round: batches */
    NOTE_DRAWN,  /* candidate; number: draw from 1; other: how many were on the table;
                    player: who had proposed it */
    NOTE_PRUNED, /* number: the draw; other: how many are left */
    NOTE_NO_AGREEMENT, /* nothing suits everybody: the threat will be played */
    NOTE_AGREED,    /* candidate; digest: the agreement's; number: punishment length, 0
                       for ever; value: own payoff per stage */
    NOTE_SIGNED,    /* everybody has signed and started; digest: the certificate's */
    NOTE_STAGE,     /* stage is complete; actions: everybody's; mask: who deviated;
                       number: 0 as agreed, 1 while punishing, 2 where nothing was
                       agreed and the threat is played */
    NOTE_DEVIATION, /* stage, player; number: enum fault_kind; other: the action played,
                       plus 256 times the prescribed one */
    NOTE_PUNISHING, /* stage: the first punished one; number: how many, 0 for ever. Only
                       where such a stage is still to be played */
    NOTE_RESTORED,  /* stage: the first that is played as agreed again */
    NOTE_WAITING,   /* round, stage; mask: whose messages are missing; number: since
                       how many ms */
    NOTE_HEALED, /* round: what was waited for is complete; number: after how many ms */
    NOTE_REFUSED, /* player claims by signature that mask fell silent in round; stage */
    NOTE_BLAMED,  /* player is proven guilty; number: enum fault_kind; round; stage */
    NOTE_STRANGER, /* player's words fit other terms or another roster */
    NOTE_REBORN,   /* player says hello with a later attempt than the one this session
                      was named by: it began anew, and is not in this session any more */
    NOTE_ENDED,    /* number: enum outcome; stage: how many were played */
    NOTE_DOUBLE,   /* somebody else has signed with this player's key, in this round: a
                      second process, an earlier life without its log, or a thief */
    NOTE_TOSSED,   /* stage; actions: the profile that everybody has drawn for it;
                      number: of that profile */
    NOTE_WORKED,   /* a full row had to wait for this player's own work on decks; round,
                      stage; number: how many ms */
    NOTE_SELECTED, /* candidate: the best of what was left by what all report; number:
                      enum selection; other: how many were as good; player: who had
                      proposed it */
};
enum { NOTE_KINDS = NOTE_SELECTED + 1 };
struct note {
    enum note_kind kind;
    uint8_t player;
    uint32_t stage; /* from 1 */
    uint32_t number;
    uint32_t other;
    uint64_t mask; /* bit i: player i */
    uint64_t round;
    double value;
    struct digest digest;
    uint8_t actions[PLAYERS_MAX];
    const struct candidate *candidate; /* NULL unless the kind has one; borrowed */
};

enum action_kind {
    /* A message of one's own, to everybody. The shell logs it, then sends it to the
     * others, and then hands it back as an EVENT_MESSAGE: only then has it been said.
     * So nothing counts that could be forgotten. */
    ACTION_SAY,
    ACTION_SEND, /* to one player: repeats and relays; not logged */
    ACTION_KEEP, /* the message of this event has become part of the record: log it */
    ACTION_PLAY, /* do this action in the world, in this stage */
    ACTION_NOTE,
    /* work_do this, in whichever thread, while the player goes on with other events;
     * then log that it is done (RECORD_WORK) and say so with an EVENT_WORK. Work that
     * is out must be handed back, or have ended, before player_free. */
    ACTION_WORK,
};
struct action {
    enum action_kind kind;
    uint8_t to;           /* ACTION_SEND */
    uint8_t play;         /* ACTION_PLAY: the action, from 0 */
    uint32_t stage;       /* ACTION_PLAY: from 1 */
    const uint8_t *bytes; /* SAY, SEND, KEEP: a signed envelope; borrowed until the next
                             step */
    size_t size;
    struct note note;
    struct work *work; /* ACTION_WORK: the player's, lent until it is handed back */
};
/* What a message was good for, so that a shell can tell who wastes its time. Whoever
 * passes on only what it has judged itself never sends a false one, and seldom a vain
 * one. */
enum worth {
    WORTH_LITTLE, /* it cost no more than a look */
    WORTH_NEW,    /* it has become part of the record */
    WORTH_VAIN,   /* a signature was checked, and holds; nothing came of it */
    WORTH_FALSE,  /* a signature does not hold, or evidence proves nothing */
};
enum { PLAYER_ACTIONS_MAX = 512 };
struct actions {
    enum worth worth; /* of the message of this event; else WORTH_LITTLE */
    size_t n;
    struct action item[PLAYER_ACTIONS_MAX];
};

/* Opaque. */
struct player;

/* The only allocation; NULL when memory is short. Everything is copied. terms and
 * roster must be valid and fit each other; payoffs must be those of player self and of
 * the terms' shape. All secrets follow from seed: a player born again with the same
 * seed and fed the same events says the same bytes. */
struct player *player_new(const struct terms *terms, const struct roster *roster,
                          uint8_t self, const struct keypair *key,
                          const struct payoffs *payoffs,
                          const struct private_options *options,
                          const struct seed *seed);
void player_free(struct player *p);
/* One event; what is to be done about it, in order. Who is led through its log is
 * handed its own words again, its refusal too, whether or not it says them again: a
 * refusal binds, and may have come from a moment that is in no log. */
void player_step(struct player *p, const struct event *event, struct actions *out);
/* Messages that player_step will be given next, in this order: their signatures are
 * judged together, which costs less than one by one. Nothing else depends on it. Any
 * number; borrowed for the call. */
void player_look_ahead(struct player *p, const struct bytes *messages, size_t n);
/* When the player wants an EVENT_TIME at the latest; UINT64_MAX: never. */
uint64_t player_deadline_ms(const struct player *p);
/* True once nothing more will be said: everybody has what it needs, or lingering is
 * over. */
bool player_done(const struct player *p);

/* All that a status page ever sees. */
struct report {
    enum phase phase;
    enum outcome outcome;
    uint64_t round;
    uint32_t stage;         /* the stage being played, from 1; 0 before play */
    uint32_t stages_played; /* complete ones */
    uint64_t missing;       /* mask of those whose message of this round is not here */
    uint64_t waiting_since_ms;
    bool working; /* nothing is missing but this player's own work on decks */
    bool punishing;
    uint32_t punished; /* stages served of this punishment */
    struct digest session;
    bool has_threat;
    struct candidate threat;
    double threat_regret; /* own */
    uint32_t threat_rounds;
    bool agreed;
    struct candidate agreement; /* in the shape of terms_candidates */
    struct digest agreement_digest;
    uint32_t length; /* punishment agreed on; 0 for ever */
    uint32_t asked, certified, sampling_rounds, pruning_rounds;
    /* What everybody is to play in this stage, as a mixed profile; where that is still
     * to be drawn, the profile of the stage before. */
    struct candidate prescribed;
    uint64_t signatures, verifications, said; /* counts so far */
    uint64_t heard_round[PLAYERS_MAX]; /* the latest round each player was heard in */
};
void player_report(const struct player *p, struct report *out);

#endif
