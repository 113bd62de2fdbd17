/* SPDX-License-Identifier: MIT */
/* Hides the proofs that are not about whole decks: that a key is known, that blinds
 * hide zeros, that shares and openings are of the key that was published. All but the
 * first are one proof, that two logarithms are equal, of sums with weights that nobody
 * can choose. */
#include "lottery/deck.h"

#include "base/check.h"
#include "base/weigher.h"
#include "lottery/cut.h"

static bool proof_good(const struct proof *p)
{
    return scalar_canonical(&p->challenge) && scalar_canonical(&p->response);
}

/* --- Keys ---------------------------------------------------------------------------
 */

static void hash_place(struct hasher *h, const char *tag, const struct digest *session,
                       uint32_t deck, uint8_t seat)
{
    hash_start(h, tag);
    hash_digest(h, session);
    hash_u32(h, deck);
    hash_u32(h, seat);
}

void deck_key_derive(struct deck_key *out, const struct seed *seed,
                     const struct digest *session, uint8_t seat)
{
    out->secret = scalar_derive(seed, session, "deck key", seat);
    out->key = point_base(&out->secret);
}

static struct digest key_statement(const struct point *key,
                                   const struct digest *session, uint8_t seat)
{
    struct hasher h;
    hash_place(&h, "CA1/deck/key", session, 0, seat);
    hash_bytes(&h, key, sizeof *key);
    return hash_end(&h);
}

static struct scalar key_challenge(const struct digest *statement,
                                   const struct point *commitment)
{
    struct hasher h;
    hash_start(&h, "CA1/deck/known");
    hash_digest(&h, statement);
    hash_bytes(&h, commitment, sizeof *commitment);
    return scalar_hash_end(&h);
}

/* k + c times the witness. */
static struct scalar respond(const struct scalar *k, const struct scalar *c,
                             const struct scalar *witness)
{
    const struct scalar product = scalar_mul(c, witness);
    return scalar_add(k, &product);
}

/* s P - c I: what the prover must have committed to. */
static struct point committed(const struct point *sP, const struct scalar *c,
                              const struct point *image)
{
    const struct point cI = point_mul(c, image);
    return point_sub(sP, &cI);
}

struct proof deck_key_prove(const struct deck_key *key, const struct seed *seed,
                            const struct digest *session, uint8_t seat)
{
    const struct digest statement = key_statement(&key->key, session, seat);
    struct scalar k = scalar_derive(seed, &statement, "nonce", 0);
    const struct point commitment = point_base(&k);
    struct proof p;
    p.challenge = key_challenge(&statement, &commitment);
    p.response = respond(&k, &p.challenge, &key->secret);
    secure_wipe(&k, sizeof k);
    secure_wipe_stack(SECRETS_STACK);
    return p;
}

bool deck_key_holds(const struct point *key, const struct proof *proof,
                    const struct digest *session, uint8_t seat)
{
    if (!points_valid(key, 1, false) || !proof_good(proof))
        return false;
    const struct digest statement = key_statement(key, session, seat);
    const struct point sG = point_base(&proof->response);
    const struct point commitment = committed(&sG, &proof->challenge, key);
    const struct scalar c = key_challenge(&statement, &commitment);
    return scalar_equal(&c, &proof->challenge);
}

/* --- Equal logarithms ---------------------------------------------------------------
 */

/* Two sides, each a number of bases and of images: to the sum of a side's bases, each
 * weighed, the sum of its images has one logarithm, which both sides share. */
struct equality {
    struct digest statement; /* of everything below; the weights follow from it */
    struct side {
        size_t n_bases, n_images;
        struct point base[DECK_SEATS_MAX], image[DECK_SEATS_MAX];
    } side[2];
};

/* w^0, w^1, .. for n things: if one of them is off, so is the sum. */
static void weights_powers(struct scalar *weights, size_t n,
                           const struct digest *statement)
{
    struct hasher h;
    hash_start(&h, "CA1/deck/weight");
    hash_digest(&h, statement);
    const struct scalar w = scalar_hash_end(&h);
    weights[0] = scalar_from_u64(1);
    for (size_t i = 1; i < n; i++)
        weights[i] = scalar_mul(&weights[i - 1], &w);
}

/* s times the weighed bases less c times the weighed images: quickly, or, where it
 * convicts or s is secret, by libsodium alone. */
