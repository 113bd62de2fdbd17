/* SPDX-License-Identifier: MIT */
/* What one signature, one verification and one hash cost on this machine while all its
 * processors do the same, as they do in a cluster (processors share more than they
 * say). crypto [N] prints medians over many, in seconds, a line each: "sign S", "verify
 * V" by one of N keys that are known in advance (8), "verify-together" each of N - 1
 * that come at once, "verify-any" by a key that is not known, "hash H". */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/secure.h"
#include "bench/row.h"

enum { MESSAGE_SIZE = 200, TRIALS = 2001, TRIALS_TINY = 11, KEYS_MAX = 64 };

struct work {
    size_t n_keys, signer;
    struct keypair key[KEYS_MAX];
    struct public_key public_key[KEYS_MAX];
    struct verifier *verifier;
    struct signature signature;
    uint8_t message[MESSAGE_SIZE];
    struct signed_bytes row[KEYS_MAX]; /* what the others say in a round */
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
    const size_t n = bench_tiny() ? TRIALS_TINY : TRIALS;
    for (size_t i = 0; i < n; i++) {
        memcpy(w->message, &i, sizeof i);
        w->signer = i % w->n_keys;
        w->signature = sign(&w->key[w->signer], w->message, sizeof w->message);
        const double start = now();
        once(w);
        seconds[i] = now() - start;
    }
    qsort(seconds, n, sizeof seconds[0], order);
    return seconds[n / 2];
}

static void sign_once(struct work *w)
{
    w->signature = sign(&w->key[w->signer], w->message, sizeof w->message);
}

static void verify_once(struct work *w)
{
    w->good = verifier_accepts(w->verifier, w->signer, &w->signature, w->message,
                               sizeof w->message) &&
              w->good;
}

static void verify_together_once(struct work *w)
{
    const size_t n = w->n_keys > 1 ? w->n_keys - 1 : 1;
    verifier_look_ahead(w->verifier, w->row, n);
    for (size_t i = 0; i < n; i++)
        w->good = verifier_accepts(w->verifier, i, &w->row[i].signature,
                                   w->row[i].bytes, w->row[i].n) &&
                  w->good;
}

static void verify_any_once(struct work *w)
{
    w->good = signature_holds(&w->signature, &w->public_key[w->signer], w->message,
                              sizeof w->message) &&
              w->good;
}

static void hash_once(struct work *w)
{
    struct hasher h;
    hash_start(&h, "bench");
    hash_bytes(&h, w->message, sizeof w->message);
    const struct digest d = hash_end(&h);
    memcpy(w->message, d.bytes, sizeof d.bytes);
}

enum { SIGN, VERIFY, VERIFY_TOGETHER, VERIFY_ANY, HASH, PRICES };
struct price {
    const char *name;
    void (*once)(struct work *);
};
static const struct price prices[PRICES] = {
    [SIGN] = {"sign", sign_once},
    [VERIFY] = {"verify", verify_once},
    [VERIFY_TOGETHER] = {"verify-together", verify_together_once},
    [VERIFY_ANY] = {"verify-any", verify_any_once},
    [HASH] = {"hash", hash_once},
};

static bool measure(double seconds[PRICES], size_t n_keys)
{
    static struct work w = {.good = true};
    static const uint8_t word[MESSAGE_SIZE] = {1};
    w.n_keys = n_keys;
    for (uint8_t i = 0; i < n_keys; i++) {
        keypair_from_seed(&w.key[i], &(struct seed){{i}});
        w.public_key[i] = w.key[i].public_key;
        w.row[i] = (struct signed_bytes){i, sign(&w.key[i], word, sizeof word), word,
                                         sizeof word};
    }
    w.verifier = verifier_new(w.public_key, n_keys);
    if (w.verifier == NULL)
        return false;
    for (int k = 0; k < PRICES; k++)
        seconds[k] = median_seconds(prices[k].once, &w);
    seconds[VERIFY_TOGETHER] /= n_keys > 1 ? (double)n_keys - 1 : 1;
    verifier_free(w.verifier);
    return w.good;
}

/* The mean of what as many processes as there are processors find at the same time. */
int main(int n_arguments, char **arguments)
{
    const size_t n_keys = n_arguments == 2 ? strtoul(arguments[1], NULL, 10) : 8;
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    double sum[PRICES] = {0}, one[PRICES];
    int ends[2];
    if (n_keys < 1 || n_keys > KEYS_MAX || !secure_start() || pipe(ends) != 0)
        return EXIT_FAILURE;
    for (long i = 0; i < n; i++) {
        const pid_t pid = fork();
        if (pid < 0)
            return EXIT_FAILURE;
        if (pid == 0)
            _exit(measure(one, n_keys) && write(ends[1], one, sizeof one) == sizeof one
                      ? EXIT_SUCCESS
                      : EXIT_FAILURE);
    }
    (void)close(ends[1]);
    for (long i = 0; i < n; i++) {
        if (read(ends[0], one, sizeof one) != sizeof one)
            return EXIT_FAILURE;
        for (int k = 0; k < PRICES; k++)
            sum[k] += one[k] / (double)n;
    }
    while (wait(NULL) > 0)
        continue;
    for (int k = 0; k < PRICES; k++)
        (void)printf("%s %.9f\n", prices[k].name, sum[k]);
    return EXIT_SUCCESS;
}
