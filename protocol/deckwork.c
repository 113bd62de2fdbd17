/* SPDX-License-Identifier: MIT */
/* Hides what is computed with decks, and in which order, so that no share of a deck is
 * made before everything about it holds. */
#include "protocol/deckwork.h"

#include <stdlib.h>
#include <string.h>

_Static_assert((int)WORK_SHARES < (int)WORKS_MAX, "numbers of work");

/* ---- a pass ---- */

bool pass_work_new(struct pass_work *w, uint8_t n_players, uint32_t n_rows)
{
    const size_t n_cuts = (size_t)n_players * n_players;
    memset(w, 0, sizeof *w);
    w->work.number = WORK_PASS;
    w->work.n_players = n_players;
    w->n_rows = n_rows;
    w->table = calloc(n_rows, n_players);
    w->first = calloc(n_rows, sizeof *w->first);
    w->cuts = calloc(n_cuts * n_rows, sizeof *w->cuts);
    w->arguments = calloc(n_cuts, cut_size(n_rows));
    w->own_cut = calloc(n_rows, sizeof *w->own_cut);
    if (w->table == NULL || w->first == NULL || w->cuts == NULL ||
        w->arguments == NULL || w->own_cut == NULL) {
        pass_work_free(w);
        return false;
    }
    deck_first(w->first, n_rows);
    return true;
}

void pass_work_free(struct pass_work *w)
{
    free(w->table);
    free(w->first);
    free(w->cuts);
    free(w->arguments);
    free(w->own_cut);
    secure_wipe(w, sizeof *w);
}

static size_t place_of(const struct pass_work *w, uint32_t deck, uint8_t seat)
{
    return (size_t)(deck % w->work.n_players) * w->work.n_players + seat;
}

struct cipher *pass_work_cut(const struct pass_work *w, uint32_t deck, uint8_t seat)
{
    return w->cuts + place_of(w, deck, seat) * w->n_rows;
}

uint8_t *pass_work_argument(const struct pass_work *w, uint32_t deck, uint8_t seat)
{
    return w->arguments + place_of(w, deck, seat) * cut_size(w->n_rows);
}

static const struct cipher *before_cut(const struct pass_work *w, uint32_t deck,
                                       uint8_t seat)
{
    return seat == 0 ? w->first : pass_work_cut(w, deck, (uint8_t)(seat - 1));
}

static struct deck_place place(const struct work *w, uint32_t deck, uint8_t seat)
{
    return (struct deck_place){w->session, deck, seat};
}

static bool ciphers_valid(const struct cipher *c, size_t n)
{
    return points_valid(&c->a, 2 * n, true);
}

/* Who cut this deck, or blinded its columns, and has not proven it: the first in the
 * order of cuts; after a cut that does not hold, those who built on it are not asked.
 */
static uint8_t judge_deck(const struct pass_work *w, uint32_t deck)
{
    const uint8_t n = w->work.n_players;
    struct cut cuts[TABLE_PLAYERS_MAX] = {{{{{0}}, 0, 0}, NULL, NULL, NULL}};
    for (uint8_t i = 0; i < n; i++)
        cuts[i] =
            (struct cut){place(&w->work, deck, i), before_cut(w, deck, i),
                         pass_work_cut(w, deck, i), pass_work_argument(w, deck, i)};
    const size_t good = cuts_hold(cuts, n, w->n_rows, &w->joint);
    if (good < n)
        return (uint8_t)good;
    for (uint8_t i = 0; i < n; i++) {
        const struct deck_place at = place(&w->work, deck, i);
        if (!blinds_hold(w->blinds[i], &w->blinds_proof[i], n, &w->joint, &at))
            return i;
    }
    return n;
}

static uint8_t judge_points(const struct pass_work *w, uint32_t deck)
{
    const uint8_t n = w->work.n_players, last = (uint8_t)(n - 1);
    if (!ciphers_valid(pass_work_cut(w, deck, last), w->n_rows))
        return last;
    for (uint8_t i = 0; i < n; i++)
        if (!ciphers_valid(w->blinds[i], n))
            return i;
    return n;
}

/* The columns of a deck that holds, and the own shares of them. */
static void open_up(struct pass_work *w, uint32_t deck)
{
    const uint8_t n = w->work.n_players;
    deck_columns(w->columns, pass_work_cut(w, deck, (uint8_t)(n - 1)), w->n_rows,
                 w->table, n);
    for (uint8_t i = 0; i < n; i++)
        blinds_add(w->columns, w->blinds[i], n);
    if (!w->work.takes_part)
        return;
    const struct deck_place at = place(&w->work, deck, w->work.self);
    shares_make(w->own_shares, &w->own_shares_proof, w->columns, n, &w->work.own, &at,
                &w->work.seed);
}

/* A deck that nobody can compute with is handed on: who made it so comes before this
 * player when the deck is judged. */
