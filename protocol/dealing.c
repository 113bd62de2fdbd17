/* SPDX-License-Identifier: MIT */
/* Hides which deck is where: what a row tells the work, what the work found, and what
 * of it is said when. */
#include "protocol/dealing.h"

#include <stdlib.h>
#include <string.h>

#include "base/check.h"
#include "protocol/deckwork.h"

struct dealing {
    const struct terms *terms;
    enum dealing_view view;
    uint8_t n_players, self;
    bool doubts; /* DEALING_READER: the proofs of the row at hand count */
    bool started;
    uint32_t n_decks;
    uint32_t pass;  /* whose row is being filled, or is the next of its kind; from 1 */
    uint32_t stage; /* the deck that the next private stage uses */
    struct pass_work pass_work;
    struct shares_work shares_work;
    uint32_t out;    /* mask: work that is not back */
    uint32_t judged; /* mask: work that is back and has not been concluded from */
    /* Of the next private stage's deck, from the pass that completed it. */
    struct point own_shares[TABLE_PLAYERS_MAX];
    struct proof own_shares_proof;
    /* Of that deck, from its shares. */
    uint8_t own_action;
    struct point own_opening;
    struct proof own_opening_proof;
};

static uint32_t bit(uint8_t number)
{
    return UINT32_C(1) << number;
}

struct dealing *dealing_new(const struct context *c, enum dealing_view view)
{
    struct dealing *d = calloc(1, sizeof *d);
    if (d == NULL)
        return NULL;
    d->terms = c->terms;
    d->view = view;
    d->n_players = c->terms->shape.n_players;
    d->self = c->self;
    d->pass = 1;
    d->stage = 1;
    if (!pass_work_new(&d->pass_work, d->n_players, c->terms->resolution)) {
        free(d);
        return NULL;
    }
    d->shares_work.work.number = WORK_SHARES;
    memcpy(d->shares_work.n_actions, c->terms->shape.n_actions,
           sizeof d->shares_work.n_actions);
    return d;
}

void dealing_free(struct dealing *d)
{
    if (d == NULL)
        return;
    pass_work_free(&d->pass_work);
    secure_wipe(d, sizeof *d);
    free(d);
}

void dealing_doubt(struct dealing *d)
{
    d->doubts = true;
}

/* ---- keys ---- */

void dealing_say_key(struct dealing *d, const struct context *c, struct writer *body)
{
    struct deck_key *own = &d->pass_work.work.own;
    if (d->view == DEALING_PLAYER)
        deck_key_derive(own, c->seed, &c->session, d->self);
    const struct body_key b = {own->key,
                               d->view == DEALING_PLAYER
                                   ? deck_key_prove(own, c->seed, &c->session, d->self)
                                   : (struct proof){{{0}}, {{0}}}};
    write_bytes(body, &b, sizeof b);
}

bool dealing_hear_key(struct dealing *d, const struct context *c, uint8_t player,
                      const uint8_t *bytes)
{
    struct body_key b;
    memcpy(&b, bytes, sizeof b);
    d->pass_work.work.key[player] = b.key;
    return deck_key_holds(&b.key, &b.proof, &c->session, player);
}

/* The M rows of the table: each profile as often as its weight says, in their order. */
static void lay_table(struct dealing *d, const struct candidate *distribution)
{
    const struct shape *s = &d->terms->shape;
    uint8_t *row = d->pass_work.table;
    for (uint32_t k = 0; k < shape_profiles(s); k++) {
        uint8_t actions[TABLE_PLAYERS_MAX];
        profile_actions(actions, s, k);
        const uint32_t n =
            distribution->weight[k] / (WEIGHT_ONE / d->terms->resolution);
        for (uint32_t i = 0; i < n; i++, row += d->n_players)
            memcpy(row, actions, d->n_players);
    }
    CHECK(row == d->pass_work.table + (size_t)d->terms->resolution * d->n_players);
}

bool dealing_start(struct dealing *d, const struct context *c,
                   const struct agreement *a)
{
    struct pass_work *p = &d->pass_work;
    if (!a->agreed || d->terms->stages == 0)
        return true;
    if (!deck_keys_join(&p->joint, p->work.key, d->n_players))
        return false;
    lay_table(d, &a->candidate);
    d->n_decks = p->n_decks = d->terms->stages;
    p->work.n_players = d->n_players;
    p->work.self = d->self;
    p->work.takes_part = d->view == DEALING_PLAYER;
    p->work.session = c->session;
    p->work.seed = *c->seed;
    p->work.guilty = d->n_players;
    const uint8_t number = d->shares_work.work.number;
    d->shares_work.work = p->work;
    d->shares_work.work.number = number;
    d->started = true;
    return true;
}

