/* SPDX-License-Identifier: MIT */
/* Hides the proofs that are not about whole decks: that a key is known, that blinds
 * hide zeros, that shares and openings are of the key that was published. All but the
 * first are one proof, that two logarithms are equal, of sums with weights that nobody
 * can choose. */
#include "lottery/deck.h"

#include "base/check.h"

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

/* To base G the logarithm of image[0] is that of image[1] to the other base. */
struct equality {
    struct digest statement; /* of everything that the sums are made of */
    struct point base, image[2];
};

static struct scalar equal_challenge(const struct equality *e,
                                     const struct point commitment[2])
{
    struct hasher h;
    hash_start(&h, "CA1/deck/equal");
    hash_digest(&h, &e->statement);
    hash_bytes(&h, commitment, 2 * sizeof *commitment);
    return scalar_hash_end(&h);
}

static struct proof equal_prove(const struct equality *e, const struct scalar *witness,
                                const struct seed *seed)
{
    struct scalar k = scalar_derive(seed, &e->statement, "nonce", 0);
    const struct point commitment[2] = {point_base(&k), point_mul(&k, &e->base)};
    struct proof p;
    p.challenge = equal_challenge(e, commitment);
    p.response = respond(&k, &p.challenge, witness);
    secure_wipe(&k, sizeof k);
    return p;
}

static bool equal_holds(const struct equality *e, const struct proof *proof)
{
    const struct point sG = point_base(&proof->response);
    const struct point sP = point_mul(&proof->response, &e->base);
    const struct point commitment[2] = {
        committed(&sG, &proof->challenge, &e->image[0]),
        committed(&sP, &proof->challenge, &e->image[1])};
    const struct scalar c = equal_challenge(e, commitment);
    return scalar_equal(&c, &proof->challenge);
}

/* Adds w^0, w^1, .. of n things: what one of them is off by, the sum is off by. */
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

/* --- Blinds -------------------------------------------------------------------------
 */

static void blinds_statement(struct equality *e, struct scalar *weights,
                             const struct cipher *blinds, uint8_t n_seats,
                             const struct point *joint, const struct deck_place *place)
{
    struct hasher h;
    hash_place(&h, "CA1/deck/blinds", &place->session, place->deck, place->seat);
    hash_u32(&h, n_seats);
    hash_bytes(&h, joint, sizeof *joint);
    hash_bytes(&h, blinds, n_seats * sizeof *blinds);
    e->statement = hash_end(&h);
    e->base = *joint;
    weights_powers(weights, n_seats, &e->statement);
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
    blinds_statement(&e, weights, blinds, n_seats, joint, place);
    for (uint8_t i = 0; i < n_seats; i++) {
        const struct scalar term = scalar_mul(&weights[i], &fresh[i]);
        sum = scalar_add(&sum, &term);
    }
    *proof = equal_prove(&e, &sum, seed);
    secure_wipe(fresh, sizeof fresh);
    secure_wipe(&sum, sizeof sum);
}

bool blinds_hold(const struct cipher *blinds, const struct proof *proof,
                 uint8_t n_seats, const struct point *joint,
                 const struct deck_place *place)
{
    CHECK(n_seats <= DECK_SEATS_MAX);
    if (!points_valid(&blinds->a, 2 * (size_t)n_seats, false) || !proof_good(proof))
        return false;
    struct equality e;
    struct scalar weights[DECK_SEATS_MAX];
    struct point half[2][DECK_SEATS_MAX];
    blinds_statement(&e, weights, blinds, n_seats, joint, place);
    for (uint8_t i = 0; i < n_seats; i++) {
        half[0][i] = blinds[i].a;
        half[1][i] = blinds[i].b;
    }
    for (int k = 0; k < 2; k++)
        e.image[k] = point_combine(weights, half[k], n_seats);
    return equal_holds(&e, proof);
}

/* --- Shares and openings ------------------------------------------------------------
 */

/* Shares of n columns, whose first halves are `first`: of everybody else's, or of one's
 * own. */
static void shares_statement(struct equality *e, const char *tag,
                             const struct point *first, const struct point *shares,
                             size_t n, const struct point *key,
                             const struct deck_place *place)
{
    struct scalar weights[DECK_SEATS_MAX];
    struct hasher h;
    hash_place(&h, tag, &place->session, place->deck, place->seat);
    hash_u32(&h, (uint32_t)n);
    hash_bytes(&h, key, sizeof *key);
    hash_bytes(&h, first, n * sizeof *first);
    hash_bytes(&h, shares, n * sizeof *shares);
    e->statement = hash_end(&h);
    weights_powers(weights, n, &e->statement);
    e->base = point_combine(weights, first, n);
    e->image[0] = *key;
    e->image[1] = point_combine(weights, shares, n);
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
    const size_t n = others(first, columns, n_seats, place->seat);
    for (size_t i = 0; i < n; i++)
        shares[i] = point_mul(&key->secret, &first[i]);
    struct equality e;
    shares_statement(&e, tag_shares, first, shares, n, &key->key, place);
    *proof = equal_prove(&e, &key->secret, seed);
}

bool shares_hold(const struct point *shares, const struct proof *proof,
                 const struct cipher *columns, uint8_t n_seats, const struct point *key,
                 const struct deck_place *place)
{
    struct point first[DECK_SEATS_MAX];
    const size_t n = others(first, columns, n_seats, place->seat);
    if (!points_valid(shares, n, true) || !proof_good(proof))
        return false;
    struct equality e;
    shares_statement(&e, tag_shares, first, shares, n, key, place);
    return equal_holds(&e, proof);
}

void opening_make(struct point *share, struct proof *proof, const struct cipher *column,
                  const struct deck_key *key, const struct deck_place *place,
                  const struct seed *seed)
{
    *share = point_mul(&key->secret, &column->a);
    struct equality e;
    shares_statement(&e, tag_opening, &column->a, share, 1, &key->key, place);
    *proof = equal_prove(&e, &key->secret, seed);
}

bool opening_holds(const struct point *share, const struct proof *proof,
                   const struct cipher *column, const struct point *key,
                   const struct deck_place *place)
{
    if (!points_valid(share, 1, true) || !proof_good(proof))
        return false;
    struct equality e;
    shares_statement(&e, tag_opening, &column->a, share, 1, key, place);
    return equal_holds(&e, proof);
}
