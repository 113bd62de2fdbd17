/* SPDX-License-Identifier: MIT */
/* Hides what terms.yaml and roster.yaml look like: what everybody has in common. */
#include <stdlib.h>
#include <string.h>

#include "node/config.h"
#include "node/yaml.h"

/* Terms as the file has them. A pointer that stays NULL means the default. */
struct yaml_player {
    char *name;
    char **actions;
    uint32_t actions_count;
};
struct yaml_weights {
    uint32_t *weights;
    uint32_t weights_count;
};
struct yaml_terms {
    char *title;
    struct yaml_player *players;
    uint32_t players_count;
    unsigned *concept, *incentive, *selection, *verdict;
    int *strategy, *opening;
    uint32_t *length, *budget, *stages, *threat_rounds, *soft_ms, *hard_ms, *delay_ms;
    uint16_t *resolution, *batch, *restorations_max;
    char *threat_epsilon;
    bool *share_rewards, *test;
    struct yaml_weights *threat;
    uint32_t threat_count;
};

static const cyaml_strval_t concepts[] = {
    {"nash", CONCEPT_NASH}, {"public", CONCEPT_PUBLIC}, {"private", CONCEPT_PRIVATE}};
static const cyaml_strval_t incentives[] = {{"interim", INCENTIVE_INTERIM},
                                            {"ex-ante", INCENTIVE_EX_ANTE}};
static const cyaml_strval_t selections[] = {{"lottery", SELECTION_LOTTERY},
                                            {"nash-bargaining", SELECTION_NASH},
                                            {"egalitarian", SELECTION_EGALITARIAN}};
static const cyaml_strval_t verdicts[] = {{"default", VERDICT_DEFAULT},
                                          {"strict", VERDICT_STRICT}};
static const cyaml_strval_t strategies[] = {{"grim", 0}, {"finite", 1}};
static const cyaml_strval_t openings[] = {{"none", 0}, {"pure", 1}};

#define WORD(key, member, words)                                                       \
    CYAML_FIELD_ENUM_PTR(key, CYAML_FLAG_OPTIONAL | CYAML_FLAG_STRICT,                 \
                         struct yaml_terms, member, words, CYAML_ARRAY_LEN(words))
#define COUNT(member)                                                                  \
    CYAML_FIELD_UINT_PTR(#member, CYAML_FLAG_OPTIONAL, struct yaml_terms, member)

static const cyaml_schema_value_t action_schema = {
    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 1, NAME_MAX)};
static const cyaml_schema_field_t player_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct yaml_player, name, 1,
                           NAME_MAX),
    CYAML_FIELD_SEQUENCE("actions", CYAML_FLAG_POINTER, struct yaml_player, actions,
                         &action_schema, 1, ACTIONS_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t player_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_player, player_fields)};
static const cyaml_schema_value_t weight_schema = {
    CYAML_VALUE_UINT(CYAML_FLAG_DEFAULT, uint32_t)};
static const cyaml_schema_field_t weights_fields[] = {
    CYAML_FIELD_SEQUENCE("weights", CYAML_FLAG_POINTER, struct yaml_weights, weights,
                         &weight_schema, 1, ACTIONS_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t weights_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_weights, weights_fields)};

static const cyaml_schema_field_t terms_fields[] = {
    CYAML_FIELD_STRING_PTR("title", CYAML_FLAG_POINTER, struct yaml_terms, title, 0,
                           TITLE_MAX),
    CYAML_FIELD_SEQUENCE("players", CYAML_FLAG_POINTER, struct yaml_terms, players,
                         &player_schema, 2, PLAYERS_MAX),
    WORD("concept", concept, concepts),
    COUNT(resolution),
    WORD("incentive", incentive, incentives),
    WORD("strategy", strategy, strategies),
    COUNT(length),
    COUNT(budget),
    COUNT(batch),
    WORD("opening", opening, openings),
    WORD("share_rewards", share_rewards, yaml_bools),
    WORD("selection", selection, selections),
    COUNT(stages),
    CYAML_FIELD_SEQUENCE("threat", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                         struct yaml_terms, threat, &weights_schema, 1, PLAYERS_MAX),
    CYAML_FIELD_STRING_PTR("threat_epsilon", CYAML_FLAG_POINTER | CYAML_FLAG_OPTIONAL,
                           struct yaml_terms, threat_epsilon, 1, 63),
    COUNT(threat_rounds),
    COUNT(restorations_max),
    COUNT(soft_ms),
    COUNT(hard_ms),
    WORD("verdict", verdict, verdicts),
    COUNT(delay_ms),
    WORD("test", test, yaml_bools),
    CYAML_FIELD_END};