bool dealing_started(const struct dealing *d)
{
    return d->started;
}

/* ---- rows become work ---- */

static enum scrutiny scrutiny(const struct dealing *d)
{
    return d->view == DEALING_READER && !d->doubts ? SCRUTINY_POINTS : SCRUTINY_FULL;
}

static bool words_of(struct deck_words *out, const struct message *m, size_t n,
                     const struct deck_parts *parts)
{
    struct reader r = {m->body, m->body_size, false};
    (void)read_run(&r, n);
    deck_words_read(out, &r, parts);
    return reader_done(&r);
}

bool dealing_pass_legal(const struct dealing *d, const struct message *m, size_t n)
{
    struct deck_words w;
    const struct deck_parts parts = deck_parts_of_pass(d->terms, d->pass, m->sender);
    return words_of(&w, m, n, &parts);
}

bool dealing_show_legal(const struct dealing *d, const struct message *m, size_t n)
{
    struct deck_words w;
    const struct deck_parts parts = deck_parts_of_show(d->terms, d->stage);
    return words_of(&w, m, n, &parts);
}

static void take_pass(struct dealing *d, uint8_t from, const struct deck_words *words)
{
    struct pass_work *p = &d->pass_work;
    const uint32_t deck = pass_cuts(d->pass, from, d->n_decks);
    if (words->cut != NULL) {
        memcpy(pass_work_cut(p, deck, from), words->cut,
               p->n_rows * sizeof(struct cipher));
        memcpy(pass_work_argument(p, deck, from), words->argument, cut_size(p->n_rows));
    }
    if (words->blinds != NULL) {
        memcpy(p->blinds[from], words->blinds, d->n_players * sizeof(struct cipher));
        p->blinds_proof[from] = *words->blinds_proof;
    }
}

static void take_shares(struct dealing *d, uint8_t from, const struct deck_words *words)
{
    struct shares_work *s = &d->shares_work;
    if (words->opening != NULL) {
        s->opening[from] = *words->opening;
        s->opening_proof[from] = *words->opening_proof;
    }
    if (words->shares != NULL) {
        memcpy(s->shares[from], words->shares,
               (d->n_players - 1u) * sizeof(struct point));
        s->shares_proof[from] = *words->shares_proof;
    }
}

/* False where somebody's words are not what belongs here: then there is nothing to work
 * on, and the row is concluded with that. */
static bool take_row(struct dealing *d, enum phase phase, const struct message *row)
{
    const size_t before = phase == PHASE_COMMIT ? (size_t)BODY_PLEDGE_SIZE
                          : phase == PHASE_SHOW ? (size_t)BODY_UNVEIL_SIZE
                                                : (size_t)0;
    for (uint8_t i = 0; i < d->n_players; i++) {
        struct deck_words words;
        const struct deck_parts parts = phase == PHASE_SHOW
                                            ? deck_parts_of_show(d->terms, d->stage)
                                            : deck_parts_of_pass(d->terms, d->pass, i);
        if (!words_of(&words, &row[i], before, &parts))
            return false;
        take_pass(d, i, &words);
        take_shares(d, i, &words);
    }
    return true;
}

/* True if anybody has something to do after that pass. */
static bool pass_gives_work(const struct dealing *d, uint32_t pass)
{
    bool any = pass_blinds(pass, d->n_players, d->n_decks) != 0 ||
               pass_blinds(pass + 1, d->n_players, d->n_decks) != 0;
    for (uint8_t i = 0; i < d->n_players; i++)
        any = any || pass_cuts(pass + 1, i, d->n_decks) != 0;
    return any;
}

static uint32_t begin_pass(struct dealing *d, uint32_t pass)
{
    if (!pass_gives_work(d, pass))
        return 0;
    d->pass_work.pass = pass;
    d->pass_work.work.scrutiny = scrutiny(d);
    return bit(WORK_PASS);
}

static uint32_t begin_shares(struct dealing *d, uint32_t opened, uint32_t shared)
{
    d->shares_work.opened = opened;
    d->shares_work.shared = shared <= d->n_decks ? shared : 0;
    d->shares_work.work.scrutiny = scrutiny(d);
    return bit(WORK_SHARES);
}

