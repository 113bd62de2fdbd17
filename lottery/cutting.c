/* SPDX-License-Identifier: MIT */
/* Hides how a player cuts a deck and argues for it. What is secret here (distance,
 * exponents, masks) decides no branch and no address: a choice is made with a mask over
 * all that could be chosen. */
#include <string.h>

#include "base/check.h"
#include "lottery/cut.h"

/* All ones if flag is 1, zeros if it is 0. */
static uint8_t mask_of(uint32_t flag)
{
    return (uint8_t)(0u - flag);
}

/* 1 if a == b, for numbers below 2^31. */
static uint32_t same(uint32_t a, uint32_t b)
{
    return ((a ^ b) - 1) >> 31;
}

/* out = flag ? in : out. */
static void take_if(void *out, const void *in, size_t n, uint32_t flag)
{
    const uint8_t mask = mask_of(flag);
    uint8_t *to = out;
    const uint8_t *from = in;
    for (size_t i = 0; i < n; i++)
        to[i] = (uint8_t)(to[i] ^ (mask & (to[i] ^ from[i])));
}

/* What the exponents of a cut follow from: all that is known before it. */
static struct digest cut_context(const struct cipher *in, uint32_t n_rows,
                                 const struct point *joint,
                                 const struct deck_place *place)
{
    struct hasher h;
    hash_start(&h, "CA1/cut/secret");
    hash_digest(&h, &place->session);
    hash_u32(&h, place->deck);
    hash_u32(&h, place->seat);
    hash_u32(&h, n_rows);
    hash_bytes(&h, joint, sizeof *joint);
    hash_bytes(&h, in, n_rows * sizeof *in);
    return hash_end(&h);
}

/* The distance follows from the place alone: a place is cut once, and what is drawn
 * then does not depend on how a group writes its elements. */
static uint32_t choose_distance(uint32_t n_rows, const struct deck_place *place,
                                const struct seed *seed)
{
    struct hasher h;
    hash_start(&h, "CA1/cut/distance");
    hash_digest(&h, &place->session);
    hash_u32(&h, place->deck);
    hash_u32(&h, place->seat);
    const struct digest context = hash_end(&h);
    struct secret s = secret_derive(seed, &context, "distance", 0);
    const uint32_t distance = s.bytes[0] & (n_rows - 1); /* n_rows divides 256 */
    secure_wipe(&s, sizeof s);
    return distance;
}

void cut_choose(struct cut_secret *out, const struct cipher *in, uint32_t n_rows,
                const struct point *joint, const struct deck_place *place,
                const struct seed *seed)
{
    const struct digest context = cut_context(in, n_rows, joint, place);
    out->distance = choose_distance(n_rows, place, seed);
    for (uint32_t j = 0; j < n_rows; j++)
        out->fresh[j] = scalar_derive(seed, &context, "fresh", j);
}

/* Shifts by 1, 2, 4, .. rows in turn, each if the distance has that bit: every row is
 * read and written every time. */
static void shift(struct cipher *deck, uint32_t n_rows, uint32_t distance)
{
    struct cipher shifted[DECK_ROWS_MAX];
    for (uint32_t step = 1; step < n_rows; step *= 2) {
        for (uint32_t i = 0; i < n_rows; i++)
            shifted[(i + step) % n_rows] = deck[i];
        take_if(deck, shifted, n_rows * sizeof *deck, (distance / step) & 1);
    }
    secure_wipe(shifted, sizeof shifted);
}

void cut_apply(struct cipher *out, const struct cipher *in, uint32_t n_rows,
               const struct point *joint, const struct cut_secret *secret)
{
    memcpy(out, in, n_rows * sizeof *in);
    shift(out, n_rows, secret->distance);
    for (uint32_t j = 0; j < n_rows; j++) {
        const struct point a = point_base(&secret->fresh[j]);
        const struct point b = point_mul(&secret->fresh[j], joint);
        out[j].a = point_add(&out[j].a, &a);
        out[j].b = point_add(&out[j].b, &b);
    }
}

/* What masks the answers: nonces of one argument, and the flags themselves. */
struct masks {
    struct scalar flag[CUT_FLAGS_MAX]; /* a_t; those of a digit sum to 0 */
    uint32_t is[CUT_FLAGS_MAX];        /* delta_t: 1 for the value of the digit */
    struct scalar flags_key, flag_masks_key, cross_key,
        square_key;         /* r_B r_A r_C r_D */
    struct scalar fresh[2]; /* exponents of G_0, G_1 */
};

