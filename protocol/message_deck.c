/* SPDX-License-Identifier: MIT */
/* Hides which parts about decks a body has, and where they stand in it. */
#include "protocol/message_deck.h"

#include <string.h>

/* They are read where they stand. */
_Static_assert(_Alignof(struct cipher) == 1 && _Alignof(struct proof) == 1 &&
                   sizeof(struct cipher) == 64 && sizeof(struct proof) == 64,
               "what is said about decks has no padding");

uint32_t pass_cuts(uint32_t pass, uint8_t seat, uint32_t n_decks)
{
    return pass > seat && pass - seat <= n_decks ? pass - seat : 0;
}

uint32_t pass_blinds(uint32_t pass, uint8_t n_players, uint32_t n_decks)
{
    return pass_cuts(pass, (uint8_t)(n_players - 1), n_decks);
}

uint32_t pass_last_dealt(uint8_t n_players)
{
    return n_players + 1u;
}

static struct deck_parts no_parts(const struct terms *t)
{
    return (struct deck_parts){.n_rows = t->resolution,
                               .n_players = t->shape.n_players};
}

struct deck_parts deck_parts_of_pass(const struct terms *t, uint32_t pass, uint8_t seat)
{
    struct deck_parts p = no_parts(t);
    p.cut = pass_cuts(pass, seat, t->stages) != 0;
    p.blinds = pass_blinds(pass, p.n_players, t->stages) != 0;
    p.shares = pass == pass_last_dealt(p.n_players);
    return p;
}

struct deck_parts deck_parts_of_show(const struct terms *t, uint32_t deck)
{
    struct deck_parts p = no_parts(t);
    p.opening = true;
    p.shares = deck < t->stages;
    return p;
}

size_t deck_parts_size(const struct deck_parts *p)
{
    size_t size = 0;
    if (p->cut)
        size += p->n_rows * sizeof(struct cipher) + cut_size(p->n_rows);
    if (p->blinds)
        size += p->n_players * sizeof(struct cipher) + sizeof(struct proof);
    if (p->opening)
        size += sizeof(struct point) + sizeof(struct proof);
    if (p->shares)
        size += (p->n_players - 1u) * sizeof(struct point) + sizeof(struct proof);
    return size;
}

static const void *run(struct reader *r, bool there, size_t n)
{
    return there ? read_run(r, n) : NULL;
}

void deck_words_read(struct deck_words *out, struct reader *r,
                     const struct deck_parts *p)
{
    out->cut = run(r, p->cut, p->n_rows * sizeof(struct cipher));
    out->argument = run(r, p->cut, cut_size(p->n_rows));
    out->blinds = run(r, p->blinds, p->n_players * sizeof(struct cipher));
    out->blinds_proof = run(r, p->blinds, sizeof(struct proof));
    out->opening = run(r, p->opening, sizeof(struct point));
    out->opening_proof = run(r, p->opening, sizeof(struct proof));
    out->shares = run(r, p->shares, (p->n_players - 1u) * sizeof(struct point));
    out->shares_proof = run(r, p->shares, sizeof(struct proof));
}

void deck_words_write(struct writer *w, const struct deck_words *words,
                      const struct deck_parts *p)
{
    if (p->cut) {
        write_bytes(w, words->cut, p->n_rows * sizeof(struct cipher));
        write_bytes(w, words->argument, cut_size(p->n_rows));
    }
    if (p->blinds) {
        write_bytes(w, words->blinds, p->n_players * sizeof(struct cipher));
        write_bytes(w, words->blinds_proof, sizeof(struct proof));
    }
    if (p->opening) {
        write_bytes(w, words->opening, sizeof(struct point));
        write_bytes(w, words->opening_proof, sizeof(struct proof));
    }
    if (p->shares) {
        write_bytes(w, words->shares, (p->n_players - 1u) * sizeof(struct point));
        write_bytes(w, words->shares_proof, sizeof(struct proof));
    }
}

size_t deck_body_max(const struct terms *t)
{
    struct deck_parts pass = no_parts(t), show = no_parts(t);
    pass.cut = pass.blinds = pass.shares = true;
    show.opening = show.shares = true;
    const size_t of_pass = BODY_PLEDGE_SIZE + deck_parts_size(&pass);
    const size_t of_show = BODY_UNVEIL_SIZE + deck_parts_size(&show);
    return of_pass > of_show ? of_pass : of_show;
}
