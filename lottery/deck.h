/* SPDX-License-Identifier: MIT */
/* Private recommendations without a mediator: N players draw a row of a public table so
 * that each learns its own entry of it and nobody learns the row. docs/decks.md has the
 * formulas, the layout of every hash, what is claimed, and why.
 *
 * A deck is n_rows ciphertexts, one of which hides 1 and the others 0, under a key that
 * all players hold together. In turn every player *cuts* it: shifts it cyclically by a
 * secret distance, encrypts it anew, and proves that it did. After all cuts the 1 lies
 * at a place that is uniform and that no N - 1 of them know. Then, in public, the table
 * turns the deck into one ciphertext per player (its *column*), everybody *blinds* all
 * columns, and everybody gives its *share* of a column's key to the column's owner
 * alone.
 *
 * Life of a deck: deck_first; deck_cut by seat 0, 1, .., each checked by cuts_hold;
 * deck_columns; blinds_make by all, checked by blinds_hold, added by blinds_add;
 * shares_make by all, checked by shares_hold; each owner reads column_action with its
 * opening_make; after play the openings are published, checked by opening_holds, and
 * everybody reads column_action.
 *
 * Order is part of the security: no share may leave a player before it has found that
 * all cuts and all blinds of that deck hold.
 *
 * Everything that is secret or random follows from the seed, the place and what is
 * proven, so a restarted player says the same bytes. Everything that is received is
 * checked by the function whose name ends in _holds or _hold: canonical scalars, valid
 * points, no neutral element where an honest player never sends one. Its other
 * arguments must be checked already. All structures are bytes in the order in which
 * they cross a network: no alignment, no padding. Nothing here allocates; up to 300 KB
 * of stack are used. */
#ifndef TREATY_LOTTERY_DECK_H
#define TREATY_LOTTERY_DECK_H

#include "base/group.h"

enum {
    DECK_ROWS_MAX = 256,
    DECK_SEATS_MAX = 32,
    DECK_ACTIONS_MAX = 64, /* of one player */
};

/* True for the sizes that a deck can have: 16, 64, 256. */
bool deck_rows_valid(uint32_t n_rows);

/* Which deck of which session, and who speaks: in every hash and in every secret. Decks
 * of a session are numbered by the caller; a number is never used twice, since the
 * distance of a cut follows from its place. */
struct deck_place {
    struct digest session;
    uint32_t deck;
    uint8_t seat;
};

/* An encryption of the number m: (r G, m G + r X), X everybody's joint key. */
struct cipher {
    struct point a, b;
};

/* That two or more logarithms are the same one, or that one is known: a challenge and a
 * response. */
struct proof {
    struct scalar challenge, response;
};

/* --- Keys: one per player and session -----------------------------------------------
 */

struct deck_key {
    struct scalar secret; /* wipe it when the session is over */
    struct point key;     /* published, with a proof */
};

void deck_key_derive(struct deck_key *out, const struct seed *seed,
                     const struct digest *session, uint8_t seat);
/* That the owner of the key knows its secret: without it the last to publish could
 * choose a key that cancels the others'. */
struct proof deck_key_prove(const struct deck_key *key, const struct seed *seed,
                            const struct digest *session, uint8_t seat);
bool deck_key_holds(const struct point *key, const struct proof *proof,
                    const struct digest *session, uint8_t seat);
/* The joint key: the sum of all. Keys that hold never sum to zero unless somebody
 * solved a discrete logarithm; false if they do. */
bool deck_keys_join(struct point *joint, const struct point *keys, uint8_t n_seats);

/* --- Cuts ---------------------------------------------------------------------------
 */

/* The deck that everybody knows: row 0 hides 1. deck: n_rows ciphertexts. */
void deck_first(struct cipher *deck, uint32_t n_rows);
/* Bytes of the argument for a cut: 352 + 64 (sqrt(n_rows) - 1). At most CUT_SIZE_MAX.
 */
size_t cut_size(uint32_t n_rows);
enum { CUT_SIZE_MAX = 352 + 64 * 15 };
/* Cuts `in` to `out` (may not overlap) and argues for it: cut_size(n_rows) bytes. `in`
 * is made of elements; whether it holds may be found out later, before any share is
 * said. The distance follows from seed and place, all else that is secret from `in`
 * too. */
void deck_cut(struct cipher *out, uint8_t *argument, const struct cipher *in,
              uint32_t n_rows, const struct point *joint,
              const struct deck_place *place, const struct seed *seed);

/* A cut as it was received. Everything is borrowed. */
struct cut {
    struct deck_place place;
    const struct cipher *in; /* holds, or is the first, or is the `out` of a cut that is
                                judged in the same call and stands before this one */
    const struct cipher *out;
    const uint8_t *argument; /* cut_size(n_rows) bytes */
};
/* The number of the first of the cuts that does not hold, n_cuts if all do. Judging
 * together is cheaper than one by one; the cuts may be of any decks, and what is
 * cheapest is all the cuts of one deck in order. The verdict is a function of the bytes
 * alone. */
size_t cuts_hold(const struct cut *cuts, size_t n_cuts, uint32_t n_rows,
                 const struct point *joint);

/* --- Columns ------------------------------------------------------------------------
 */

/* What the table makes of a deck that all have cut. table: n_rows rows of n_seats
 * actions each; columns: n_seats ciphertexts, of the action that the drawn row has for
 * each seat. Equal rows next to each other cost least. */
void deck_columns(struct cipher *columns, const struct cipher *deck, uint32_t n_rows,
                  const uint8_t *table, uint8_t n_seats);

/* Encryptions of zero, one for each seat's column. Without them columns that depend on
 * each other linearly (two equal ones, say) let one owner read another's. */
void blinds_make(struct cipher *blinds, struct proof *proof, uint8_t n_seats,
                 const struct point *joint, const struct deck_place *place,
                 const struct seed *seed);
bool blinds_hold(const struct cipher *blinds, const struct proof *proof,
                 uint8_t n_seats, const struct point *joint,
                 const struct deck_place *place);
/* Adds one player's blinds to all the columns. */
void blinds_add(struct cipher *columns, const struct cipher *blinds, uint8_t n_seats);

/* --- Shares and openings ------------------------------------------------------------
 */

/* The speaker's shares of everybody else's column, in order of seats, the speaker's
 * left out: n_seats - 1 points and one proof. columns: all n_seats, with everybody's
 * blinds. */
void shares_make(struct point *shares, struct proof *proof,
                 const struct cipher *columns, uint8_t n_seats,
                 const struct deck_key *key, const struct deck_place *place,
                 const struct seed *seed);
bool shares_hold(const struct point *shares, const struct proof *proof,
                 const struct cipher *columns, uint8_t n_seats, const struct point *key,
                 const struct deck_place *place);

/* The speaker's share of its own column: its recommendation is then public. */
void opening_make(struct point *share, struct proof *proof, const struct cipher *column,
                  const struct deck_key *key, const struct deck_place *place,
                  const struct seed *seed);
bool opening_holds(const struct point *share, const struct proof *proof,
                   const struct cipher *column, const struct point *key,
                   const struct deck_place *place);

/* The action that a column hides, of n_actions; n_actions if it hides none of them,
 * which cannot be when everything before held. shares: n_seats points, everybody's
 * share of this column, its owner's too. */
uint8_t column_action(const struct cipher *column, const struct point *shares,
                      uint8_t n_seats, uint8_t n_actions);

#endif
