/* SPDX-License-Identifier: MIT */
/* Hides the limits of a session and the layout of its digests. */
#include "protocol/terms.h"

#include <stdio.h>
#include <string.h>

#include "base/check.h"
#include "protocol/envelope.h"
#include "protocol/message.h"
#include "protocol/message_deck.h"
#include "protocol/strict.h"

enum { MESSAGE_SIZE = 256 };

void terms_default(struct terms *t)
{
    memset(t, 0, sizeof *t);
    t->concept = CONCEPT_NASH;
    t->resolution = RESOLUTION_DEFAULT;
    t->incentive = INCENTIVE_INTERIM;
    t->budget = 100;
    t->batch = 8;
    t->opening_pure = true;
    t->share_rewards = true;
    t->stages = 100;
    t->threat_epsilon = 1e-3;
    t->threat_rounds = 2000;
    t->restorations_max = 16;
    t->soft_ms = 200;
    t->hard_ms = 30000;
    t->delay_ms = 500;
}

static bool within(uint64_t v, uint64_t least, uint64_t most, const char *field,
                   char *message)
{
    if (v >= least && v <= most)
        return true;
    snprintf(message, MESSAGE_SIZE, "%s: expected %llu to %llu, found %llu", field,
             (unsigned long long)least, (unsigned long long)most,
             (unsigned long long)v);
    return false;
}

static bool names_valid(const struct terms *t, char *message)
{
    for (uint8_t i = 0; i < t->shape.n_players; i++)
        if (t->player_name[i][0] == 0) {
            snprintf(message, MESSAGE_SIZE, "players: player %u has no name", i + 1u);
            return false;
        }
    for (uint16_t k = 0; k < shape_weights(&t->shape); k++)
        if (t->action_name[k][0] == 0) {
            snprintf(message, MESSAGE_SIZE, "players: an action has no name");
            return false;
        }
    return true;
}

static bool threat_valid(const struct terms *t, char *message)
{
    if (!(t->threat_epsilon >= 0 && t->threat_epsilon <= 1)) {
        snprintf(message, MESSAGE_SIZE, "threat_epsilon: expected 0 to 1, found %g",
                 t->threat_epsilon);
        return false;
    }
    if (t->threat_given && !candidate_valid(&t->threat, &t->shape)) {
        snprintf(message, MESSAGE_SIZE,
                 "threat: expected weights that sum to %u for each player", WEIGHT_ONE);
        return false;
    }
    return within(t->threat_rounds, 1, THREAT_ROUNDS_MAX, "threat_rounds", message);
}

static bool concept_valid(const struct terms *t, char *message)
{
    if (t->concept == CONCEPT_NASH)
        return true;
    const uint32_t n_profiles = shape_profiles(&t->shape);
    if (!shape_tabled(&t->shape) || n_profiles > DISTRIBUTION_MAX) {
        snprintf(message, MESSAGE_SIZE,
                 "concept: distributions are over at most %d pure profiles, and this "
                 "game has %s%u; nash has no such limit",
                 DISTRIBUTION_MAX, shape_tabled(&t->shape) ? "" : "more than ",
                 shape_tabled(&t->shape) ? n_profiles : PROFILES_MAX);
        return false;
    }
    if (t->incentive != INCENTIVE_INTERIM) {
        snprintf(message, MESSAGE_SIZE,
                 "incentive: ex-ante is equation (7), which is for concept nash; "
                 "expected interim");
        return false;
    }
    if (t->concept == CONCEPT_PUBLIC || t->resolution == 16 || t->resolution == 64 ||
        t->resolution == 256)
        return true;
    snprintf(message, MESSAGE_SIZE, "resolution: expected 16, 64 or 256, found %u",
             t->resolution);
    return false;
}

static bool verdict_valid(const struct terms *t, char *message)
{
    if (t->verdict == VERDICT_DEFAULT)
        return true;
    if (!within(t->delay_ms, 1, HARD_MS_MAX, "delay_ms", message))
        return false;
    const uint64_t least = strict_hard_ms_min(t);
    if (t->hard_ms >= least)
        return true;
    snprintf(message, MESSAGE_SIZE,
             "hard_ms: strict verdicts with these soft_ms and delay_ms need at least "
             "%llu, found %u",
             (unsigned long long)least, t->hard_ms);
    return false;
}