static const cyaml_schema_value_t terms_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_terms, terms_fields)};

/* The game: who may do what. The lengths were checked by the schema. */
static bool take_players(struct terms *t, const struct yaml_terms *y)
{
    t->shape.n_players = (uint8_t)y->players_count;
    size_t weight = 0;
    for (uint32_t i = 0; i < y->players_count; i++) {
        const struct yaml_player *p = &y->players[i];
        snprintf(t->player_name[i], sizeof t->player_name[i], "%s", p->name);
        t->shape.n_actions[i] = (uint8_t)p->actions_count;
        if (weight + p->actions_count > WEIGHTS_MAX)
            return false;
        for (uint32_t k = 0; k < p->actions_count; k++)
            snprintf(t->action_name[weight++], NAME_MAX + 1, "%s", p->actions[k]);
    }
    return true;
}

static bool take_threat(struct terms *t, const struct yaml_terms *y)
{
    t->threat_given = y->threat_count > 0;
    if (!t->threat_given)
        return true;
    if (y->threat_count != t->shape.n_players)
        return false;
    size_t weight = 0;
    for (uint32_t i = 0; i < y->threat_count; i++) {
        if (y->threat[i].weights_count != t->shape.n_actions[i])
            return false;
        for (uint32_t k = 0; k < y->threat[i].weights_count; k++)
            t->threat.weight[weight++] = y->threat[i].weights[k];
    }
    return true;
}

#define TAKE(member)                                                                   \
    do {                                                                               \
        if (y->member != NULL)                                                         \
            t->member = *y->member;                                                    \
    } while (false)

static void take_rules(struct terms *t, const struct yaml_terms *y)
{
    TAKE(concept);
    TAKE(resolution);
    TAKE(incentive);
    if (y->strategy != NULL)
        t->finite = *y->strategy != 0;
    if (y->opening != NULL)
        t->opening_pure = *y->opening != 0;
    TAKE(length);
    TAKE(budget);
    TAKE(batch);
    TAKE(share_rewards);
    TAKE(selection);
    TAKE(stages);
    TAKE(threat_rounds);
    TAKE(restorations_max);
    TAKE(soft_ms);
    TAKE(hard_ms);
    TAKE(verdict);
    TAKE(delay_ms);
    TAKE(test);
}

/* Names that are the same would let people confuse players or actions. */
static bool actions_distinct(const struct terms *t)
{
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        const uint16_t first = shape_offset(&t->shape, i);
        for (uint16_t a = 0; a < t->shape.n_actions[i]; a++)
            for (uint16_t b = 0; b < a; b++)
                if (strcmp(t->action_name[first + a], t->action_name[first + b]) == 0)
                    return false;
    }
    return true;
}

