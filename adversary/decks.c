/* SPDX-License-Identifier: MIT */
/* Hides what a cheat makes of its words about decks: of cuts, proofs, shares, openings
 * and keys. */
#include <string.h>

#include "adversary/inside.h"
#include "protocol/message_deck.h"

/* What stands before the parts of a body. */
static size_t head_of(enum message_kind kind)
{
    if (kind == MESSAGE_COMMIT)
        return BODY_PLEDGE_SIZE;
    return kind == MESSAGE_SHOW ? BODY_UNVEIL_SIZE : 0;
}

/* Which parts a body of this size has: no two choices of them have one size. False if
 * it has none. */
static bool parts_of(struct deck_parts *out, const struct adversary *a,
                     enum message_kind kind, size_t size)
{
    const bool shown = kind == MESSAGE_SHOW;
    if (a->terms->concept != CONCEPT_PRIVATE ||
        (!shown && kind != MESSAGE_DEAL && kind != MESSAGE_COMMIT))
        return false;
    for (int choice = 1; choice < 8; choice++) {
        *out = (struct deck_parts){.n_rows = a->terms->resolution,
                                   .n_players = a->terms->shape.n_players,
                                   .cut = !shown && (choice & 1) != 0,
                                   .blinds = !shown && (choice & 2) != 0,
                                   .opening = shown,
                                   .shares = (choice & 4) != 0};
        if (head_of(kind) + deck_parts_size(out) == size)
            return true;
    }
    return false;
}

/* Where the parts of a body stand. */
static bool words_of(struct deck_words *out, const struct adversary *a,
                     enum message_kind kind, const uint8_t *body, size_t size)
{
    struct deck_parts parts;
    if (!parts_of(&parts, a, kind, size))
        return false;
    const size_t head = head_of(kind);
    struct reader r = {body + head, size - head, false};
    deck_words_read(out, &r, &parts);
    return !r.bad;
}

static void put_at(struct draft *d, const void *where, const void *bytes, size_t n)
{
    draft_put(d, (size_t)((const uint8_t *)where - d->body), bytes, n);
}

/* A row twice, rows that everybody knows, another order of the rows, or a row of its
 * own; in each round something else. */
static void mark_deck(struct draft *d, const struct adversary *a,
                      const struct deck_words *w)
{
    const uint32_t n = a->terms->resolution;
    struct cipher rows[DECK_ROWS_MAX];
    memcpy(rows, w->cut, n * sizeof rows[0]);
    const uint64_t way = d->message.round % 4;
    if (way == 0)
        rows[1] = rows[0];
    if (way == 1)
        deck_first(rows, n);
    if (way == 2) {
        rows[0] = w->cut[2];
        rows[2] = w->cut[0];
    }
    if (way == 3)
        rows[0].a = w->cut[1].a;
    put_at(d, w->cut, rows, n * sizeof rows[0]);
}

/* The words that it said in the latest round before in which there was such a proof. */
static bool words_before(struct deck_words *out, const struct adversary *a,
                         const struct draft *d, bool cut)
{
    for (int k = 0; k < ROUNDS_KEPT; k++) {
        const struct letter *l = &a->said[k];
        struct message m;
        if (l->full && l->round < d->message.round &&
            envelope_peek(&m, l->bytes, l->size, a->roster, a->body_max) &&
            words_of(out, a, m.kind, m.body, m.body_size) &&
            (cut ? out->argument != NULL : out->shares_proof != NULL))
            return true;
    }
    return false;
}

static void reuse_proof(struct draft *d, const struct adversary *a,
                        const struct deck_words *w)
{
    struct deck_words before;
    if (w->argument != NULL && words_before(&before, a, d, true))
        put_at(d, w->argument, before.argument, cut_size(a->terms->resolution));
    else if (w->shares_proof != NULL && words_before(&before, a, d, false))
        put_at(d, w->shares_proof, before.shares_proof, sizeof *w->shares_proof);
}

/* A point that is none of its shares. */
static void share_badly(struct draft *d, const struct deck_words *w)
{
    const struct point *other = w->blinds != NULL ? &w->blinds[0].a : w->shares;
    if (w->opening != NULL && (d->message.round % 4 < 2 || w->shares == NULL)) {
        if (w->shares != NULL)
            put_at(d, w->opening, w->shares, sizeof *w->opening);
        else
            put_at(d, w->opening, &w->opening_proof->challenge, sizeof *w->opening);
    } else if (w->shares != NULL) {
        put_at(d, w->shares, w->opening != NULL ? w->opening : other,
               sizeof *w->shares);
    }
}

void say_of_deck_falsely(struct draft *d, const struct adversary *a,
                         enum misbehaviour_kind kind)
{
    struct deck_words w;
    if (!words_of(&w, a, d->message.kind, d->body, d->size))
        return;
    if (kind == MISBEHAVE_MARKED_DECK && w.cut != NULL)
        mark_deck(d, a, &w);
    if (kind == MISBEHAVE_OLD_PROOF)
        reuse_proof(d, a, &w);
    if (kind == MISBEHAVE_BAD_SHARE)
        share_badly(d, &w);
}

bool keys_ride(const struct adversary *a, enum message_kind kind)
{
    return kind == MESSAGE_SIGN && a->terms->concept == CONCEPT_PRIVATE;
}

void cancel_key(struct draft *d, struct adversary *a, const struct letter *from)
{
    struct message theirs;
    if (d->size < BODY_KEY_SIZE ||
        !envelope_peek(&theirs, from->bytes, from->size, a->roster, a->body_max) ||
        theirs.body_size != d->size)
        return;
    const size_t offset = d->size - BODY_KEY_SIZE;
    struct point own, other;
    memcpy(&own, d->body + offset, sizeof own);
    memcpy(&other, theirs.body + offset, sizeof other);
    if (!point_valid(&own) || !point_valid(&other))
        return;
    own = point_sub(&own, &other);
    draft_put(d, offset, &own, sizeof own);
    has_misbehaved(a, MISBEHAVE_ROGUE_KEY, d->message.round);
}