bool terms_valid(const struct terms *t, char message[256])
{
    if (!shape_valid(&t->shape)) {
        snprintf(message, MESSAGE_SIZE,
                 "players: expected 2 to %d players with 1 to %d actions each, %d in "
                 "all; and %d players and %d profiles at most, or the same number of "
                 "actions for everybody",
                 PLAYERS_MAX, ACTIONS_MAX, WEIGHTS_MAX, TABLE_PLAYERS_MAX,
                 PROFILES_MAX);
        return false;
    }
    if (!names_valid(t, message) || !threat_valid(t, message) ||
        !concept_valid(t, message))
        return false;
    if (!t->finite && t->length != 0) {
        snprintf(message, MESSAGE_SIZE,
                 "length: grim punishes for ever, so it has none");
        return false;
    }
    return within(t->length, 0, LENGTH_MAX, "length", message) &&
           within(t->budget, 1, CANDIDATES_MAX / t->shape.n_players, "budget",
                  message) &&
           within(t->batch, 1, BATCH_MAX, "batch", message) &&
           within(t->stages, 0, STAGES_MAX, "stages", message) &&
           within(t->soft_ms, SOFT_MS_MIN, HARD_MS_MAX, "soft_ms", message) &&
           within(t->hard_ms, t->soft_ms, HARD_MS_MAX, "hard_ms", message) &&
           verdict_valid(t, message);
}

/* ---- what candidates are ---- */

struct shape terms_candidates(const struct terms *t)
{
    return concept_shape(t->concept, &t->shape);
}

uint32_t terms_resolution(const struct terms *t)
{
    return t->concept == CONCEPT_PRIVATE ? t->resolution : WEIGHT_ONE;
}

bool terms_candidate_valid(const struct terms *t, const struct candidate *c)
{
    const struct shape shape = terms_candidates(t);
    return candidate_valid(c, &shape) &&
           candidate_on_grid(c, &shape, terms_resolution(t));
}

/* ---- layout ---- */

static void write_text(struct writer *w, const char *text)
{
    const size_t n = strlen(text);
    write_u8(w, (uint8_t)n);
    write_bytes(w, text, n);
}

static void read_text(struct reader *r, char *out, size_t size)
{
    const size_t n = read_u8(r);
    r->bad = r->bad || n >= size;
    if (r->bad)
        return;
    memset(out, 0, size);
    read_bytes(r, out, n);
    r->bad = r->bad || strlen(out) != n;
}

static bool read_flag(struct reader *r)
{
    const uint8_t v = read_u8(r);
    r->bad = r->bad || v > 1;
    return v == 1;
}

static void write_game(struct writer *w, const struct terms *t)
{
    write_text(w, t->title);
    write_u8(w, t->shape.n_players);
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        write_text(w, t->player_name[i]);
        write_u8(w, (uint8_t)t->shape.n_actions[i]);
    }
    for (uint16_t k = 0; k < shape_weights(&t->shape); k++)
        write_text(w, t->action_name[k]);
}

void terms_encode(struct writer *w, const struct terms *t)
{
    write_game(w, t);
    write_u8(w, (uint8_t)t->concept);
    if (t->concept == CONCEPT_PRIVATE) /* otherwise it means nothing */
        write_u16(w, t->resolution);
    write_u8(w, (uint8_t)t->incentive);
    write_u8(w, t->finite);
    write_u32(w, t->length);
    write_u32(w, t->budget);
    write_u16(w, t->batch);
    write_u8(w, t->opening_pure);
    write_u8(w, t->share_rewards);
    write_u8(w, (uint8_t)t->selection);
    write_u32(w, t->stages);
    write_u8(w, t->threat_given);
    for (uint16_t k = 0; t->threat_given && k < shape_weights(&t->shape); k++)
        write_u32(w, t->threat.weight[k]);
    write_f64(w, t->threat_epsilon);
    write_u32(w, t->threat_rounds);
    write_u16(w, t->restorations_max);
    write_u32(w, t->soft_ms);
    write_u32(w, t->hard_ms);
    write_u8(w, (uint8_t)t->verdict);
    if (t->verdict == VERDICT_STRICT) /* likewise */
        write_u32(w, t->delay_ms);
    write_u8(w, t->test);
}

static void read_game(struct reader *r, struct terms *t)
{
    read_text(r, t->title, sizeof t->title);
    t->shape.n_players = read_u8(r);
    r->bad = r->bad || t->shape.n_players > PLAYERS_MAX;
    for (uint8_t i = 0; !r->bad && i < t->shape.n_players; i++) {
        read_text(r, t->player_name[i], sizeof t->player_name[i]);
        t->shape.n_actions[i] = read_u8(r);
    }
    r->bad = r->bad || !shape_valid(&t->shape);
    for (uint16_t k = 0; !r->bad && k < shape_weights(&t->shape); k++)
        read_text(r, t->action_name[k], sizeof t->action_name[k]);
}

static void read_concept(struct reader *r, struct terms *t)
{
    const uint8_t concept = read_u8(r);
    r->bad = r->bad || concept > CONCEPT_PRIVATE;
    t->concept = r->bad ? CONCEPT_NASH : (enum concept) concept;
    if (t->concept == CONCEPT_PRIVATE)
        t->resolution = read_u16(r);
    t->incentive = read_flag(r) ? INCENTIVE_EX_ANTE : INCENTIVE_INTERIM;
}

