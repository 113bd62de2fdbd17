/* SPDX-License-Identifier: MIT */
/* What one signature, one verification and one hash cost on this machine: medians over
 * many, printed as "sign S\nverify S\nhash S", in seconds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/secure.h"

enum { MESSAGE_SIZE = 200, TRIALS = 2001 };

struct work {
    struct keypair key;
    struct signature signature;
    uint8_t message[MESSAGE_SIZE];
    bool good;
};

static double now(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static int order(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median_seconds(void (*once)(struct work *), struct work *w)
{
    static double seconds[TRIALS];
    for (size_t i = 0; i < TRIALS; i++) {
        memcpy(w->message, &i, sizeof i);
        w->signature = sign(&w->key, w->message, sizeof w->message);
        const double start = now();
        once(w);
        seconds[i] = now() - start;
    }
    qsort(seconds, TRIALS, sizeof seconds[0], order);
    return seconds[TRIALS / 2];
}

static void sign_once(struct work *w)
{
    w->signature = sign(&w->key, w->message, sizeof w->message);
}

static void verify_once(struct work *w)
{
    w->good = w->good && signature_holds(&w->signature, &w->key.public_key, w->message,
                                         sizeof w->message);
}

static void hash_once(struct work *w)
{
    struct hasher h;
    hash_start(&h, "bench");
    hash_bytes(&h, w->message, sizeof w->message);
    const struct digest d = hash_end(&h);
    memcpy(w->message, d.bytes, sizeof d.bytes);
}

int main(void)
{
    if (!secure_start())
        return EXIT_FAILURE;
    static struct work w = {.good = true};
    const struct seed seed = {{1}};
    keypair_from_seed(&w.key, &seed);
    (void)printf("sign %.9f\n", median_seconds(sign_once, &w));
    (void)printf("verify %.9f\n", median_seconds(verify_once, &w));
    (void)printf("hash %.9f\n", median_seconds(hash_once, &w));
    return w.good ? EXIT_SUCCESS : EXIT_FAILURE;
}