enum status terms_read(struct terms *out, const char *path, char message[256])
{
    struct yaml_file f;
    enum status status = yaml_open(&f, path, &terms_schema, message);
    if (status != STATUS_OK)
        return status;
    const struct yaml_terms *y = f.data;
    char why[MESSAGE_SIZE];
    terms_default(out);
    snprintf(out->title, sizeof out->title, "%s", y->title);
    take_rules(out, y);
    if (y->threat_epsilon != NULL)
        status = yaml_number(&out->threat_epsilon, &f, "threat_epsilon",
                             y->threat_epsilon, message);
    if (status != STATUS_OK)
        goto close_file;
    if (!take_players(out, y))
        status = yaml_wrong(&f, message, "players",
                            "expected at most %d actions in all", WEIGHTS_MAX);
    else if (!take_threat(out, y))
        status = yaml_wrong(&f, message, "threat",
                            "expected one list of weights per player, one weight per "
                            "action, in the order of players and actions");
    else if (!terms_valid(out, why))
        status = yaml_sentence(&f, message, why);
    else if (!actions_distinct(out))
        status = yaml_wrong(&f, message, "players",
                            "two actions of one player have the same name: rename one");
close_file:
    yaml_close(&f);
    return status;
}

static void print_game(FILE *f, const struct terms *t)
{
    fprintf(f, "title: ");
    yaml_print_string(f, t->title);
    fprintf(f, "\nplayers:\n");
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        fprintf(f, "  - name: ");
        yaml_print_string(f, t->player_name[i]);
        fprintf(f, "\n    actions: [");
        for (uint8_t k = 0; k < t->shape.n_actions[i]; k++) {
            fprintf(f, k > 0 ? ", " : "");
            yaml_print_string(f, t->action_name[shape_offset(&t->shape, i) + k]);
        }
        fprintf(f, "]\n");
    }
}

static void print_threat(FILE *f, const struct terms *t)
{
    fprintf(f, "# weights of %u make a whole; the static equilibrium to punish with\n",
            WEIGHT_ONE);
    fprintf(f, "threat:\n");
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        fprintf(f, "  - weights: [");
        for (uint8_t k = 0; k < t->shape.n_actions[i]; k++)
            fprintf(f, "%s%u", k > 0 ? ", " : "",
                    t->threat.weight[shape_offset(&t->shape, i) + k]);
        fprintf(f, "]\n");
    }
}

static void print_rules(FILE *f, const struct terms *t)
{
    fprintf(f, "concept: %s\n", concepts[t->concept].str);
    if (t->concept == CONCEPT_PRIVATE)
        fprintf(f, "resolution: %u\n", t->resolution);
    fprintf(f, "incentive: %s\n", incentives[t->incentive].str);
    fprintf(f, "strategy: %s\n", strategies[t->finite].str);
    fprintf(f, "length: %u\n", t->length);
    fprintf(f, "budget: %u\n", t->budget);
    fprintf(f, "batch: %u\n", t->batch);
    fprintf(f, "opening: %s\n", openings[t->opening_pure].str);
    fprintf(f, "share_rewards: %s\n", yaml_bools[t->share_rewards].str);
    fprintf(f, "selection: %s\n", selections[t->selection].str);
    fprintf(f, "stages: %u\n", t->stages);
    if (t->threat_given)
        print_threat(f, t);
    fprintf(f, "threat_epsilon: ");
    yaml_print_number(f, t->threat_epsilon);
    fprintf(f, "\nthreat_rounds: %u\n", t->threat_rounds);
    fprintf(f, "restorations_max: %u\n", t->restorations_max);
    fprintf(f, "soft_ms: %u\n", t->soft_ms);
    fprintf(f, "hard_ms: %u\n", t->hard_ms);
    fprintf(f, "verdict: %s\n", verdicts[t->verdict].str);
    fprintf(f, "delay_ms: %u\n", t->delay_ms);
    fprintf(f, "test: %s\n", yaml_bools[t->test].str);
}

void terms_print(FILE *out, const struct terms *t)
{
    fprintf(out, "# The terms of a session: the same file at every player.\n");
    print_game(out, t);
    print_rules(out, t);
}

enum status terms_write(const struct terms *t, const char *path, char message[256])
{
    struct yaml_printer p;
    enum status status = yaml_printer_open(&p, message);
    if (status != STATUS_OK)
        return status;
    terms_print(p.out, t);
    return yaml_printer_close(&p, path, false, message);
}

