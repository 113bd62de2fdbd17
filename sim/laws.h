/* SPDX-License-Identifier: MIT */
/* What must hold in every world, whatever the network and the cheats do. Written once,
 * checked everywhere: in the traces, in bulk, and by `treaty simulate`. Everything is
 * read from the players' logs and reports, as an outsider would. */
#ifndef TREATY_SIM_LAWS_H
#define TREATY_SIM_LAWS_H

#include "sim/world.h"

/* Where a cheat really has said two things at one place, two honest players may
 * complete one last round, and with it one last stage, with different rows; neither
 * gets any further. So there LAW_ONE_STORY and LAW_ONE_PAST compare only what one of
 * the two has gone beyond. */
enum law {
    LAW_LOG,        /* a log is a whole chain of records that can be read back */
    LAW_ONE_TREATY, /* no two honest players hold different agreements or threats */
    LAW_INNOCENCE,  /* no honest player is proven guilty by an honest one */
    LAW_ONE_STORY,  /* the same draws, actions and deviations in every stage both
                       completed */
    LAW_ONE_PAST,   /* the same transcript after every round both completed */
    LAW_STEP,       /* honest players are never more than one round apart */
    LAW_END,        /* everything ends before the limit */
    LAW_PLAYED,     /* without cheats, and with little loss, every stage is played */
    LAW_NOTICED,    /* a deviation is noticed by everybody at its very stage, and
                       punished from the next */
    LAW_PROVEN, /* on a calm network, what one honest player proves of the only cheat,
                   everybody does who had not ended before */
    LAW_CAUGHT, /* on a calm network, what the only cheat did that proves its guilt by
                   itself, everybody proves */
    LAW_SAME_VERDICT, /* with strict verdicts, where messages take as long as the terms
                         say and nobody has said two things: honest players complete the
                         same rounds. Not so hellos and what follows on them at once,
                         since nodes are started by hand, nor farewells */
    LAW_AS_DRAWN,     /* where profiles are drawn in public: each stage as agreed has a
                         draw of something that the agreement gives a weight, and who
                         plays otherwise is noted for it, and nobody else; and
                         after such a note, or that of a broken draw, nothing is drawn */
    LAW_FLOOR,      /* an honest player agrees to at least what the first draw would pay
                       it, whatever others mark or report */
    LAW_SAME_WORDS, /* a restarted player says the same bytes again, and nobody who is
                       honest hears itself say something else */
};
/* The law as a sentence. */
const char *law_text(enum law law);

/* A broken law: which, by whom, and what was found. */
struct breach {
    enum law law;
    uint8_t player;
    char found[256];
};
enum { BREACHES_MAX = 16 };
struct breaches {
    uint32_t n; /* all that were found; the first BREACHES_MAX are kept */
    struct breach item[BREACHES_MAX];
};

/* Checks a world that has been run. True if no law is broken. */
bool laws_hold(const struct world *w, struct breaches *out);
/* The laws, what was found, and the command that repeats the world: command, such as
 * "make sim SEED=", followed by the seed. What does not fit is cut. */
enum { BREACHES_TEXT_MAX = 8192 };
void breaches_text(char out[BREACHES_TEXT_MAX], const struct breaches *b, uint64_t seed,
                   const char *command);

#endif
