/* SPDX-License-Identifier: MIT */
/* Any bytes as a file of a node: terms, a roster, a configuration, payoffs. The first
 * byte says which. What is taken keeps the limits and can be written so that it reads
 * back the same; what is refused is refused in one sentence that names the file. */
#include "node/config.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/refusal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char directory[] = "/tmp/treaty-fuzz-config.XXXXXX";
static char given[64], again[64];
static struct terms dilemma;

static void leave(void)
{
    (void)unlink(given);
    (void)unlink(again);
    (void)rmdir(directory);
}

static void start(void)
{
    (void)umask(077); /* what others may read is refused unread */
    CHECK(secure_start() && mkdtemp(directory) != NULL && atexit(leave) == 0);
    (void)snprintf(given, sizeof given, "%s/given.yaml", directory);
    (void)snprintf(again, sizeof again, "%s/again.yaml", directory);
    terms_default(&dilemma);
    dilemma.shape = (struct shape){2, {2, 2}};
    for (int k = 0; k < 4; k++) {
        (void)snprintf(dilemma.player_name[k % 2], NAME_MAX + 1, "P%d", k % 2);
        (void)snprintf(dilemma.action_name[k], NAME_MAX + 1, "%s", k % 2 ? "D" : "C");
    }
}

static void put(const uint8_t *data, size_t size)
{
    FILE *file = fopen(given, "wb");
    CHECK(file != NULL && fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

/* True where it was taken. */
static bool judged(enum status status, const char message[256])
{
    if (status == STATUS_OK)
        return true;
    CHECK(status == STATUS_USAGE || status == STATUS_FAILED);
    refusal_check_message(message, 256);
    CHECK(strstr(message, ".yaml") != NULL);
    return false;
}

static void read_terms(void)
{
    static struct terms t, u;
    char message[256] = "";
    if (!judged(terms_read(&t, given, message), message))
        return;
    CHECK(terms_valid(&t, message));
    CHECK(terms_write(&t, again, message) == STATUS_OK);
    CHECK(terms_read(&u, again, message) == STATUS_OK);
    const struct digest a = terms_digest(&t), b = terms_digest(&u);
    CHECK(digest_equal(&a, &b));
}

static void read_roster(void)
{
    static struct roster r, s;
    static struct addresses here, there;
    char message[256] = "";
    if (!judged(roster_read(&r, &here, given, message), message))
        return;
    CHECK(r.n_players <= PLAYERS_MAX);
    CHECK(roster_write(&r, &here, again, message) == STATUS_OK);
    CHECK(roster_read(&s, &there, again, message) == STATUS_OK);
    const struct digest a = roster_digest(&r), b = roster_digest(&s);
    CHECK(digest_equal(&a, &b) && memcmp(&here, &there, sizeof here) == 0);
}

static void read_config(void)
{
    static struct node_config c, d;
    char message[256] = "";
    if (!judged(config_read(&c, given, &dilemma, message), message))
        return;
    CHECK(c.self < PLAYERS_MAX && c.options.discount >= 0 && c.options.discount < 1);
    CHECK(c.options.lambda >= 0 && c.options.lambda <= 1);
    CHECK(c.misdeeds.n_defections <= DEFECTIONS_MAX);
    CHECK(c.misdeeds.n_misbehaviours <= MISBEHAVIOURS_MAX);
    CHECK(config_write(&c, again, &dilemma, message) == STATUS_OK);
    CHECK(config_read(&d, again, &dilemma, message) == STATUS_OK);
    CHECK(c.self == d.self && c.options.sampler_seed == d.options.sampler_seed);
    CHECK(c.options.discount == d.options.discount);
    CHECK(c.options.lambda == d.options.lambda &&
          c.options.sampler == d.options.sampler);
    CHECK(c.misdeeds.n_defections == d.misdeeds.n_defections);
    CHECK(strcmp(c.listen, d.listen) == 0 && strcmp(c.key_path, d.key_path) == 0);
}

static void read_payoffs(void)
{
    struct payoffs *p = NULL;
    char message[256] = "";
    const uint8_t player = 0;
    if (!judged(payoffs_read(&p, &dilemma.shape, player, given, message), message))
        return;
    for (uint32_t k = 0; k < shape_profiles(&dilemma.shape); k++)
        CHECK(isfinite(p->value[k]));
    payoffs_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const read[])(void) = {read_terms, read_roster, read_config,
                                         read_payoffs};
    if (dilemma.shape.n_players == 0)
        start();
    if (size == 0)
        return 0;
    put(data + 1, size - 1);
    read[data[0] % 4]();
    return 0;
}
