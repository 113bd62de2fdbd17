/* SPDX-License-Identifier: MIT */
/* Hides which notes and messages of a log mean what. */
#include "cli/account.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol/message.h"

void *array_grow(void *array, size_t n, size_t *capacity, size_t size)
{
    if (n < *capacity)
        return array;
    *capacity = *capacity < 8 ? 16 : *capacity * 2;
    void *more = realloc(array, *capacity * size);
    if (more == NULL) {
        (void)fputs("treaty: memory is short\n", stderr);
        exit(EXIT_FAILURE);
    }
    return more;
}

const uint8_t *stage_actions(const struct stages *s, uint32_t stage)
{
    return s->actions + (size_t)(stage - 1) * s->n_players;
}

static void note_stage(struct account *a, const struct note *n)
{
    struct stages *s = &a->stages;
    s->n_players = a->terms->shape.n_players;
    if (n->stage != s->n + 1)
        return; /* a log that is led through again repeats nothing */
    size_t capacity = s->capacity;
    s->actions = array_grow(s->actions, s->n, &capacity, s->n_players);
    s->mode = array_grow(s->mode, s->n, &s->capacity, 1);
    memcpy(s->actions + (size_t)s->n * s->n_players, n->actions, s->n_players);
    s->mode[s->n++] = (uint8_t)n->number;
}

/* What was proven twice, by an action and by the blame that follows, counts once. */
static void add_deviation(struct account *a, const struct deviation *d)
{
    for (size_t i = 0; i < a->n_deviations; i++)
        if (a->deviations[i].player == d->player &&
            a->deviations[i].stage == d->stage &&
            (d->stage > 0 || a->deviations[i].fault == d->fault))
            return;
    a->deviations = array_grow(a->deviations, a->n_deviations, &a->deviations_capacity,
                               sizeof *a->deviations);
    a->deviations[a->n_deviations++] = *d;
}

static void add_claim(struct account *a, const struct note *n)
{
    for (size_t i = 0; i < a->n_claims; i++)
        if (a->claims[i].by == n->player && a->claims[i].silent == n->mask)
            return;
    a->claims =
        array_grow(a->claims, a->n_claims, &a->claims_capacity, sizeof *a->claims);
    a->claims[a->n_claims++] = (struct claim){n->round, n->stage, n->player, n->mask};
}

static void add_punishment(struct account *a, const struct note *n)
{
    const struct punishment p = {n->stage, n->number, 0};
    /* A deviation in the middle of a punishment starts it anew: one punishment. */
    if (a->n_punishments > 0) {
        struct punishment *last = &a->punishments[a->n_punishments - 1];
        if (last->restored == 0) {
            last->length = n->number;
            return;
        }
    }
    a->punishments = array_grow(a->punishments, a->n_punishments,
                                &a->punishments_capacity, sizeof *a->punishments);
    a->punishments[a->n_punishments++] = p;
}

static void enter(struct account *a, enum phase next, uint64_t time_ms)
{
    if (next > PHASE_OVER)
        return;
    a->phase_ms[a->phase] += time_ms - a->entered_ms;
    a->entered_ms = time_ms;
    a->phase = next;
}

static void note_candidate(bool *has, struct candidate *out, const struct note *n)
{
    *has = n->candidate != NULL;
    if (*has)
        *out = *n->candidate;
}

static void note_negotiation(struct account *a, const struct note *n)
{
    if (n->kind == NOTE_SESSION) {
        a->has_session = true;
        a->session = n->digest;
    } else if (n->kind == NOTE_THREAT) {
        note_candidate(&a->has_threat, &a->threat, n);
        a->threat_rounds = n->number;
    } else if (n->kind == NOTE_NO_THREAT) {
        a->no_threat = true;
        a->threat_rounds = n->number;
        a->refusers = n->mask;
    } else if (n->kind == NOTE_SAMPLED) {
        a->asked = n->number;
        a->certified = n->other;
        a->sampling_rounds = (uint32_t)n->round;
    } else if (n->kind == NOTE_DRAWN) {
        a->pruning_rounds = n->number;
    } else if (n->kind == NOTE_NO_AGREEMENT) {
        a->no_agreement = true;
    } else if (n->kind == NOTE_AGREED) {
        note_candidate(&a->chosen, &a->agreement, n);
        a->agreement_digest = n->digest;
        a->length = n->number;
    } else if (n->kind == NOTE_SIGNED) {
        a->treaty = a->chosen;
        a->certificate = n->digest;
    }
}