static void make_cut(struct pass_work *w, uint32_t deck)
{
    const struct deck_place at = place(&w->work, deck, w->work.self);
    const struct cipher *in = before_cut(w, deck, at.seat);
    if (ciphers_valid(in, w->n_rows)) {
        deck_cut(w->own_cut, w->own_argument, in, w->n_rows, &w->joint, &at,
                 &w->work.seed);
        return;
    }
    memcpy(w->own_cut, in, w->n_rows * sizeof *in);
    memset(w->own_argument, 0, sizeof w->own_argument);
}

static void make_next(struct pass_work *w)
{
    const uint8_t n = w->work.n_players, self = w->work.self;
    const uint32_t cut = pass_cuts(w->pass + 1, self, w->n_decks);
    const uint32_t blinded = pass_blinds(w->pass + 1, n, w->n_decks);
    if (cut != 0)
        make_cut(w, cut);
    if (blinded != 0) {
        const struct deck_place at = place(&w->work, blinded, self);
        blinds_make(w->own_blinds, &w->own_blinds_proof, n, &w->joint, &at,
                    &w->work.seed);
    }
}

static void pass_do(struct pass_work *w)
{
    const uint32_t deck = pass_blinds(w->pass, w->work.n_players, w->n_decks);
    w->work.guilty = w->work.n_players;
    if (deck != 0)
        w->work.guilty = w->work.scrutiny == SCRUTINY_FULL ? judge_deck(w, deck)
                                                           : judge_points(w, deck);
    if (w->work.guilty != w->work.n_players)
        return;
    if (deck != 0)
        open_up(w, deck);
    if (w->work.takes_part)
        make_next(w);
}

/* ---- shares and openings ---- */

static bool shares_good(const struct shares_work *w, uint8_t from)
{
    const uint8_t n = w->work.n_players;
    const struct deck_place at = place(&w->work, w->shared, from);
    if (w->work.scrutiny == SCRUTINY_POINTS)
        return points_valid(w->shares[from], n - 1u, true);
    return shares_hold(w->shares[from], &w->shares_proof[from],
                       w->deck[w->shared % 2].column, n, &w->work.key[from], &at);
}

static bool opening_good(const struct shares_work *w, uint8_t from)
{
    const struct deck_place at = place(&w->work, w->opened, from);
    if (w->work.scrutiny == SCRUTINY_POINTS)
        return points_valid(&w->opening[from], 1, true);
    return opening_holds(&w->opening[from], &w->opening_proof[from],
                         &w->deck[w->opened % 2].column[from], &w->work.key[from], &at);
}

static uint8_t judge_row(const struct shares_work *w)
{
    for (uint8_t i = 0; i < w->work.n_players; i++)
        if ((w->opened != 0 && !opening_good(w, i)) ||
            (w->shared != 0 && !shares_good(w, i)))
            return i;
    return w->work.n_players;
}

/* What everybody was told to play. That a column hides no action cannot be where all
 * proofs hold; it would be its owner's to explain. */
static void read_drawn(struct shares_work *w)
{
    const uint8_t n = w->work.n_players;
    struct deck_columns *d = &w->deck[w->opened % 2];
    for (uint8_t i = 0; i < n && w->work.guilty == n; i++) {
        const uint8_t n_actions = (uint8_t)w->n_actions[i];
        d->share[i][i] = w->opening[i];
        w->drawn[i] = column_action(&d->column[i], d->share[i], n, n_actions);
        if (w->drawn[i] == n_actions)
            w->work.guilty = i;
    }
}

static void sort_shares(struct shares_work *w)
{
    const uint8_t n = w->work.n_players;
    struct deck_columns *d = &w->deck[w->shared % 2];
    memset(d->share, 0, sizeof d->share);
    for (uint8_t from = 0; from < n; from++)
        for (uint8_t i = 0, k = 0; i < n; i++)
            if (i != from)
                d->share[i][from] = w->shares[from][k++];
}

/* The own recommendation: nobody else has the last share of it. */
static void read_own(struct shares_work *w)
{
    const uint8_t self = w->work.self;
    const struct deck_columns *d = &w->deck[w->shared % 2];
    const struct deck_place at = place(&w->work, w->shared, self);
    struct point share[TABLE_PLAYERS_MAX];
    opening_make(&w->own_opening, &w->own_opening_proof, &d->column[self], &w->work.own,
                 &at, &w->work.seed);
    memcpy(share, d->share[self], sizeof share);
    share[self] = w->own_opening;
    w->own_action = column_action(&d->column[self], share, w->work.n_players,
                                  (uint8_t)w->n_actions[self]);
    if (w->own_action == w->n_actions[self]) /* as in read_drawn */
        w->work.guilty = self;
}

static void shares_do(struct shares_work *w)
{
    w->work.guilty = judge_row(w);
    if (w->work.guilty != w->work.n_players)
        return;
    if (w->opened != 0)
        read_drawn(w);
    if (w->shared == 0)
        return;
    sort_shares(w);
    if (w->work.takes_part)
        read_own(w);
}

/* ---- for shells ---- */

void work_do(struct work *w)
{
    if (w->number == WORK_PASS)
        pass_do((struct pass_work *)w);
    else
        shares_do((struct shares_work *)w);
}

uint8_t work_number(const struct work *w)
{
    return w->number;
}