static void masks_derive(struct masks *m, const struct digest *statement,
                         uint32_t n_rows, uint32_t distance, const struct seed *seed)
{
    const uint32_t base = cut_base(n_rows);
    const uint32_t digit[2] = {distance >> cut_digit_bits(n_rows),
                               distance & (base - 1)};
    for (uint32_t d = 0; d < 2; d++) {
        struct scalar sum = scalar_from_u64(0);
        for (uint32_t k = 0; k < base; k++) {
            const uint32_t t = d * base + k;
            m->is[t] = same(k, digit[d]);
            if (k == 0)
                continue;
            m->flag[t] = scalar_derive(seed, statement, "flag", t);
            sum = scalar_add(&sum, &m->flag[t]);
        }
        const struct scalar zero = scalar_from_u64(0);
        m->flag[d * base] = scalar_sub(&zero, &sum);
    }
    m->flags_key = scalar_derive(seed, statement, "key", 0);
    m->flag_masks_key = scalar_derive(seed, statement, "key", 1);
    m->cross_key = scalar_derive(seed, statement, "key", 2);
    m->square_key = scalar_derive(seed, statement, "key", 3);
    m->fresh[0] = scalar_derive(seed, statement, "mask", 0);
    m->fresh[1] = scalar_derive(seed, statement, "mask", 1);
}

/* B = r_B G + the bases of both digits' values; A = r_A G + sum of a_t h_t. */
static void commit_flags(struct point *flags, struct point *flag_masks,
                         const struct masks *m, const struct cut_bases *bases,
                         uint32_t base)
{
    *flags = point_base(&m->flags_key);
    for (uint32_t d = 0; d < 2; d++) {
        struct point chosen = POINT_ZERO;
        for (uint32_t t = d * base; t < (d + 1) * base; t++)
            take_if(&chosen, &bases->flag[t], sizeof chosen, m->is[t]);
        *flags = point_add(flags, &chosen);
    }
    const struct point blind = point_base(&m->flag_masks_key);
    const struct point sum = point_combine(m->flag, bases->flag, (size_t)2 * base);
    *flag_masks = point_add(&blind, &sum);
}

/* C = c H + r_C G, D = d H + r_D G, with c = sum of v^t a_t (1 - 2 delta_t) and
 * d = - sum of v^t a_t^2. */
static void commit_numbers(struct point *cross, struct point *square,
                           const struct masks *m, const struct scalar *v,
                           const struct point *number, uint32_t base)
{
    const struct scalar zero = scalar_from_u64(0);
    struct scalar power = scalar_from_u64(1), c = zero, d = zero;
    for (uint32_t t = 0; t < 2 * base; t++) {
        const struct scalar a = scalar_mul(&power, &m->flag[t]);
        struct scalar signed_a = a;
        const struct scalar minus = scalar_sub(&zero, &a);
        take_if(&signed_a, &minus, sizeof signed_a, m->is[t]);
        c = scalar_add(&c, &signed_a);
        const struct scalar squared = scalar_mul(&a, &m->flag[t]);
        d = scalar_sub(&d, &squared);
        power = scalar_mul(&power, v);
    }
    const struct point c_blind = point_base(&m->cross_key), c_h = point_mul(&c, number);
    const struct point d_blind = point_base(&m->square_key),
                       d_h = point_mul(&d, number);
    *cross = point_add(&c_blind, &c_h);
    *square = point_add(&d_blind, &d_h);
    secure_wipe(&c, sizeof c);
    secure_wipe(&d, sizeof d);
}

/* G_d = (rho_d G, rho_d X) - sum over rows of w_i E_i, w made of the coefficient of x^d
 * in the product of the two digits' answers. */
