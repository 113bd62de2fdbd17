/* SPDX-License-Identifier: MIT */
/* The network, and the other players' keys, against an honest player. Every byte of the
 * input decides what happens next: messages arrive in another order, twice, never,
 * changed, or changed and signed again by somebody whose key the network holds; time
 * passes. Whatever happens, nobody aborts, the honest player is never proven guilty,
 * and who holds the same session as it holds the same agreement. */
#include "base/bytes.h"
#include "protocol/fault.h"
#include "protocol/transcript.h"
#include "tests/unit/table.h"

enum { HONEST = 0, STEPS_MAX = 600, WAITS_MAX = 5000, SENT_MAX = 20000 };

static struct table *world(uint8_t kind)
{
    struct table *t = kind % 4 == 0   ? table_new(2, 2, dilemma)
                      : kind % 4 == 1 ? table_new(2, 2, sexes)
                      : kind % 4 == 2 ? table_new(3, 2, public_goods_3)
                                      : table_new(2, 2, pennies);
    t->terms.threat_given = (kind & 4) != 0;
    t->terms.finite = (kind & 8) != 0;
    t->terms.share_rewards = (kind & 16) != 0;
    t->terms.selection = (enum selection)(kind / 8 % SELECTIONS);
    t->terms.length = (kind & 8) != 0 && (kind & 32) != 0 ? 1 : 0;
    t->terms.concept = kind >= 192 ? CONCEPT_PUBLIC : CONCEPT_NASH;
    t->terms.verdict = (kind & 40) == 32 ? VERDICT_STRICT : VERDICT_DEFAULT;
    t->terms.budget = 3;
    t->terms.batch = 2;
    t->terms.stages = 3;
    t->terms.soft_ms = 100;
    t->terms.delay_ms = 100;
    t->terms.hard_ms = 1500;
    t->terms.threat_rounds = 30;
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        t->options[i].sampler = (enum sampler_kind)(kind / 64 % SAMPLER_KINDS);
    return t;
}

static struct parcel *parcel_at(struct table *t, size_t k)
{
    return &t->parcel[(t->first + k % t->n_parcels) % t->capacity];
}

static void swap_to_front(struct table *t, size_t k)
{
    struct parcel *a = parcel_at(t, 0), *b = parcel_at(t, k), kept = *a;
    *a = *b;
    *b = kept;
}

static void put(struct table *t, struct parcel *p, const uint8_t *bytes, size_t size)
{
    free(p->bytes);
    p->bytes = malloc(size > 0 ? size : 1);
    CHECK(p->bytes != NULL);
    memcpy(p->bytes, bytes, size);
    p->size = size;
    (void)t;
}

/* Signs again, with a field or some bytes of the body changed. Only those whose keys
 * the network holds; and only what is still an envelope. */
static void sign_changed(struct table *t, struct parcel *p, struct reader *r)
{
    static uint8_t body[TABLE_ENVELOPE_MAX], bytes[TABLE_ENVELOPE_MAX];
    struct message m;
    if (!envelope_peek(&m, p->bytes, p->size, &t->roster, terms_body_max(&t->terms)) ||
        m.sender == HONEST)
        return;
    memcpy(body, m.body, m.body_size);
    m.body = body;
    const uint8_t what = read_u8(r), at = read_u8(r), by = read_u8(r);
    if (what % 8 == 0)
        m.round += by % 5u - 2u;
    else if (what % 8 == 1)
        m.transcript.bytes[at % 32] ^= by;
    else if (what % 8 == 2)
        m.session.bytes[at % 32] ^= by;
    else if (what % 8 == 3)
        m.body_size = at < m.body_size ? m.body_size - at : m.body_size + at;
    else if (what % 8 == 4 && m.kind < MESSAGE_SUSPECT)
        m.kind = (enum message_kind)(1 + by % MESSAGE_DEAL);
    else if (m.body_size > 0)
        body[(at + 256u * (what / 8u)) % m.body_size] ^= by;
    if (m.body_size <= terms_body_max(&t->terms))
        put(t, p, bytes, envelope_seal(bytes, sizeof bytes, &m, &t->key[m.sender]));
}

