/* SPDX-License-Identifier: MIT */
/* One key in two hands, or in one that has forgotten what it signed. */
#include "tests/unit/table.h"
#include "tests/unit/unit.h"

enum { FORGETFUL = 2 };

/* It dies before its first word after the hello has reached anybody. */
static bool hello_only(struct table *t, struct parcel *p)
{
    const struct message m = table_peek(t, p->bytes, p->size);
    return m.sender != FORGETFUL || m.kind == MESSAGE_HELLO;
}

/* What the third of three has left when its process is lost and a new one takes its
 * seat: its seed, or not even that; then it begins a later attempt. */
static struct table *interrupted(bool seed_is_lost, enum note_kind after, size_t times)
{
    struct table *t = table_new(3, 2, public_goods_3);
    t->terms.budget = 4;
    t->terms.hard_ms = 3000;
    t->terms.stages = 50;
    t->options[FORGETFUL].attempt = 1;
    t->meddle = after == NOTE_SESSION ? hello_only : NULL;
    table_start(t);
    while (table_count(t, 0, after) < times || table_count(t, 1, after) < times)
        ck_assert(table_deliver(t));
    player_free(t->player[FORGETFUL]);
    if (seed_is_lost) {
        t->seed[FORGETFUL].bytes[1] ^= 1;
        t->options[FORGETFUL].attempt = 2;
    }
    t->player[FORGETFUL] = table_player(t, FORGETFUL);
    return t;
}

/* The others end without it, and nobody is proven guilty of anything. */
static void check_forgotten(struct table *t)
{
    const size_t n_said = t->n_said;
    table_step(t, FORGETFUL, EVENT_START, NULL, 0);
    table_run(t);
    for (uint8_t i = 0; i < 2; i++) {
        ck_assert_int_eq(table_report(t, i).outcome, OUTCOME_OMISSION);
        ck_assert_uint_eq(table_count(t, i, NOTE_BLAMED), 0);
    }
    for (size_t k = n_said; k < t->n_said; k++) {
        const struct message m = table_peek(t, t->said[k].bytes, t->said[k].size);
        ck_assert(t->said[k].player != FORGETFUL || m.round == 0 ||
                  !message_in_round(m.kind));
    }
    table_free(t);
}

/* Row 25. Without its log it begins with a hello, which contradicts nothing, and gets
 * no further: the others are beyond it, miss it and refuse. It signs nothing that it
 * has signed otherwise. */
START_TEST(t_amnesia)
{
    check_forgotten(interrupted(false, NOTE_STAGE, 5));
    check_forgotten(interrupted(true, NOTE_STAGE, 5));
    check_forgotten(interrupted(true, NOTE_SESSION, 1));
}
END_TEST

/* ---- two instances ---- */

/* A second player on the third seat, with the same key: it hears what the first one
 * hears, and what it says goes to the second player instead of the words of the first.
 */
struct twin {
    struct player *player;
    struct actions actions;
    uint8_t said[8][TABLE_ENVELOPE_MAX]; /* by round; by the twin */
    size_t size[8];
};

static struct twin twin;

static void twin_step(const struct table *t, enum event_kind kind, const uint8_t *bytes,
                      size_t size)
{
    const struct event e = {
        .kind = kind, .now_ms = t->now_ms, .bytes = bytes, .size = size};
    player_step(twin.player, &e, &twin.actions);
    for (size_t k = 0; k < twin.actions.n; k++) {
        const struct action *a = &twin.actions.item[k];
        if (a->kind != ACTION_SAY)
            continue;
        static uint8_t own[TABLE_ENVELOPE_MAX];
        const size_t n = a->size;
        const struct message m = table_peek(t, a->bytes, n);
        memcpy(twin.said[m.round % 8], a->bytes, n);
        twin.size[m.round % 8] = n;
        memcpy(own, a->bytes, n);
        twin_step(t, EVENT_MESSAGE, own, n);
        return;
    }
}

/* Every parcel for the third seat is read by both who sit there; what the first of them
 * says to player 2 is taken from the wire, and the other's words of that round are put
 * there. */
static bool overhear(struct table *t, struct parcel *p)
{
    const struct message m = table_peek(t, p->bytes, p->size);
    if (p->to == FORGETFUL && p->from != FORGETFUL)
        twin_step(t, EVENT_MESSAGE, p->bytes, p->size);
    if (p->from != FORGETFUL || p->to != 1 || m.sender != FORGETFUL ||
        !message_in_round(m.kind))
        return true;
    size_t *size = &twin.size[m.round % 8];
    if (*size == 0 || table_peek(t, twin.said[m.round % 8], *size).round != m.round)
        return true;
    memcpy(p->bytes, twin.said[m.round % 8], *size);
    p->size = *size;
    return true;
}

static struct table *two_instances(double discount)
{
    struct table *t = table_new(3, 2, public_goods_3);
    t->terms.budget = 4;
    t->terms.hard_ms = 3000;
    t->meddle = overhear;
    memset(&twin, 0, sizeof twin);
    const struct private_options before = t->options[FORGETFUL];
    t->options[FORGETFUL].discount = discount;
    twin.player = table_player(t, FORGETFUL);
    t->options[FORGETFUL] = before;
    twin_step(t, EVENT_START, NULL, 0);
    table_start(t);
    table_run(t);
    player_free(twin.player);
    return t;
}

/* Row 26. Where two processes use one seed and know the same, they say the same bytes,
 * and nothing happens. Where they do not, their owner is proven to have said two
 * things: the lock on a node's directory is there to protect it from that. */
START_TEST(t_double_instance)
{
    struct table *t = two_instances(0.9);
    table_all_ended(t, OUTCOME_PLAYED);
    table_free(t);
    t = two_instances(0.1);
    for (uint8_t i = 0; i < 2; i++) {
        const struct seen_note *n = table_found(t, i, NOTE_BLAMED, 0);
        ck_assert_ptr_nonnull(n);
        ck_assert_uint_eq(n->note.player, FORGETFUL);
        ck_assert_uint_eq(n->note.number, FAULT_EQUIVOCATION);
    }
    table_free(t);
}
END_TEST

UNIT_MAIN("keys", t_amnesia, t_double_instance)
