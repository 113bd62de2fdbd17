/* SPDX-License-Identifier: MIT */
/* Any bytes as the body of any message: what is read, written again, gives the same
 * bytes. The first byte chooses the kind, the second how much the transcript expects.
 */
#include "protocol/message.h"

#include <string.h>

#include "base/check.h"
#include "protocol/message_deck.h"

enum { OUT_SIZE = 1 << 17, LISTED_MAX = 256 };

static uint8_t out[OUT_SIZE];

static void check_same(const struct writer *w, const uint8_t *body, size_t n)
{
    CHECK(!w->bad && w->size == n && (n == 0 || memcmp(out, body, n) == 0));
}

/* n chooses the concept. */
static void prepare(struct terms *t, struct roster *r, size_t n)
{
    terms_default(t);
    t->concept = (enum concept)(n % 3);
    t->shape = (struct shape){3, {2, 3, 1}};
    memset(r, 0, sizeof *r);
    r->n_players = 3;
}

#define ROUND_TRIP(name)                                                               \
    do {                                                                               \
        struct body_##name b;                                                          \
        if (!body_##name##_read(&b, body, n))                                          \
            return;                                                                    \
        body_##name##_write(&w, &b);                                                   \
        check_same(&w, body, n);                                                       \
    } while (0)

static void read_lists(enum message_kind kind, uint8_t expected, const uint8_t *body,
                       size_t n)
{
    struct writer w = {out, sizeof out, 0, false};
    uint8_t listed[LISTED_MAX];
    double reward[LISTED_MAX];
    if (kind == MESSAGE_REVEAL) {
        uint32_t gain[LISTED_MAX];
        struct body_reveal b = {.n_gains = expected, .gain = gain};
        if (!body_reveal_read(&b, body, n))
            return;
        body_reveal_write(&w, &b);
    } else if (kind == MESSAGE_ANSWER) {
        static struct terms t;
        static struct roster r;
        static struct body_propose proposal;
        struct body_answer b = {&proposal, expected, listed,
                                n % 2 == 0 ? reward : NULL};
        prepare(&t, &r, expected);
        if (!body_answer_read(&b, body, n, &t))
            return;
        body_answer_write(&w, &b, &t);
    } else {
        struct body_prune b = {expected, listed, {{0}}};
        if (!body_prune_read(&b, body, n))
            return;
        body_prune_write(&w, &b);
    }
    check_same(&w, body, n);
}

static void read_shaped(enum message_kind kind, uint8_t expected, const uint8_t *body,
                        size_t n)
{
    static struct terms t;
    static struct roster r;
    static struct body_propose proposal;
    static struct threat_word word;
    struct writer w = {out, sizeof out, 0, false};
    const uint16_t n_actions = (uint16_t)(1 + expected % ACTIONS_MAX);
    prepare(&t, &r, expected);
    if (kind == MESSAGE_PROPOSE && body_propose_read(&proposal, body, n, &t)) {
        body_propose_write(&w, &proposal, &t);
        check_same(&w, body, n);
    }
    if (kind == MESSAGE_REGRET && body_regret_read(&word, body, n, n_actions)) {
        body_regret_write(&w, &word, n_actions);
        check_same(&w, body, n);
    }
    struct body_punish punish;
    if (kind == MESSAGE_PUNISH && body_punish_read(&punish, body, n, n_actions)) {
        body_punish_write(&w, &punish, n_actions);
        check_same(&w, body, n);
    }
    struct body_act act;
    if (kind == MESSAGE_ACT && body_act_read(&act, body, n, n_actions)) {
        body_act_write(&w, &act);
        check_same(&w, body, n);
    }
    struct body_follow follow;
    if (kind == MESSAGE_FOLLOW && body_follow_read(&follow, body, n, n_actions)) {
        body_follow_write(&w, &follow);
        check_same(&w, body, n);
    }
    struct body_restore restore;
    if (kind == MESSAGE_RESTORE && body_restore_read(&restore, body, n, &t)) {
        body_restore_write(&w, &restore, &t);
        check_same(&w, body, n);
    }
    struct body_show show;
    if (kind == MESSAGE_SHOW && body_show_read(&show, body, n, n_actions)) {
        body_show_write(&w, &show);
        check_same(&w, body, n);
    }
    struct deck_words words;
    struct reader in = {body, n, false};
    const struct deck_parts parts = deck_parts_of_pass(&t, expected / 4, expected % 4);
    if (kind == MESSAGE_DEAL)
        deck_words_read(&words, &in, &parts);
    if (kind == MESSAGE_DEAL && reader_done(&in)) {
        deck_words_write(&w, &words, &parts);
        check_same(&w, body, n);
    }
}

static void read_body(enum message_kind kind, uint8_t expected, const uint8_t *body,
                      size_t n)
{
    struct writer w = {out, sizeof out, 0, false};
    switch (kind) {
    case MESSAGE_HELLO:
        ROUND_TRIP(hello);
        return;
    case MESSAGE_PUNISH_OK:
        ROUND_TRIP(punish_ok);
        return;
    case MESSAGE_ANSWER:
    case MESSAGE_PRUNE:
    case MESSAGE_REVEAL:
        read_lists(kind, expected, body, n);
        return;
    case MESSAGE_REGRET:
    case MESSAGE_PUNISH:
    case MESSAGE_PROPOSE:
    case MESSAGE_ACT:
    case MESSAGE_SHOW:
    case MESSAGE_DEAL:
    case MESSAGE_FOLLOW:
    case MESSAGE_RESTORE:
        read_shaped(kind, expected, body, n);
        return;
    case MESSAGE_SET:
        ROUND_TRIP(set);
        return;
    case MESSAGE_LENGTH:
        ROUND_TRIP(length);
        return;
    case MESSAGE_SIGN:
        ROUND_TRIP(sign);
        return;
    case MESSAGE_START:
        ROUND_TRIP(start);
        return;
    case MESSAGE_COMMIT:
        ROUND_TRIP(commit);
        return;
    case MESSAGE_TOSS:
        ROUND_TRIP(toss);
        return;
    case MESSAGE_END:
        ROUND_TRIP(end);
        return;
    case MESSAGE_SUSPECT:
        ROUND_TRIP(suspect);
        return;
    case MESSAGE_FAIL:
        ROUND_TRIP(fail);
        return;
    case MESSAGE_EVIDENCE:
        ROUND_TRIP(evidence);
        return;
    case MESSAGE_VOUCH:
        ROUND_TRIP(vouch);
        return;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct terms t;
    static struct roster r;
    struct message m;
    prepare(&t, &r, 0);
    if (envelope_peek(&m, data, size, &r, terms_body_max(&t)))
        read_body(m.kind, 3, m.body, m.body_size);
    if (size >= 2)
        read_body((enum message_kind)data[0], data[1], data + 2, size - 2);
    return 0;
}
