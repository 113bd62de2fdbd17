/* SPDX-License-Identifier: MIT */
/* Hides the limits of a session and the layout of its digests. */
#include "protocol/terms.h"

#include <stdio.h>
#include <string.h>

#include "protocol/envelope.h"
#include "protocol/message.h"
#include "protocol/strict.h"

enum { MESSAGE_SIZE = 256 };

void terms_default(struct terms *t)
{
    memset(t, 0, sizeof *t);
    t->concept = CONCEPT_NASH;
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
                 "players: expected 2 to %d players with 1 to %d actions each, "
                 "%d actions and %d profiles in all",
                 PLAYERS_MAX, ACTIONS_MAX, WEIGHTS_MAX, PROFILES_MAX);
        return false;
    }
    if (!names_valid(t, message) || !threat_valid(t, message))
        return false;
    if (t->concept != CONCEPT_NASH) {
        snprintf(message, MESSAGE_SIZE, "concept: only nash can be negotiated");
        return false;
    }
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

static void hash_text(struct hasher *h, const char *text)
{
    const size_t n = strlen(text);
    hash_u32(h, (uint32_t)n);
    hash_bytes(h, text, n);
}

static void hash_f64(struct hasher *h, double v)
{
    uint8_t bytes[8];
    struct writer w = {bytes, sizeof bytes, 0, false};
    write_f64(&w, v);
    hash_bytes(h, bytes, sizeof bytes);
}

static void hash_game(struct hasher *h, const struct terms *t)
{
    hash_text(h, t->title);
    hash_u32(h, t->shape.n_players);
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        hash_text(h, t->player_name[i]);
        hash_u32(h, t->shape.n_actions[i]);
    }
    for (uint16_t k = 0; k < shape_weights(&t->shape); k++)
        hash_text(h, t->action_name[k]);
}

struct digest terms_digest(const struct terms *t)
{
    struct hasher h;
    hash_start(&h, "CA1/terms");
    hash_game(&h, t);
    hash_u32(&h, t->concept);
    hash_u32(&h, t->incentive);
    hash_u32(&h, t->finite);
    hash_u32(&h, t->length);
    hash_u32(&h, t->budget);
    hash_u32(&h, t->batch);
    hash_u32(&h, t->opening_pure);
    hash_u32(&h, t->share_rewards);
    hash_u32(&h, t->stages);
    hash_u32(&h, t->threat_given);
    for (uint16_t k = 0; t->threat_given && k < shape_weights(&t->shape); k++)
        hash_u32(&h, t->threat.weight[k]);
    hash_f64(&h, t->threat_epsilon);
    hash_u32(&h, t->threat_rounds);
    hash_u32(&h, t->restorations_max);
    hash_u32(&h, t->soft_ms);
    hash_u32(&h, t->hard_ms);
    hash_u32(&h, t->test);
    if (t->verdict == VERDICT_STRICT) /* otherwise delay_ms means nothing */
        hash_u32(&h, t->delay_ms);
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
    const size_t propose = 3 + 4 * (size_t)t->batch * shape_weights(&t->shape);
    const size_t answer = (n_candidates + 7) / 8 + 8 * n_candidates;
    const size_t prune = (n_asked + 3) / 4 + sizeof(struct digest);
    return greatest(greatest(regret, propose), greatest(answer, prune));
}

size_t terms_body_max(const struct terms *t)
{
    const size_t envelope = 4 + ENVELOPE_OVERHEAD + terms_slot_max(t);
    const size_t vouch =
        envelope + 4 + (size_t)t->shape.n_players * sizeof(struct signature);
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
        hash_text(&h, r->name[i]);
        hash_bytes(&h, r->key[i].bytes, sizeof r->key[i].bytes);
    }
    return hash_end(&h);
}