static void commit_rows(struct cipher *mask, uint32_t degree, const struct masks *m,
                        const struct scalar *y, const struct cipher *in,
                        uint32_t n_rows, const struct point *joint)
{
    const uint32_t base = cut_base(n_rows);
    struct scalar p[DECK_ROWS_MAX], w[DECK_ROWS_MAX];
    for (uint32_t high = 0; high < base; high++)
        for (uint32_t low = 0; low < base; low++) {
            const struct scalar *a = &m->flag[high], *b = &m->flag[base + low];
            struct scalar *to = &p[high * base + low];
            if (degree == 0) {
                *to = scalar_mul(a, b);
                continue;
            }
            struct scalar first = scalar_from_u64(0), second = first;
            take_if(&first, b, sizeof first, m->is[high]);
            take_if(&second, a, sizeof second, m->is[base + low]);
            *to = scalar_add(&first, &second);
        }
    cut_weights(w, p, y, n_rows);
    struct point half[2][DECK_ROWS_MAX];
    for (uint32_t i = 0; i < n_rows; i++) {
        half[0][i] = in[i].a;
        half[1][i] = in[i].b;
    }
    const struct point sum_a = point_combine(w, half[0], n_rows);
    const struct point sum_b = point_combine(w, half[1], n_rows);
    const struct point fresh_a = point_base(&m->fresh[degree]);
    const struct point fresh_b = point_mul(&m->fresh[degree], joint);
    mask->a = point_sub(&fresh_a, &sum_a);
    mask->b = point_sub(&fresh_b, &sum_b);
    secure_wipe(p, sizeof p);
    secure_wipe(w, sizeof w);
}

/* What the last challenge asks for: f, z_A, z_C, s. */
static void answer(struct scalar *out, const struct masks *m,
                   const struct cut_challenge *c, const struct scalar *fresh,
                   uint32_t n_rows)
{
    const uint32_t base = cut_base(n_rows);
    for (uint32_t d = 0; d < 2; d++)
        for (uint32_t t = d * base + 1; t < (d + 1) * base; t++) {
            struct scalar x = scalar_from_u64(0);
            take_if(&x, &c->x, sizeof x, m->is[t]);
            *out++ = scalar_add(&x, &m->flag[t]);
        }
    struct scalar z = scalar_mul(&c->x, &m->flags_key);
    *out++ = scalar_add(&z, &m->flag_masks_key);
    z = scalar_mul(&c->x, &m->cross_key);
    *out++ = scalar_add(&z, &m->square_key);
    /* s = x^2 sum of y^j r_j - x rho_1 - rho_0, by Horner's rule from the last row. */
    struct scalar s = scalar_from_u64(0);
    for (uint32_t j = n_rows; j-- > 0;) {
        s = scalar_mul(&s, &c->y);
        s = scalar_add(&s, &fresh[j]);
    }
    s = scalar_mul(&s, &c->x);
    s = scalar_sub(&s, &m->fresh[1]);
    s = scalar_mul(&s, &c->x);
    *out = scalar_sub(&s, &m->fresh[0]);
}

void cut_argue(uint8_t *argument, const struct cipher *in, const struct cipher *out,
               uint32_t n_rows, const struct point *joint,
               const struct deck_place *place, const struct cut_secret *secret,
               const struct seed *seed)
{
    const struct digest statement = cut_statement(in, out, n_rows, joint, place);
    const struct cut_argument parts = cut_parts(argument, n_rows);
    struct point *commitment = (void *)argument;
    struct cipher *mask = (void *)(commitment + 4);
    struct scalar *answers = (void *)(mask + 2);
    struct cut_bases bases;
    cut_bases(&bases, n_rows);
    struct masks m;
    masks_derive(&m, &statement, n_rows, secret->distance, seed);
    struct cut_challenge c;
    commit_flags(&commitment[0], &commitment[1], &m, &bases, cut_base(n_rows));
    cut_challenge_first(&c, &statement, &parts);
    commit_numbers(&commitment[2], &commitment[3], &m, &c.v, &bases.number,
                   cut_base(n_rows));
    for (uint32_t degree = 0; degree < 2; degree++)
        commit_rows(&mask[degree], degree, &m, &c.y, in, n_rows, joint);
    cut_challenge_last(&c, &statement, &parts);
    answer(answers, &m, &c, secret->fresh, n_rows);
    secure_wipe(&m, sizeof m);
}

void deck_cut(struct cipher *out, uint8_t *argument, const struct cipher *in,
              uint32_t n_rows, const struct point *joint,
              const struct deck_place *place, const struct seed *seed)
{
    struct cut_secret secret;
    cut_choose(&secret, in, n_rows, joint, place, seed);
    cut_apply(out, in, n_rows, joint, &secret);
    cut_argue(argument, in, out, n_rows, joint, place, &secret, seed);
    secure_wipe(&secret, sizeof secret);
    secure_wipe_stack(SECRETS_STACK);
}
