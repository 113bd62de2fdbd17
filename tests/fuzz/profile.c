/* SPDX-License-Identifier: MIT */
/* Any bytes as what people type for a profile: mixed actions and distributions of a
 * game that is played, actions of tables and of action graphs that are asked about. The
 * names of the game are as much in the way as names can be. */
#include "game/formats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/arena.h"
#include "tests/fuzz/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char table[] = "NFG 1 R \"\" {\"1\" \"2\" \"a\"} {{\"2\" \"1\" \"*\"} "
                            "{\"a*\" \"*2\" \"\xc3\xb6 ,\"} {\"1/2\" \"a*3\"}} {} "
                            "0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0";
static const char graph[] = "#AGG\n5 3 0\n2 2 3 3 1\n0 1\n0 1\n0 1 2\n0 1 2\n2\n"
                            "0\n0\n0\n0 1\n0 2\n0 3\n";

static struct game played;
static struct loaded loaded[2];

static void start(void)
{
    struct format_error error;
    CHECK(nfg_read(&played, table, sizeof table - 1, &error));
    CHECK(exact_read(&loaded[0].table, table, sizeof table - 1, &error));
    CHECK(agg_read(&loaded[1].graph, graph, sizeof graph - 1, &error));
    loaded[0].arena.table = &loaded[0].table;
    loaded[1].arena.graph = &loaded[1].graph;
}

static void check_shares(const double *share, size_t n)
{
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        CHECK(share[k] >= 0 && share[k] <= 1 + 1e-9);
        sum += share[k];
    }
    CHECK(fabs(sum - 1) <= 1e-9);
}

static void type_profile(const char *text)
{
    struct profile x;
    char message[FORMAT_MESSAGE_MAX + 1];
    for (size_t k = 0; k < WEIGHTS_MAX; k++)
        x.share[k] = -1;
    if (!profile_read(&x, &played, text, message)) {
        refusal_check_message(message, sizeof message);
        for (size_t k = 0; k < WEIGHTS_MAX; k++)
            CHECK(x.share[k] == -1);
        return;
    }
    for (uint8_t i = 0; i < played.shape.n_players; i++)
        check_shares(x.share + shape_offset(&played.shape, i),
                     played.shape.n_actions[i]);
}

static void type_distribution(const char *text)
{
    double share[18];
    char message[FORMAT_MESSAGE_MAX + 1];
    CHECK(shape_profiles(&played.shape) == 18);
    if (distribution_read(share, &played, text, message))
        check_shares(share, 18);
    else
        refusal_check_message(message, sizeof message);
}

/* What was understood, typed out with names, is understood the same way. */
static void type_actions(const struct loaded *l, const char *text)
{
    uint32_t action[8], again[8];
    char reason[REASON_SIZE], label[LABEL_SIZE], typed[8 * LABEL_SIZE];
    const uint32_t n = arena_players(&l->arena);
    size_t size = 0;
    if (!read_actions(action, l, text, reason)) {
        CHECK(strnlen(reason, sizeof reason) < sizeof reason && reason[0] != '\0');
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        CHECK(action[i] < arena_actions(&l->arena, i));
        size +=
            (size_t)snprintf(typed + size, sizeof typed - size, "%s%s",
                             i > 0 ? ";" : "", action_label(label, l, i, action[i]));
    }
    CHECK(read_actions(again, l, typed, reason));
    CHECK(memcmp(action, again, n * sizeof *action) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        start();
    started = true;
    if (size == 0)
        return 0;
    char *text = malloc(size); /* nothing behind its end */
    CHECK(text != NULL);
    memcpy(text, data + 1, size - 1);
    text[size - 1] = '\0';
    switch (data[0] % 4) {
    case 0:
        type_profile(text);
        break;
    case 1:
        type_distribution(text);
        break;
    default:
        type_actions(&loaded[data[0] % 2], text);
        break;
    }
    free(text);
    return 0;
}
