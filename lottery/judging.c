/* SPDX-License-Identifier: MIT */
/* Hides that many cuts are judged at once: all equations of all of them, each times a
 * weight that nobody can foresee, are one sum, which is zero. Nothing here is secret.
 *
 * The sum is made by base/weigher.h, whose arithmetic is our own. Nobody is accused on
 * its word alone: if it finds anything wrong, libsodium judges each cut. */
#include <string.h>

#include "base/check.h"
#include "base/weigher.h"
#include "lottery/cut.h"

/* One cut with what follows from its bytes. */
struct judged {
    const struct cut *cut;
    struct cut_argument parts;
    struct digest statement;
    struct cut_challenge c;
};

/* The sum so far. Terms that many cuts share are gathered first. */
struct sum {
    struct weigher *quick; /* where it is made, or NULL: in `slow` */
    struct point slow;
    struct scalar base, joint, number; /* coefficients of G, X, H */
    struct scalar flag[CUT_FLAGS_MAX]; /* and of the flags' bases */
};

static void term(struct sum *sum, const struct scalar *s, const struct point *p)
{
    if (sum->quick) {
        weigher_add(sum->quick, s, p);
        return;
    }
    const struct point product = point_mul(s, p);
    sum->slow = point_add(&sum->slow, &product);
}

static void add_to(struct scalar *sum, const struct scalar *a, const struct scalar *b)
{
    const struct scalar product = scalar_mul(a, b);
    *sum = scalar_add(sum, &product);
}

static void take_from(struct scalar *sum, const struct scalar *a,
                      const struct scalar *b)
{
    const struct scalar product = scalar_mul(a, b);
    *sum = scalar_sub(sum, &product);
}

/* All that is seen without knowing which bytes are elements. */
static bool well_formed(const struct cut *cut, uint32_t n_rows)
{
    const struct cut_argument parts = cut_parts(cut->argument, n_rows);
    const struct point *half = &cut->out->a;
    for (const struct scalar *s = parts.answer; s <= parts.fresh_key; s++)
        if (!scalar_canonical(s))
            return false;
    for (uint32_t i = 0; i < 2 * n_rows; i++)
        if (point_is_zero(&half[i]))
            return false;
    return true;
}

static bool all_elements(const struct cut *cut, uint32_t n_rows)
{
    const struct cut_argument parts = cut_parts(cut->argument, n_rows);
    return points_valid(&cut->out->a, 2 * (size_t)n_rows, true) &&
           points_valid(parts.flags, 8, true);
}

static void prepare(struct judged *j, const struct cut *cut, uint32_t n_rows,
                    const struct point *joint)
{
    j->cut = cut;
    j->parts = cut_parts(cut->argument, n_rows);
    j->statement = cut_statement(cut->in, cut->out, n_rows, joint, &cut->place);
    cut_challenge_first(&j->c, &j->statement, &j->parts);
    cut_challenge_last(&j->c, &j->statement, &j->parts);
}

/* All answers f, the first of each digit made so that the digit's sum to x. */
static void all_answers(struct scalar *f, const struct judged *j, uint32_t base)
{
    const struct scalar *sent = j->parts.answer;
    for (uint32_t d = 0; d < 2; d++) {
        struct scalar first = j->c.x;
        for (uint32_t k = 1; k < base; k++) {
            f[d * base + k] = *sent;
            first = scalar_sub(&first, sent++);
        }
        f[d * base] = first;
    }
}

/* What the equations of one cut weigh in the sum. */
struct equation_weights {
    struct scalar flags, numbers, rows_a, rows_b;
};

/* Everything that is judged is hashed, so whoever makes a part of it meets weights that
 * it could not choose. */
static struct digest weights_start(const struct judged *judged, size_t n,
                                   uint32_t n_rows)
{
    struct hasher h;
    hash_start(&h, "CA1/cut/judged");
    for (size_t i = 0; i < n; i++) {
        hash_digest(&h, &judged[i].statement);
        hash_bytes(&h, judged[i].cut->argument, cut_size(n_rows));
    }
    return hash_end(&h);
}

static struct scalar weight(const struct digest *start, size_t i, uint32_t equation)
{
    struct hasher h;
    hash_start(&h, "CA1/cut/weight");
    hash_digest(&h, start);
    hash_u64(&h, i);
    hash_u32(&h, equation);
    return scalar_hash_end(&h);
}

static struct equation_weights weights_of(const struct digest *start, size_t i)
{
    return (struct equation_weights){weight(start, i, 0), weight(start, i, 1),
                                     weight(start, i, 2), weight(start, i, 3)};
}

/* The first two equations, and what the last two have besides rows. */
static void sum_commitments(struct sum *sum, const struct judged *j,
                            const struct equation_weights *weigh, uint32_t base)
{
    const struct cut_argument *p = &j->parts;
    const struct scalar *x = &j->c.x, zero = scalar_from_u64(0);
    struct scalar f[CUT_FLAGS_MAX], e = zero, power = scalar_from_u64(1);
    all_answers(f, j, base);
    for (uint32_t t = 0; t < 2 * base; t++) {
        const struct scalar rest = scalar_sub(x, &f[t]);
        const struct scalar product = scalar_mul(&f[t], &rest);
        add_to(&e, &product, &power);
        power = scalar_mul(&power, &j->c.v);
        take_from(&sum->flag[t], &weigh->flags, &f[t]);
    }
    take_from(&sum->number, &weigh->numbers, &e);
    take_from(&sum->base, &weigh->flags, p->flags_key);
    take_from(&sum->base, &weigh->numbers, p->cross_key);
    take_from(&sum->base, &weigh->rows_a, p->fresh_key);
    take_from(&sum->joint, &weigh->rows_b, p->fresh_key);
    const struct scalar minus_a = scalar_sub(&zero, &weigh->rows_a);
    const struct scalar minus_b = scalar_sub(&zero, &weigh->rows_b);
    const struct scalar s[8] = {
        scalar_mul(&weigh->flags, x),
        weigh->flags,
        scalar_mul(&weigh->numbers, x),
        weigh->numbers,
        minus_a,
        minus_b,
        scalar_mul(&minus_a, x),
        scalar_mul(&minus_b, x),
    };
    for (int i = 0; i < 8; i++)
        term(sum, &s[i], &p->flags[i]);
}

