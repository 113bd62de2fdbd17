/* SPDX-License-Identifier: MIT */
/* What one signature, one verification and one hash cost on this machine: medians over
 * many, printed as "sign S\nverify S\nhash S", in seconds. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

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

struct prices {
    double sign, verify, hash;
};

static bool measure(struct prices *out)
{
    static struct work w = {.good = true};
    const struct seed seed = {{1}};
    keypair_from_seed(&w.key, &seed);
    out->sign = median_seconds(sign_once, &w);
    out->verify = median_seconds(verify_once, &w);
    out->hash = median_seconds(hash_once, &w);
    return w.good;
}

/* The mean of what as many processes as there are processors find at the same time. */
int main(void)
{
    const long n = sysconf(_SC_NPROCESSORS_ONLN);
    struct prices sum = {0, 0, 0}, one;
    int ends[2];
    if (!secure_start() || pipe(ends) != 0)
        return EXIT_FAILURE;
    for (long i = 0; i < n; i++) {
        const pid_t pid = fork();
        if (pid < 0)
            return EXIT_FAILURE;
        if (pid == 0)
            _exit(measure(&one) && write(ends[1], &one, sizeof one) == sizeof one
                      ? EXIT_SUCCESS
                      : EXIT_FAILURE);
    }
    (void)close(ends[1]);
    for (long i = 0; i < n; i++) {
        if (read(ends[0], &one, sizeof one) != sizeof one)
            return EXIT_FAILURE;
        sum.sign += one.sign / (double)n;
        sum.verify += one.verify / (double)n;
        sum.hash += one.hash / (double)n;
    }
    while (wait(NULL) > 0)
        continue;
    (void)printf("sign %.9f\nverify %.9f\nhash %.9f\n", sum.sign, sum.verify, sum.hash);
    return EXIT_SUCCESS;
}
