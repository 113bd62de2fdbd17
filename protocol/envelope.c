/* SPDX-License-Identifier: MIT */
/* Hides the layout of the header and what exactly is signed. */
#include "protocol/envelope.h"

#include <string.h>

#include "base/check.h"

/* The first bytes of everything that is signed here; no other use of the keys signs
 * bytes that begin like this, so no signature can be carried from one use to another.
 */
static const uint8_t magic[4] = {'C', 'A', '1', '\n'};

static const char *const names[] = {
    [MESSAGE_HELLO] = "hello",     [MESSAGE_REGRET] = "regret",
    [MESSAGE_PUNISH] = "punish",   [MESSAGE_PUNISH_OK] = "punish-ok",
    [MESSAGE_PROPOSE] = "propose", [MESSAGE_ANSWER] = "answer",
    [MESSAGE_SET] = "set",         [MESSAGE_REVEAL] = "reveal",
    [MESSAGE_PRUNE] = "prune",     [MESSAGE_LENGTH] = "length",
    [MESSAGE_SIGN] = "sign",       [MESSAGE_START] = "start",
    [MESSAGE_ACT] = "act",         [MESSAGE_COMMIT] = "commit",
    [MESSAGE_SHOW] = "show",       [MESSAGE_FOLLOW] = "follow",
    [MESSAGE_TOSS] = "toss",       [MESSAGE_RESTORE] = "restore",
    [MESSAGE_END] = "end",         [MESSAGE_SUSPECT] = "suspect",
    [MESSAGE_FAIL] = "fail",       [MESSAGE_EVIDENCE] = "evidence",
    [MESSAGE_VOUCH] = "vouch",     [MESSAGE_DEAL] = "deal",
};

static bool known(uint8_t kind)
{
    return kind < sizeof names / sizeof names[0] && names[kind] != NULL;
}

const char *message_name(enum message_kind kind)
{
    CHECK(known((uint8_t)kind));
    return names[kind];
}

bool message_in_round(enum message_kind kind)
{
    return kind < MESSAGE_SUSPECT;
}

bool envelope_peek(struct message *out, const uint8_t *bytes, size_t n,
                   const struct roster *roster, size_t body_max)
{
    if (n < ENVELOPE_OVERHEAD || memcmp(bytes, magic, sizeof magic) != 0)
        return false;
    struct reader r = {bytes + sizeof magic, n - sizeof magic, false};
    const uint8_t version = read_u8(&r);
    const uint8_t kind = read_u8(&r);
    const uint16_t flags = read_u16(&r);
    read_bytes(&r, out->session.bytes, sizeof out->session.bytes);
    out->round = read_u64(&r);
    const uint16_t sender = read_u16(&r);
    const uint16_t reserved = read_u16(&r);
    out->body_size = read_u32(&r);
    read_bytes(&r, out->transcript.bytes, sizeof out->transcript.bytes);
    if (version != ENVELOPE_VERSION || !known(kind) || flags != 0 || reserved != 0)
        return false;
    if (sender >= roster->n_players || out->body_size > body_max)
        return false;
    if (n != ENVELOPE_OVERHEAD + out->body_size)
        return false;
    out->kind = (enum message_kind)kind;
    out->sender = (uint8_t)sender;
    out->body = read_run(&r, out->body_size);
    return true;
}

static struct signature signature_of(const struct message *m, const uint8_t *bytes,
                                     size_t n)
{
    CHECK(n == ENVELOPE_OVERHEAD + m->body_size);
    struct signature s;
    memcpy(s.bytes, bytes + n - sizeof s.bytes, sizeof s.bytes);
    return s;
}

bool envelope_signed(const struct message *m, const uint8_t *bytes, size_t n,
                     const struct roster *roster)
{
    const struct signature s = signature_of(m, bytes, n);
    return signature_holds(&s, &roster->key[m->sender], bytes, n - sizeof s.bytes);
}

bool envelope_accepted(const struct message *m, const uint8_t *bytes, size_t n,
                       const struct roster *roster, const struct verifier *v)
{
    const struct signature s = signature_of(m, bytes, n);
    CHECK(m->sender < roster->n_players);
    return verifier_accepts(v, m->sender, &s, bytes, n - sizeof s.bytes);
}

struct signed_bytes envelope_claim(const struct message *m, const uint8_t *bytes,
                                   size_t n)
{
    const struct signature s = signature_of(m, bytes, n);
    return (struct signed_bytes){m->sender, s, bytes, n - sizeof s.bytes};
}

size_t envelope_seal(uint8_t *out, size_t capacity, const struct message *m,
                     const struct keypair *key)
{
    CHECK(capacity >= ENVELOPE_OVERHEAD + m->body_size);
    struct writer w = {out, capacity, 0, false};
    write_bytes(&w, magic, sizeof magic);
    write_u8(&w, ENVELOPE_VERSION);
    write_u8(&w, (uint8_t)m->kind);
    write_u16(&w, 0);
    write_bytes(&w, m->session.bytes, sizeof m->session.bytes);
    write_u64(&w, m->round);
    write_u16(&w, m->sender);
    write_u16(&w, 0);
    write_u32(&w, (uint32_t)m->body_size);
    write_bytes(&w, m->transcript.bytes, sizeof m->transcript.bytes);
    write_bytes(&w, m->body, m->body_size);
    const struct signature s = sign(key, out, ENVELOPE_HEADER + m->body_size);
    write_bytes(&w, s.bytes, sizeof s.bytes);
    CHECK(!w.bad);
    return w.size;
}