static struct point commitment(const struct equality *e, int side,
                               const struct scalar *s, const struct scalar *c,
                               struct weigher *quick)
{
    const struct side *of = &e->side[side];
    struct scalar weights[DECK_SEATS_MAX], factor[2 * DECK_SEATS_MAX];
    struct point p[2 * DECK_SEATS_MAX];
    const struct scalar minus = scalar_sub(&(struct scalar){{0}}, c);
    size_t n = 0;
    weights_powers(weights, DECK_SEATS_MAX, &e->statement);
    for (size_t i = 0; i < of->n_bases; i++, n++) {
        factor[n] = scalar_mul(s, &weights[i]);
        p[n] = of->base[i];
    }
    for (size_t i = 0; i < of->n_images; i++, n++) {
        factor[n] = scalar_mul(&minus, &weights[i]);
        p[n] = of->image[i];
    }
    struct point sum = POINT_ZERO;
    if (quick) {
        weigher_start(quick);
        for (size_t i = 0; i < n; i++)
            weigher_add(quick, &factor[i], &p[i]);
        (void)weigher_sum(quick, &sum);
    } else {
        for (size_t i = 0; i < n; i++) {
            const struct point product = point_mul(&factor[i], &p[i]);
            sum = point_add(&sum, &product);
        }
    }
    secure_wipe(factor, sizeof factor);
    return sum;
}

static struct scalar equal_challenge(const struct equality *e,
                                     const struct point commitments[2])
{
    struct hasher h;
    hash_start(&h, "CA1/deck/equal");
    hash_digest(&h, &e->statement);
    hash_bytes(&h, commitments, 2 * sizeof *commitments);
    return scalar_hash_end(&h);
}

static struct proof equal_prove(struct equality *e, const struct scalar *witness,
                                const struct seed *seed)
{
    struct scalar k = scalar_derive(seed, &e->statement, "nonce", 0);
    const struct scalar zero = scalar_from_u64(0);
    const size_t n_images[2] = {e->side[0].n_images, e->side[1].n_images};
    e->side[0].n_images = e->side[1].n_images = 0;
    const struct point commitments[2] = {commitment(e, 0, &k, &zero, NULL),
                                         commitment(e, 1, &k, &zero, NULL)};
    e->side[0].n_images = n_images[0];
    e->side[1].n_images = n_images[1];
    struct proof p;
    p.challenge = equal_challenge(e, commitments);
    p.response = respond(&k, &p.challenge, witness);
    secure_wipe(&k, sizeof k);
    secure_wipe_stack(SECRETS_STACK);
    return p;
}

static bool equal_holds_by(const struct equality *e, const struct proof *proof,
                           struct weigher *quick)
{
    const struct scalar *s = &proof->response, *c = &proof->challenge;
    const struct point commitments[2] = {commitment(e, 0, s, c, quick),
                                         commitment(e, 1, s, c, quick)};
    const struct scalar expected = equal_challenge(e, commitments);
    return scalar_equal(&expected, c);
}

/* Nobody is accused on the word of our own arithmetic alone. */
static bool equal_holds(const struct equality *e, const struct proof *proof)
{
    struct weigher quick;
    return equal_holds_by(e, proof, &quick) || equal_holds_by(e, proof, NULL);
}

static struct point generator(void)
{
    const struct scalar one = scalar_from_u64(1);
    return point_base(&one);
}

/* --- Blinds -------------------------------------------------------------------------
 */

/* To G the sum of first halves has the logarithm that to X the sum of second halves
 * has. */
static void blinds_equality(struct equality *e, const struct cipher *blinds,
                            uint8_t n_seats, const struct point *joint,
                            const struct deck_place *place)
{
    struct hasher h;
    hash_place(&h, "CA1/deck/blinds", &place->session, place->deck, place->seat);
    hash_u32(&h, n_seats);
    hash_bytes(&h, joint, sizeof *joint);
    hash_bytes(&h, blinds, n_seats * sizeof *blinds);
    e->statement = hash_end(&h);
    for (int k = 0; k < 2; k++) {
        e->side[k].n_bases = 1;
        e->side[k].n_images = n_seats;
    }
    e->side[0].base[0] = generator();
    e->side[1].base[0] = *joint;
    for (uint8_t i = 0; i < n_seats; i++) {
        e->side[0].image[i] = blinds[i].a;
        e->side[1].image[i] = blinds[i].b;
    }
}