struct yaml_member {
    char *name, *key, *address;
};
struct yaml_roster {
    struct yaml_member *players;
    uint32_t players_count;
};
static const cyaml_schema_field_t member_fields[] = {
    CYAML_FIELD_STRING_PTR("name", CYAML_FLAG_POINTER, struct yaml_member, name, 1,
                           NAME_MAX),
    CYAML_FIELD_STRING_PTR("key", CYAML_FLAG_POINTER, struct yaml_member, key, 64, 64),
    CYAML_FIELD_STRING_PTR("address", CYAML_FLAG_POINTER, struct yaml_member, address,
                           1, ADDRESS_SIZE - 1),
    CYAML_FIELD_END};
static const cyaml_schema_value_t member_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_DEFAULT, struct yaml_member, member_fields)};
static const cyaml_schema_field_t roster_fields[] = {
    CYAML_FIELD_SEQUENCE("players", CYAML_FLAG_POINTER, struct yaml_roster, players,
                         &member_schema, 2, PLAYERS_MAX),
    CYAML_FIELD_END};
static const cyaml_schema_value_t roster_schema = {
    CYAML_VALUE_MAPPING(CYAML_FLAG_POINTER, struct yaml_roster, roster_fields)};

static enum status take_member(struct roster *r, struct addresses *a, uint8_t player,
                               const struct yaml_member *m, const struct yaml_file *f,
                               char message[MESSAGE_SIZE])
{
    snprintf(r->name[player], sizeof r->name[player], "%s", m->name);
    snprintf(a->address[player], sizeof a->address[player], "%s", m->address);
    if (!hex_decode(r->key[player].bytes, sizeof r->key[player].bytes, m->key) ||
        !public_key_valid(&r->key[player]))
        return yaml_wrong(
            f, message, "players",
            "%s's key is no Ed25519 key: expected the 64 hexadecimal digits "
            "of its .pub file",
            m->name);
    for (uint8_t i = 0; i < player; i++)
        if (strcmp(a->address[i], m->address) == 0)
            return yaml_wrong(f, message, "players",
                              "%s and %s have the same address: give each its own port",
                              r->name[i], m->name);
    return STATUS_OK;
}

enum status roster_read(struct roster *out, struct addresses *addresses,
                        const char *path, char message[256])
{
    struct yaml_file f;
    enum status status = yaml_open(&f, path, &roster_schema, message);
    if (status != STATUS_OK)
        return status;
    const struct yaml_roster *y = f.data;
    memset(out, 0, sizeof *out);
    memset(addresses, 0, sizeof *addresses);
    out->n_players = (uint8_t)y->players_count;
    for (uint8_t i = 0; i < out->n_players && status == STATUS_OK; i++)
        status = take_member(out, addresses, i, &y->players[i], &f, message);
    /* The number of players is compared with the terms by whoever has both. */
    const struct terms fitting = {.shape = {.n_players = out->n_players}};
    char why[MESSAGE_SIZE];
    if (status == STATUS_OK && !roster_valid(out, &fitting, why))
        status = yaml_sentence(&f, message, why);
    yaml_close(&f);
    return status;
}

void roster_print(FILE *out, const struct roster *r, const struct addresses *addresses)
{
    fprintf(out, "# Who plays: the same names and keys, in the same order, at every "
                 "player.\nplayers:\n");
    for (uint8_t i = 0; i < r->n_players; i++) {
        char hex[2 * sizeof r->key[i].bytes + 1];
        hex_encode(hex, r->key[i].bytes, sizeof r->key[i].bytes);
        fprintf(out, "  - name: ");
        yaml_print_string(out, r->name[i]);
        fprintf(out, "\n    key: \"%s\"\n    address: ", hex);
        yaml_print_string(out, addresses->address[i]);
        fprintf(out, "\n");
    }
}

enum status roster_write(const struct roster *r, const struct addresses *addresses,
                         const char *path, char message[256])
{
    struct yaml_printer p;
    enum status status = yaml_printer_open(&p, message);
    if (status != STATUS_OK)
        return status;
    roster_print(p.out, r, addresses);
    return yaml_printer_close(&p, path, false, message);
}
