/* SPDX-License-Identifier: MIT */
/* The argument for a cut, piece by piece: for deck.c, which makes one, cuts.c, which
 * judges them, and tests, which cheat. docs/decks.md, section 3, has the letters. */
#ifndef TREATY_LOTTERY_CUT_H
#define TREATY_LOTTERY_CUT_H

#include "lottery/deck.h"

enum {
    CUT_BASE_MAX = 16, /* a distance is two digits to base sqrt(n_rows) */
    CUT_FLAGS_MAX =
        2 * CUT_BASE_MAX, /* one per value of each digit, the high digit's first */
};

/* More stack than making a cut or a proof uses: wiped when it is made. */
enum { SECRETS_STACK = 128 * 1024 };

/* sqrt(n_rows), and the bits of a digit. */
uint32_t cut_base(uint32_t n_rows);
uint32_t cut_digit_bits(uint32_t n_rows);

/* What only the player that cuts knows. Wipe it. */
struct cut_secret {
    uint32_t distance;                  /* row i of `in` becomes row i + distance */
    struct scalar fresh[DECK_ROWS_MAX]; /* exponent of each row of `out` */
};
void cut_choose(struct cut_secret *out, const struct cipher *in, uint32_t n_rows,
                const struct point *joint, const struct deck_place *place,
                const struct seed *seed);
void cut_apply(struct cipher *out, const struct cipher *in, uint32_t n_rows,
               const struct point *joint, const struct cut_secret *secret);
/* The argument that an honest player makes; if the secret does not lead from `in` to
 * `out`, one that should not hold. */
void cut_argue(uint8_t *argument, const struct cipher *in, const struct cipher *out,
               uint32_t n_rows, const struct point *joint,
               const struct deck_place *place, const struct cut_secret *secret,
               const struct seed *seed);

/* An argument's parts, borrowed from its bytes. */
struct cut_argument {
    const struct point *flags, *flag_masks;     /* B, A */
    const struct point *cross, *square;         /* C, D */
    const struct cipher *mask;                  /* G_0, G_1 */
    const struct scalar *answer;                /* f: 2 (sqrt(n_rows) - 1) of them */
    const struct scalar *flags_key, *cross_key; /* z_A, z_C */
    const struct scalar *fresh_key;             /* s */
};
struct cut_argument cut_parts(const uint8_t *argument, uint32_t n_rows);

/* The hash of what is argued, and the challenges. */
struct digest cut_statement(const struct cipher *in, const struct cipher *out,
                            uint32_t n_rows, const struct point *joint,
                            const struct deck_place *place);
struct cut_challenge {
    struct scalar y, v, x;
};
/* y and v follow from the first two commitments, x from all of them. */
void cut_challenge_first(struct cut_challenge *c, const struct digest *statement,
                         const struct cut_argument *parts);
void cut_challenge_last(struct cut_challenge *c, const struct digest *statement,
                        const struct cut_argument *parts);

/* What the commitments are made of: bases whose logarithms nobody knows. */
struct cut_bases {
    struct point flag[CUT_FLAGS_MAX];
    struct point number; /* H, for the scalars c and d */
};
/* Those that n_rows need. */
void cut_bases(struct cut_bases *out, uint32_t n_rows);

/* The weights with which row i of `in` counts: w_i = sum over k of p_k y^((i + k) mod
 * M). p, w: n_rows scalars each. */
void cut_weights(struct scalar *w, const struct scalar *p, const struct scalar *y,
                 uint32_t n_rows);

#endif