static void note_play(struct account *a, const struct note *n)
{
    if (n->kind == NOTE_STAGE)
        note_stage(a, n);
    else if (n->kind == NOTE_DEVIATION)
        add_deviation(a, &(struct deviation){n->stage, n->player,
                                             (enum fault_kind)n->number,
                                             (uint8_t)(n->other & 255),
                                             (uint8_t)(n->other >> 8), n->round});
    else if (n->kind == NOTE_BLAMED)
        add_deviation(a, &(struct deviation){.stage = n->stage,
                                             .player = n->player,
                                             .fault = (enum fault_kind)n->number,
                                             .round = n->round});
    else if (n->kind == NOTE_PUNISHING)
        add_punishment(a, n);
    else if (n->kind == NOTE_RESTORED && a->n_punishments > 0)
        a->punishments[a->n_punishments - 1].restored = n->stage;
    else if (n->kind == NOTE_REFUSED)
        add_claim(a, n);
}

static void note_progress(struct account *a, const struct note *n, uint64_t time_ms)
{
    if (n->kind == NOTE_ENTERED) {
        enter(a, (enum phase)n->number, time_ms);
    } else if (n->kind == NOTE_ROUND) {
        a->round = n->round;
        a->waiting_for = 0;
    } else if (n->kind == NOTE_HEALED) {
        a->waiting_for = 0;
    } else if (n->kind == NOTE_WAITING) {
        a->waiting_for = n->mask;
        a->waiting_since_ms = time_ms - n->number;
    } else if (n->kind == NOTE_ENDED) {
        a->ended = true;
        a->outcome = (enum outcome)n->number;
    }
}

static void message_in(struct account *a, const struct record *r)
{
    struct message m;
    struct digest agreement;
    if (!envelope_peek(&m, r->payload, r->size, a->roster, terms_body_max(a->terms)) ||
        !message_agreement(&agreement, &m))
        return;
    a->signers |= player_bit(m.sender);
    a->signed_digest[m.sender] = agreement;
}

void account_record(struct account *a, const struct record *r)
{
    struct record_header header;
    struct candidate candidate;
    struct note note;
    a->last_ms = r->time_ms;
    if (a->n_records++ == 0)
        a->first_ms = a->entered_ms = r->time_ms;
    switch (r->kind) {
    case RECORD_HEADER:
        if (record_header_read(&header, r->payload, r->size)) {
            const struct digest terms = terms_digest(a->terms);
            const struct digest roster = roster_digest(a->roster);
            a->self = header.self;
            a->opened = digest_equal(&terms, &header.terms) &&
                        digest_equal(&roster, &header.roster);
        }
        return;
    case RECORD_IN:
    case RECORD_OUT:
        message_in(a, r);
        return;
    case RECORD_NOTE:
        if (note_read(&note, &candidate, r->payload, r->size, a->terms)) {
            note_negotiation(a, &note);
            note_play(a, &note);
            note_progress(a, &note, r->time_ms);
        }
        return;
    case RECORD_END:
        a->closed = true;
        enter(a, a->phase, r->time_ms);
        return;
    case RECORD_PLAY:
    case RECORD_WORK:
        return;
    }
}

bool account_credits(const struct account *a, const struct claim *c)
{
    uint64_t others = 0, accusers = 0;
    if ((account_guilty(a) >> c->by & 1) != 0)
        return false;
    for (size_t i = 0; i < a->n_claims; i++) {
        const struct claim *other = &a->claims[i];
        const uint64_t bit = player_bit(other->by);
        if (other->by == c->by)
            continue;
        others |= bit;
        if ((other->silent >> c->by & 1) != 0)
            accusers |= bit;
    }
    const bool several = (others & (others - 1)) != 0;
    return !several || accusers != others;
}

void account_free(struct account *a)
{
    free(a->stages.actions);
    free(a->stages.mode);
    free(a->deviations);
    free(a->claims);
    free(a->punishments);
    memset(a, 0, sizeof *a);
}

uint32_t account_signatures(const struct account *a)
{
    uint32_t n = 0;
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        n += a->chosen && (a->signers >> i & 1) != 0 &&
             digest_equal(&a->signed_digest[i], &a->agreement_digest);
    return n;
}

uint64_t account_guilty(const struct account *a)
{
    uint64_t guilty = 0;
    for (size_t i = 0; i < a->n_deviations; i++)
        if (a->deviations[i].fault != FAULT_ACTION)
            guilty |= player_bit(a->deviations[i].player);
    return guilty;
}

double account_seconds(const struct account *a, enum phase first, enum phase last)
{
    uint64_t ms = 0;
    for (int phase = (int)first; phase <= (int)last; phase++)
        ms += a->phase_ms[phase];
    return (double)ms / 1000;
}

/* ---- several of them ---- */

static bool same_play(const struct account *a, const struct account *b, uint32_t n)
{
    for (uint32_t stage = 1; stage <= n; stage++)
        if (memcmp(stage_actions(&a->stages, stage), stage_actions(&b->stages, stage),
                   a->stages.n_players) != 0 ||
            a->stages.mode[stage - 1] != b->stages.mode[stage - 1])
            return false;
    return true;
}