static void read_selection(struct reader *r, struct terms *t)
{
    const uint8_t selection = read_u8(r);
    r->bad = r->bad || selection >= SELECTIONS;
    t->selection = r->bad ? SELECTION_LOTTERY : (enum selection)selection;
}

bool terms_decode(struct terms *t, struct reader *r)
{
    char message[MESSAGE_SIZE];
    memset(t, 0, sizeof *t);
    read_game(r, t);
    if (r->bad)
        return false;
    read_concept(r, t);
    t->finite = read_flag(r);
    t->length = read_u32(r);
    t->budget = read_u32(r);
    t->batch = read_u16(r);
    t->opening_pure = read_flag(r);
    t->share_rewards = read_flag(r);
    read_selection(r, t);
    t->stages = read_u32(r);
    t->threat_given = read_flag(r);
    for (uint16_t k = 0; t->threat_given && k < shape_weights(&t->shape); k++)
        t->threat.weight[k] = read_u32(r);
    t->threat_epsilon = read_f64(r);
    t->threat_rounds = read_u32(r);
    t->restorations_max = read_u16(r);
    t->soft_ms = read_u32(r);
    t->hard_ms = read_u32(r);
    t->verdict = read_flag(r) ? VERDICT_STRICT : VERDICT_DEFAULT;
    if (t->verdict == VERDICT_STRICT)
        t->delay_ms = read_u32(r);
    t->test = read_flag(r);
    return !r->bad && terms_valid(t, message);
}

struct digest terms_digest(const struct terms *t)
{
    uint8_t bytes[TERMS_SIZE_MAX];
    struct writer w = {bytes, sizeof bytes, 0, false};
    struct hasher h;
    terms_encode(&w, t);
    CHECK(!w.bad);
    hash_start(&h, "CA1/terms");
    hash_bytes(&h, bytes, w.size);
    return hash_end(&h);
}

static size_t greatest(size_t a, size_t b)
{
    return a > b ? a : b;
}

size_t terms_slot_max(const struct terms *t)
{
    const size_t n_candidates = (size_t)t->shape.n_players * t->batch;
    const size_t n_asked = (size_t)t->shape.n_players * t->budget;
    const size_t regret = 4 * ACTIONS_MAX + 3 + 8 * THREAT_SLOPES_MAX;
    const struct shape candidates = terms_candidates(t);
    const size_t propose = 3 + 4 * (size_t)t->batch * shape_weights(&candidates);
    const size_t answer = propose + (n_candidates + 7) / 8 + 8 * n_candidates;
    const size_t prune = (n_asked + 3) / 4 + sizeof(struct digest);
    const size_t reveal =
        sizeof(struct ticket) + (t->selection != SELECTION_LOTTERY ? 4 * n_asked : 0);
    const size_t deck = t->concept == CONCEPT_PRIVATE ? deck_body_max(t) : 0;
    return greatest(greatest(regret, deck), greatest(greatest(answer, prune), reveal));
}

size_t terms_body_max(const struct terms *t)
{
    const size_t envelope = 4 + ENVELOPE_OVERHEAD + terms_slot_max(t);
    const size_t vouch =
        envelope + 8 + (size_t)t->shape.n_players * sizeof(struct signature);
    return greatest(2 * envelope, t->verdict == VERDICT_STRICT ? vouch : 0);
}

bool roster_valid(const struct roster *r, const struct terms *t, char message[256])
{
    if (r->n_players != t->shape.n_players) {
        snprintf(message, MESSAGE_SIZE, "the roster has %u players and the terms %u",
                 r->n_players, t->shape.n_players);
        return false;
    }
    for (uint8_t i = 0; i < r->n_players; i++) {
        if (r->name[i][0] == 0 || !public_key_valid(&r->key[i])) {
            snprintf(message, MESSAGE_SIZE, "player %u: %s", i + 1u,
                     r->name[i][0] == 0 ? "no name" : "its key is no valid key");
            return false;
        }
        for (uint8_t j = 0; j < i; j++)
            if (strcmp(r->name[i], r->name[j]) == 0 ||
                memcmp(&r->key[i], &r->key[j], sizeof r->key[i]) == 0) {
                snprintf(message, MESSAGE_SIZE,
                         "players %u and %u have the same name or the same key", j + 1u,
                         i + 1u);
                return false;
            }
    }
    return true;
}

struct digest roster_digest(const struct roster *r)
{
    struct hasher h;
    hash_start(&h, "CA1/roster");
    hash_u32(&h, r->n_players);
    for (uint8_t i = 0; i < r->n_players; i++) {
        const size_t n = strlen(r->name[i]);
        hash_u32(&h, (uint32_t)n);
        hash_bytes(&h, r->name[i], n);
        hash_bytes(&h, r->key[i].bytes, sizeof r->key[i].bytes);
    }
    return hash_end(&h);
}