void blinds_make(struct cipher *blinds, struct proof *proof, uint8_t n_seats,
                 const struct point *joint, const struct deck_place *place,
                 const struct seed *seed)
{
    struct scalar fresh[DECK_SEATS_MAX], weights[DECK_SEATS_MAX], sum = {{0}};
    struct hasher h;
    hash_place(&h, "CA1/deck/blinds/secret", &place->session, place->deck, place->seat);
    hash_u32(&h, n_seats);
    hash_bytes(&h, joint, sizeof *joint);
    const struct digest context = hash_end(&h);
    CHECK(n_seats <= DECK_SEATS_MAX);
    for (uint8_t i = 0; i < n_seats; i++) {
        fresh[i] = scalar_derive(seed, &context, "fresh", i);
        blinds[i] = (struct cipher){point_base(&fresh[i]), point_mul(&fresh[i], joint)};
    }
    struct equality e;
    blinds_equality(&e, blinds, n_seats, joint, place);
    weights_powers(weights, n_seats, &e.statement);
    for (uint8_t i = 0; i < n_seats; i++) {
        struct scalar term = scalar_mul(&weights[i], &fresh[i]);
        sum = scalar_add(&sum, &term);
        secure_wipe(&term, sizeof term);
    }
    *proof = equal_prove(&e, &sum, seed);
    secure_wipe(fresh, sizeof fresh);
    secure_wipe(&sum, sizeof sum);
    secure_wipe_stack(SECRETS_STACK);
}

bool blinds_hold(const struct cipher *blinds, const struct proof *proof,
                 uint8_t n_seats, const struct point *joint,
                 const struct deck_place *place)
{
    CHECK(n_seats <= DECK_SEATS_MAX);
    if (!points_valid(&blinds->a, 2 * (size_t)n_seats, false) || !proof_good(proof))
        return false;
    struct equality e;
    blinds_equality(&e, blinds, n_seats, joint, place);
    return equal_holds(&e, proof);
}

/* --- Shares and openings ------------------------------------------------------------
 */

/* Shares of columns whose first halves are `first`: of everybody else's, or of one's
 * own. To G the key has the logarithm that to those halves the shares have. */
static void shares_equality(struct equality *e, const char *tag,
                            const struct point *first, const struct point *shares,
                            size_t n, const struct point *key,
                            const struct deck_place *place)
{
    struct hasher h;
    hash_place(&h, tag, &place->session, place->deck, place->seat);
    hash_u32(&h, (uint32_t)n);
    hash_bytes(&h, key, sizeof *key);
    hash_bytes(&h, first, n * sizeof *first);
    hash_bytes(&h, shares, n * sizeof *shares);
    e->statement = hash_end(&h);
    e->side[0].n_bases = e->side[0].n_images = 1;
    e->side[0].base[0] = generator();
    e->side[0].image[0] = *key;
    e->side[1].n_bases = e->side[1].n_images = n;
    for (size_t i = 0; i < n; i++) {
        e->side[1].base[i] = first[i];
        e->side[1].image[i] = shares[i];
    }
}

/* The first halves of all columns but the speaker's. */
static size_t others(struct point *first, const struct cipher *columns, uint8_t n_seats,
                     uint8_t seat)
{
    size_t n = 0;
    CHECK(n_seats >= 2 && n_seats <= DECK_SEATS_MAX && seat < n_seats);
    for (uint8_t i = 0; i < n_seats; i++)
        if (i != seat)
            first[n++] = columns[i].a;
    return n;
}

static const char *const tag_shares = "CA1/deck/shares", *const tag_opening =
                                                             "CA1/deck/open";

void shares_make(struct point *shares, struct proof *proof,
                 const struct cipher *columns, uint8_t n_seats,
                 const struct deck_key *key, const struct deck_place *place,
                 const struct seed *seed)
{
    struct point first[DECK_SEATS_MAX];
    struct equality e;
    const size_t n = others(first, columns, n_seats, place->seat);
    for (size_t i = 0; i < n; i++)
        shares[i] = point_mul(&key->secret, &first[i]);
    shares_equality(&e, tag_shares, first, shares, n, &key->key, place);
    *proof = equal_prove(&e, &key->secret, seed);
}

bool shares_hold(const struct point *shares, const struct proof *proof,
                 const struct cipher *columns, uint8_t n_seats, const struct point *key,
                 const struct deck_place *place)
{
    struct point first[DECK_SEATS_MAX];
    struct equality e;
    const size_t n = others(first, columns, n_seats, place->seat);
    if (!points_valid(shares, n, true) || !proof_good(proof))
        return false;
    shares_equality(&e, tag_shares, first, shares, n, key, place);
    return equal_holds(&e, proof);
}

void opening_make(struct point *share, struct proof *proof, const struct cipher *column,
                  const struct deck_key *key, const struct deck_place *place,
                  const struct seed *seed)
{
    struct equality e;
    *share = point_mul(&key->secret, &column->a);
    shares_equality(&e, tag_opening, &column->a, share, 1, &key->key, place);
    *proof = equal_prove(&e, &key->secret, seed);
}

bool opening_holds(const struct point *share, const struct proof *proof,
                   const struct cipher *column, const struct point *key,
                   const struct deck_place *place)
{
    struct equality e;
    if (!points_valid(share, 1, true) || !proof_good(proof))
        return false;
    shares_equality(&e, tag_opening, &column->a, share, 1, key, place);
    return equal_holds(&e, proof);
}