/* True if every deviation that a tells of within the first n stages is in b. */
static bool same_deviations(const struct account *a, const struct account *b,
                            uint32_t n)
{
    for (size_t i = 0; i < a->n_deviations; i++) {
        const struct deviation *d = &a->deviations[i];
        bool found = d->stage == 0 || d->stage > n || d->fault != FAULT_ACTION;
        for (size_t k = 0; k < b->n_deviations && !found; k++)
            found = b->deviations[k].stage == d->stage &&
                    b->deviations[k].player == d->player &&
                    b->deviations[k].fault == d->fault &&
                    b->deviations[k].played == d->played &&
                    b->deviations[k].prescribed == d->prescribed;
        if (!found)
            return false;
    }
    return true;
}

static bool same_punishments(const struct account *a, const struct account *b,
                             uint32_t n)
{
    for (size_t i = 0; i < a->n_punishments && a->punishments[i].from <= n; i++) {
        if (i >= b->n_punishments || a->punishments[i].from != b->punishments[i].from ||
            a->punishments[i].length != b->punishments[i].length)
            return false;
        const uint32_t first = a->punishments[i].restored;
        if (first > 0 && first <= n && b->punishments[i].restored != first)
            return false;
    }
    return true;
}

/* How many stages both must tell alike. A player who tells one half of the others
 * something else can split them in the last round that they complete, and in no earlier
 * one: completing a round takes everybody's word for the round before. */
static uint32_t stages_in_common(const struct account *a, const struct account *b)
{
    const uint32_t n = a->stages.n < b->stages.n ? a->stages.n : b->stages.n;
    const bool split = a->outcome == OUTCOME_FAULT || b->outcome == OUTCOME_FAULT;
    return split && n > 0 ? n - 1 : n;
}

/* Who says two hellos makes two sessions of one. Neither goes any further: whoever has
 * found a threat with others has one session with all of them. */
static bool same_session(const struct account *a, const struct account *b)
{
    const bool further = a->has_threat || b->has_threat;
    return !a->has_session || !b->has_session || !further ||
           digest_equal(&a->session, &b->session);
}

static bool pair_agrees(const struct account *a, const struct account *b, bool cut,
                        char found[256])
{
    const uint32_t n = stages_in_common(a, b);
    const uint32_t apart = a->stages.n < b->stages.n ? b->stages.n - a->stages.n
                                                     : a->stages.n - b->stages.n;
    const char *what = NULL;
    if (!same_session(a, b))
        what = "are of different sessions";
    else if (a->has_threat && b->has_threat && !candidate_equal(&a->threat, &b->threat))
        what = "name different threats";
    else if (a->treaty && b->treaty &&
             !digest_equal(&a->agreement_digest, &b->agreement_digest))
        what = "hold different agreements";
    else if (!same_play(a, b, n))
        what = "tell different actions";
    else if (!same_deviations(a, b, n) || !same_deviations(b, a, n))
        what = "tell different deviations";
    else if (!same_punishments(a, b, n) || !same_punishments(b, a, n))
        what = "tell different punishments";
    else if (!cut && apart > 1)
        what = "end at different stages";
    if (what == NULL)
        return true;
    (void)snprintf(found, 256, "the logs of nodes %u and %u %s", a->self + 1u,
                   b->self + 1u, what);
    return false;
}

bool accounts_agree(const struct account *accounts, uint8_t n, uint64_t doubtful,
                    uint64_t cut, char found[256])
{
    for (uint8_t i = 0; i < n; i++)
        for (uint8_t j = 0; j < i; j++) {
            const uint64_t both = player_bit(i) | player_bit(j);
            if ((doubtful & both) == 0 && accounts[i].n_records > 0 &&
                accounts[j].n_records > 0 &&
                !pair_agrees(&accounts[j], &accounts[i], (cut & both) != 0, found))
                return false;
        }
    return true;
}

uint8_t accounts_fullest(const struct account *accounts, uint8_t n, uint64_t doubtful)
{
    uint8_t best = 0;
    bool best_doubtful = true;
    for (uint8_t i = 0; i < n; i++) {
        const bool is_doubtful = (doubtful >> i & 1) != 0;
        const struct account *a = &accounts[i], *b = &accounts[best];
        const bool better = a->stages.n > b->stages.n ||
                            (a->stages.n == b->stages.n && a->ended && !b->ended);
        if ((best_doubtful && !is_doubtful) ||
            (is_doubtful == best_doubtful && better)) {
            best = i;
            best_doubtful = is_doubtful;
        }
    }
    return best;
}