/* Coefficients of both halves of every row of a deck, in the order of its bytes. */
struct row_weights {
    struct scalar half[2 * DECK_ROWS_MAX];
};

/* Row j of `out` counts x^2 y^j. */
static void weigh_out(struct row_weights *r, const struct judged *j,
                      const struct equation_weights *weigh, uint32_t n_rows)
{
    struct scalar w = scalar_mul(&j->c.x, &j->c.x);
    for (uint32_t i = 0; i < n_rows; i++) {
        r->half[2 * i] = scalar_mul(&w, &weigh->rows_a);
        r->half[2 * i + 1] = scalar_mul(&w, &weigh->rows_b);
        w = scalar_mul(&w, &j->c.y);
    }
}

/* Row i of `in` counts - w_i, made of the products of the two digits' answers. Adds. */
static void weigh_in(struct row_weights *r, const struct judged *j,
                     const struct equation_weights *weigh, uint32_t n_rows)
{
    const uint32_t base = cut_base(n_rows);
    struct scalar f[CUT_FLAGS_MAX], p[DECK_ROWS_MAX], w[DECK_ROWS_MAX];
    all_answers(f, j, base);
    for (uint32_t k = 0; k < n_rows; k++)
        p[k] = scalar_mul(&f[k / base], &f[base + k % base]);
    cut_weights(w, p, &j->c.y, n_rows);
    for (uint32_t i = 0; i < n_rows; i++) {
        take_from(&r->half[2 * i], &w[i], &weigh->rows_a);
        take_from(&r->half[2 * i + 1], &w[i], &weigh->rows_b);
    }
}

static void sum_rows(struct sum *sum, const struct cipher *deck,
                     const struct row_weights *r, uint32_t n_rows)
{
    const struct point *half = &deck->a;
    for (uint32_t i = 0; i < 2 * n_rows; i++)
        term(sum, &r->half[i], &half[i]);
}

static bool sum_is_zero(struct sum *sum, const struct cut_bases *bases,
                        const struct point *joint, uint32_t base)
{
    const struct scalar one = scalar_from_u64(1);
    const struct point generator = point_base(&one);
    for (uint32_t t = 0; t < 2 * base; t++)
        term(sum, &sum->flag[t], &bases->flag[t]);
    term(sum, &sum->base, &generator);
    term(sum, &sum->joint, joint);
    term(sum, &sum->number, &bases->number);
    return sum->quick ? weigher_is_zero(sum->quick) : point_is_zero(&sum->slow);
}

static bool same_deck(const struct cipher *a, const struct cipher *b, uint32_t n_rows)
{
    return a == b || memcmp(a, b, n_rows * sizeof *a) == 0;
}

/* Judges well-formed cuts. What one puts out and the next takes in is weighed for both
 * at once. */
static bool all_hold(const struct cut *cuts, size_t n, uint32_t n_rows,
                     const struct point *joint, const struct cut_bases *bases,
                     struct weigher *quick)
{
    struct judged judged[DECK_SEATS_MAX];
    for (size_t i = 0; i < n; i++)
        prepare(&judged[i], &cuts[i], n_rows, joint);
    const struct digest start = weights_start(judged, n, n_rows);
    struct sum sum;
    memset(&sum, 0, sizeof sum);
    sum.quick = quick;
    bool chained = false;
    for (size_t i = 0; i < n; i++) {
        const struct equation_weights weigh = weights_of(&start, i);
        struct row_weights in = {0}, out;
        sum_commitments(&sum, &judged[i], &weigh, cut_base(n_rows));
        if (!chained) {
            weigh_in(&in, &judged[i], &weigh, n_rows);
            sum_rows(&sum, cuts[i].in, &in, n_rows);
        }
        weigh_out(&out, &judged[i], &weigh, n_rows);
        chained = i + 1 < n && same_deck(cuts[i].out, cuts[i + 1].in, n_rows);
        if (chained) {
            const struct equation_weights next = weights_of(&start, i + 1);
            weigh_in(&out, &judged[i + 1], &next, n_rows);
        }
        sum_rows(&sum, cuts[i].out, &out, n_rows);
    }
    return sum_is_zero(&sum, bases, joint, cut_base(n_rows));
}

static bool holds_slowly(const struct cut *cut, uint32_t n_rows,
                         const struct point *joint, const struct cut_bases *bases)
{
    return all_elements(cut, n_rows) && all_hold(cut, 1, n_rows, joint, bases, NULL);
}

size_t cuts_hold(const struct cut *cuts, size_t n_cuts, uint32_t n_rows,
                 const struct point *joint)
{
    CHECK(n_cuts <= DECK_SEATS_MAX);
    struct cut_bases bases;
    struct weigher quick;
    cut_bases(&bases, n_rows);
    weigher_start(&quick);
    size_t good = 0;
    while (good < n_cuts && well_formed(&cuts[good], n_rows))
        good++;
    if (all_hold(cuts, good, n_rows, joint, &bases, &quick))
        return good;
    for (size_t i = 0; i < good; i++)
        if (!holds_slowly(&cuts[i], n_rows, joint, &bases))
            return i;
    return good;
}