/* What nobody had to say: a refusal, a request, or evidence made of two parcels. */
static void say_aside(struct table *t, struct reader *r)
{
    static uint8_t body[TABLE_ENVELOPE_MAX], bytes[TABLE_ENVELOPE_MAX];
    const uint8_t what = read_u8(r), which = read_u8(r);
    const uint8_t from = (uint8_t)(1 + what % (t->roster.n_players - 1));
    const struct report report = table_report(t, which % t->roster.n_players);
    struct writer w = {body, sizeof body, 0, false};
    struct message m = {.kind = MESSAGE_FAIL,
                        .sender = from,
                        .round = report.round + what / 64u - 1u,
                        .session = report.session};
    if (what / 4 % 4 == 0) {
        body_fail_write(&w, &(struct body_fail){m.round, 1u + which % 7u});
    } else if (what / 4 % 4 == 1) {
        m.kind = MESSAGE_SUSPECT;
        body_suspect_write(&w, &(struct body_suspect){m.round, which});
    } else if (t->n_parcels > 0) {
        const struct parcel *a = parcel_at(t, which), *b = parcel_at(t, which / 8u);
        m.kind = MESSAGE_EVIDENCE;
        body_evidence_write(
            &w, &(struct body_evidence){a->bytes, b->bytes, a->size, b->size});
    }
    m.body = body;
    m.body_size = w.size;
    if (w.size > 0 && w.size <= terms_body_max(&t->terms))
        table_send(t, from, HONEST, true, bytes,
                   envelope_seal(bytes, sizeof bytes, &m, &t->key[from]));
}

static void change_parcel(struct table *t, uint8_t how, struct reader *r)
{
    const uint8_t k = read_u8(r);
    if (t->n_parcels == 0)
        return;
    swap_to_front(t, k);
    struct parcel *p = parcel_at(t, 0);
    if (how == 0) {
        table_deliver(t);
    } else if (how == 1) {
        table_step(t, p->to, EVENT_MESSAGE, p->bytes, p->size);
    } else if (how == 2) {
        p->bytes[read_u8(r) % p->size] ^= read_u8(r);
    } else if (how == 3) {
        sign_changed(t, p, r);
    } else if (how == 4) {
        p->to = read_u8(r) % t->roster.n_players;
    } else {
        free(p->bytes);
        t->first = (t->first + 1) % t->capacity;
        t->n_parcels--;
    }
}

static void one_step(struct table *t, struct reader *r)
{
    const uint8_t op = read_u8(r);
    if (op < 96)
        table_deliver(t);
    else if (op < 128)
        for (int k = op - 90; k > 0 && table_deliver(t); k--)
            continue;
    else if (op < 224)
        change_parcel(t, op / 16 - 8, r);
    else if (op < 240)
        say_aside(t, r);
    else if (op < 250)
        (void)table_wait(t);
    else
        t->now_ms += (uint64_t)read_u8(r) * 50;
}

static void check_laws(const struct table *t)
{
    const struct report mine = table_report(t, HONEST);
    for (size_t n = 0; n < t->n_notes; n++)
        CHECK(t->note[n].note.kind != NOTE_BLAMED || t->note[n].note.player != HONEST);
    for (size_t n = 0; n < t->n_notes; n++)
        CHECK(t->note[n].note.kind != NOTE_DEVIATION ||
              t->note[n].note.player != HONEST);
    for (uint8_t i = 1; i < t->roster.n_players; i++) {
        const struct report other = table_report(t, i);
        if (mine.stage > 0 && other.stage > 0 &&
            digest_equal(&mine.session, &other.session))
            CHECK(digest_equal(&mine.agreement_digest, &other.agreement_digest));
    }
}

/* The same events again give a new player the same last words. */
static void check_replay(const struct table *t)
{
    static struct actions again;
    struct player *p = table_player(t, HONEST);
    for (size_t k = 0; k < t->n_events; k++) {
        const struct happening *h = &t->event[k];
        const struct event e = {
            .kind = h->kind, .now_ms = h->now_ms, .bytes = h->bytes, .size = h->size};
        player_step(p, &e, &again);
    }
    struct report a, b = table_report(t, HONEST);
    player_report(p, &a);
    CHECK(a.round == b.round && a.phase == b.phase && a.said == b.said);
    CHECK(digest_equal(&a.session, &b.session) && a.signatures == b.signatures);
    player_free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static bool started;
    if (!started)
        CHECK(secure_start());
    started = true;
    struct reader r = {data, size, false};
    struct table *t = world(read_u8(&r));
    t->recorded = HONEST;
    table_start(t);
    for (uint32_t k = 0; k < STEPS_MAX && r.size > 0 && t->n_said < SENT_MAX; k++)
        one_step(t, &r);
    check_laws(t);
    for (uint32_t k = 0; k < WAITS_MAX; k++) {
        while (table_deliver(t))
            continue;
        if (!table_wait(t))
            break;
        CHECK(t->n_parcels < t->capacity / 2);
    }
    for (uint8_t i = 0; i < t->roster.n_players; i++)
        CHECK(player_done(t->player[i])); /* everybody comes to an end */
    check_laws(t);
    check_replay(t);
    table_free(t);
    return 0;
}