uint32_t dealing_begin(struct dealing *d, enum phase phase, const struct message *row)
{
    uint32_t begun = 0;
    if (phase == PHASE_START)
        begun = begin_pass(d, 0);
    else if (take_row(d, phase, row)) {
        if (phase != PHASE_SHOW)
            begun |= begin_pass(d, d->pass);
        if (phase == PHASE_SHOW)
            begun |= begin_shares(d, d->stage, d->stage + 1);
        else if (phase == PHASE_DEAL && dealing_last_dealt(d))
            begun |= begin_shares(d, 0, 1);
    }
    CHECK((d->out & begun) == 0);
    d->out |= begun;
    return begun;
}

struct work *dealing_work(struct dealing *d, uint8_t number)
{
    CHECK((d->out & bit(number)) != 0);
    return number == WORK_PASS ? &d->pass_work.work : &d->shares_work.work;
}

void dealing_worked(struct dealing *d, struct work *w)
{
    CHECK((d->out & bit(w->number)) != 0);
    d->out &= ~bit(w->number);
    d->judged |= bit(w->number);
}

bool dealing_busy(const struct dealing *d)
{
    return d->out != 0;
}

/* ---- what is said ---- */

void dealing_say_pass(const struct dealing *d, struct writer *body)
{
    const struct deck_parts parts = deck_parts_of_pass(d->terms, d->pass, d->self);
    const struct deck_words words = {
        .cut = d->pass_work.own_cut,
        .argument = d->pass_work.own_argument,
        .blinds = d->pass_work.own_blinds,
        .blinds_proof = &d->pass_work.own_blinds_proof,
        .shares = d->own_shares,
        .shares_proof = &d->own_shares_proof,
    };
    deck_words_write(body, &words, &parts);
}

void dealing_say_show(const struct dealing *d, struct writer *body)
{
    const struct deck_parts parts = deck_parts_of_show(d->terms, d->stage);
    const struct deck_words words = {
        .opening = &d->own_opening,
        .opening_proof = &d->own_opening_proof,
        .shares = d->own_shares,
        .shares_proof = &d->own_shares_proof,
    };
    deck_words_write(body, &words, &parts);
}

uint8_t dealing_action(const struct dealing *d)
{
    return d->own_action;
}

bool dealing_last_dealt(const struct dealing *d)
{
    return d->pass == pass_last_dealt(d->n_players);
}

/* ---- what it means ---- */

uint8_t dealing_guilty(const struct dealing *d)
{
    if ((d->judged & bit(WORK_PASS)) != 0 && d->pass_work.work.guilty < d->n_players)
        return d->pass_work.work.guilty;
    if ((d->judged & bit(WORK_SHARES)) != 0)
        return d->shares_work.work.guilty;
    return d->n_players;
}

const uint8_t *dealing_drawn(const struct dealing *d)
{
    return d->shares_work.drawn;
}

/* What the shares say of the own recommendation. */
static void keep_own(struct dealing *d)
{
    if ((d->judged & bit(WORK_SHARES)) == 0)
        return;
    d->own_action = d->shares_work.own_action;
    d->own_opening = d->shares_work.own_opening;
    d->own_opening_proof = d->shares_work.own_opening_proof;
    d->judged &= ~bit(WORK_SHARES);
}

/* The deck that a pass has completed is the next whose shares are said. */
static void keep_columns(struct dealing *d)
{
    const struct pass_work *p = &d->pass_work;
    if ((d->judged & bit(WORK_PASS)) == 0)
        return;
    d->judged &= ~bit(WORK_PASS);
    const uint32_t deck = pass_blinds(p->pass, d->n_players, d->n_decks);
    if (deck == 0)
        return;
    memcpy(d->shares_work.deck[deck % 2].column, p->columns, sizeof p->columns);
    memcpy(d->own_shares, p->own_shares, sizeof d->own_shares);
    d->own_shares_proof = p->own_shares_proof;
}

void dealing_deal_over(struct dealing *d)
{
    keep_own(d);
    keep_columns(d);
    d->pass++;
}

void dealing_commit_over(struct dealing *d)
{
    d->pass++;
}

void dealing_show_over(struct dealing *d)
{
    keep_own(d);
    keep_columns(d);
    d->stage++;
}
