/* SPDX-License-Identifier: MIT */
/* Any bytes as a game file whose numbers are kept as they are written: the same files
 * are read and refused, with the same words, as where payoffs become doubles; these are
 * the nearest to the exact ones; and what is written reads back the same. */
#include "analysis/exact.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Hears so many numbers, then no more. */
struct patience {
    size_t n_left, n_payoffs, n_outcomes;
};

static const char *hear_payoff(void *context, const char *text, size_t size)
{
    struct patience *p = context;
    CHECK(p->n_outcomes == 0 && text != NULL && size > 0);
    p->n_payoffs++;
    return p->n_left-- > 0 ? NULL : "is one too many";
}

static const char *hear_outcome(void *context, uint32_t outcome)
{
    struct patience *p = context;
    (void)outcome;
    p->n_outcomes++;
    return p->n_left-- > 0 ? NULL : "is one too many";
}

static void check_listener(const uint8_t *data, size_t size, bool readable,
                           const struct format_error *error)
{
    static struct game head;
    struct format_error other;
    struct patience p = {SIZE_MAX, 0, 0};
    const struct nfg_listener listener = {&p, hear_payoff, hear_outcome};
    const char *text = (const char *)data;
    if (!nfg_read_numbers(&head, text, size, &listener, &other)) {
        refusal_check(&other, data, size);
        return;
    }
    /* What is no number, or none for a double, is the listener's to refuse. */
    CHECK(readable || strstr(error->message, "which") != NULL);
    const size_t n_profiles = shape_profiles(&head.shape);
    const size_t n_players = head.shape.n_players;
    CHECK(p.n_payoffs % n_players == 0);
    CHECK(p.n_outcomes == 0 ? p.n_payoffs == n_profiles * n_players
                            : p.n_outcomes == n_profiles);
    p = (struct patience){(p.n_payoffs + p.n_outcomes) / 2, 0, 0};
    CHECK(!nfg_read_numbers(&head, text, size, &listener, &other));
    refusal_check(&other, data, size);
    CHECK(strstr(other.message, "is one too many") != NULL);
}

static void check_same_head(const struct game *a, const struct game *b)
{
    CHECK(strcmp(a->title, b->title) == 0);
    CHECK(a->shape.n_players == b->shape.n_players);
    CHECK(memcmp(a->shape.n_actions, b->shape.n_actions, sizeof a->shape.n_actions) ==
          0);
    CHECK(memcmp(a->player_name, b->player_name, sizeof a->player_name) == 0);
    CHECK(memcmp(a->action_name, b->action_name, sizeof a->action_name) == 0);
}

/* rounded: of the doubles nearest to the payoffs of g, as they were read elsewhere. */
static void check_nearest(const struct exact_game *g, const struct game *rounded)
{
    struct game again;
    check_same_head(&g->head, rounded);
    CHECK(exact_to_game(&again, g));
    for (uint8_t i = 0; i < g->head.shape.n_players; i++)
        CHECK(memcmp(again.payoffs[i]->value, rounded->payoffs[i]->value,
                     shape_profiles(&g->head.shape) * sizeof(double)) == 0);
    game_free(&again);
}

static void check_same(const struct exact_game *a, const struct exact_game *b)
{
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    check_same_head(&a->head, &b->head);
    CHECK(a->payoffs.n == b->payoffs.n);
    CHECK((a->payoffs.value != NULL) == (b->payoffs.value != NULL));
    for (size_t i = 0; i < a->payoffs.n; i++) {
        multiples_get(x, &a->payoffs, i);
        multiples_get(y, &b->payoffs, i);
        CHECK(mpq_equal(x, y));
    }
    mpq_clears(x, y, NULL);
}

static void check_written(const struct exact_game *g, const struct game *rounded)
{
    struct exact_game back;
    struct game nearest;
    struct format_error error;
    size_t size, again;
    CHECK(!exact_write(g, NULL, 0, &size));
    if (size == 0) /* a payoff is too long to be written */
        return;
    char *text = malloc(size);
    CHECK(text != NULL && exact_write(g, text, size, &again) && again == size);
    CHECK(exact_read(&back, text, size, &error));
    check_same(g, &back);
    CHECK(nfg_read(&nearest, text, size, &error));
    check_nearest(&back, rounded);
    check_nearest(g, &nearest);
    exact_free(&back);
    game_free(&nearest);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct exact_game g;
    static struct game rounded;
    struct format_error error, other;
    const bool readable = nfg_read(&rounded, (const char *)data, size, &error);
    const bool exact = exact_read(&g, (const char *)data, size, &other);
    CHECK(readable || !exact);
    if (!exact)
        refusal_check(&other, data, size);
    if (!readable && strstr(other.message, "beyond 400") == NULL &&
        strstr(other.message, "common denominator") == NULL)
        CHECK(error.line == other.line && error.column == other.column &&
              strcmp(error.message, other.message) == 0);
    check_listener(data, size, readable, &error);
    if (exact) {
        check_nearest(&g, &rounded);
        check_written(&g, &rounded);
        exact_free(&g);
    }
    if (readable)
        game_free(&rounded);
    return 0;
}
