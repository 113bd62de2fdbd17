/* SPDX-License-Identifier: MIT */
/* Hides the layouts. Every _read goes straight through and asks once, at its end. */
#include "protocol/message.h"

#include <string.h>

#include "base/check.h"

static struct reader reading(const uint8_t *body, size_t n)
{
    return (struct reader){body, n, false};
}

static bool read_bool(struct reader *r)
{
    const uint8_t v = read_u8(r);
    r->bad = r->bad || v > 1;
    return v == 1;
}

static void read_digest(struct reader *r, struct digest *d)
{
    read_bytes(r, d->bytes, sizeof d->bytes);
}

static void write_digest(struct writer *w, const struct digest *d)
{
    write_bytes(w, d->bytes, sizeof d->bytes);
}

static void write_weights(struct writer *w, const uint32_t *weight, uint16_t n)
{
    for (uint16_t k = 0; k < n; k++)
        write_u32(w, weight[k]);
}

/* One mixed action: weights that sum to WEIGHT_ONE exactly. */
static void read_weights(struct reader *r, uint32_t *weight, uint16_t n_actions)
{
    uint64_t sum = 0;
    for (uint16_t k = 0; k < n_actions; k++) {
        weight[k] = read_u32(r);
        sum += weight[k];
    }
    r->bad = r->bad || sum != WEIGHT_ONE;
}

void body_hello_write(struct writer *w, const struct body_hello *b)
{
    write_digest(w, &b->nonce);
    write_u64(w, b->attempt);
    write_digest(w, &b->roster);
    write_digest(w, &b->terms);
}

bool body_hello_read(struct body_hello *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_digest(&r, &b->nonce);
    b->attempt = read_u64(&r);
    read_digest(&r, &b->roster);
    read_digest(&r, &b->terms);
    return reader_done(&r);
}

void body_regret_write(struct writer *w, const struct threat_word *b,
                       uint16_t n_actions)
{
    write_weights(w, b->weight, n_actions);
    write_u8(w, b->claims);
    write_u16(w, b->n_slopes);
    for (uint16_t k = 0; k < b->n_slopes; k++)
        write_f64(w, b->slope[k]);
}

bool body_regret_read(struct threat_word *b, const uint8_t *body, size_t n,
                      uint16_t n_actions)
{
    struct reader r = reading(body, n);
    memset(b->weight, 0, sizeof b->weight);
    read_weights(&r, b->weight, n_actions);
    b->claims = read_u8(&r);
    b->n_slopes = read_u16(&r);
    if (r.bad || b->n_slopes > THREAT_SLOPES_MAX)
        return false;
    for (uint16_t k = 0; k < b->n_slopes; k++)
        b->slope[k] = read_f64(&r);
    return reader_done(&r);
}

void body_punish_write(struct writer *w, const struct body_punish *b,
                       uint16_t n_actions)
{
    write_weights(w, b->weight, n_actions);
}

bool body_punish_read(struct body_punish *b, const uint8_t *body, size_t n,
                      uint16_t n_actions)
{
    struct reader r = reading(body, n);
    memset(b->weight, 0, sizeof b->weight);
    read_weights(&r, b->weight, n_actions);
    return reader_done(&r);
}

void body_punish_ok_write(struct writer *w, const struct body_punish_ok *b)
{
    write_u8(w, b->suits ? 1 : 0);
    write_f64(w, b->regret);
}

bool body_punish_ok_read(struct body_punish_ok *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    b->suits = read_bool(&r);
    b->regret = read_f64(&r);
    return reader_done(&r) && b->regret >= 0;
}

void body_propose_write(struct writer *w, const struct body_propose *b,
                        const struct terms *t)
{
    const struct shape s = terms_candidates(t);
    write_u8(w, b->finished ? 1 : 0);
    write_u16(w, b->n_candidates);
    for (uint16_t k = 0; k < b->n_candidates; k++)
        write_weights(w, b->candidate[k].weight, shape_weights(&s));
}

static bool read_proposal(struct body_propose *b, struct reader *r,
                          const struct terms *t)
{
    const struct shape s = terms_candidates(t);
    b->finished = read_bool(r);
    b->n_candidates = read_u16(r);
    if (r->bad || b->n_candidates > t->batch)
        return false;
    for (uint16_t k = 0; k < b->n_candidates; k++) {
        struct candidate *c = &b->candidate[k];
        memset(c, 0, sizeof *c);
        for (uint16_t weight = 0; weight < shape_weights(&s); weight++)
            c->weight[weight] = read_u32(r);
        if (!terms_candidate_valid(t, c) ||
            (k > 0 && candidate_order(c - 1, c, &s) >= 0))
            return false;
    }
    return !r->bad;
}

bool body_propose_read(struct body_propose *b, const uint8_t *body, size_t n,
                       const struct terms *t)
{
    struct reader r = reading(body, n);
    return read_proposal(b, &r, t) && reader_done(&r);
}

size_t body_proposal_read(struct body_propose *b, const uint8_t *body, size_t n,
                          const struct terms *t)
{
    struct reader r = reading(body, n);
    return read_proposal(b, &r, t) ? n - r.size : 0;
}

/* Bits are packed from the lowest of each byte; the unused ones of the last are 0. */
static void write_packed(struct writer *w, const uint8_t *value, uint32_t n,
                         unsigned bits)
{
    const uint32_t per_byte = 8 / bits;
    for (uint32_t first = 0; first < n; first += per_byte) {
        unsigned byte = 0;
        for (uint32_t k = 0; k < per_byte && first + k < n; k++)
            byte |= (unsigned)value[first + k] << (k * bits);
        write_u8(w, (uint8_t)byte);
    }
}

static void read_packed(struct reader *r, uint8_t *value, uint32_t n, unsigned bits,
                        uint8_t greatest)
{
    const uint32_t per_byte = 8 / bits;
    for (uint32_t first = 0; first < n; first += per_byte) {
        const unsigned byte = read_u8(r);
        for (uint32_t k = 0; k < per_byte; k++) {
            const unsigned v = byte >> (k * bits) & ((1u << bits) - 1);
            r->bad = r->bad || v > greatest || (first + k >= n && v != 0);
            if (first + k < n)
                value[first + k] = (uint8_t)v;
        }
    }
}

void body_answer_write(struct writer *w, const struct body_answer *b,
                       const struct terms *t)
{
    body_propose_write(w, b->proposal, t);
    write_packed(w, b->suits, b->n_answers, 1);
    for (uint32_t k = 0; b->reward != NULL && k < b->n_answers; k++)
        write_f64(w, b->reward[k]);
}

bool body_answer_read(struct body_answer *b, const uint8_t *body, size_t n,
                      const struct terms *t)
{
    struct reader r = reading(body, n);
    if (!read_proposal(b->proposal, &r, t))
        return false;
    read_packed(&r, b->suits, b->n_answers, 1, 1);
    for (uint32_t k = 0; b->reward != NULL && k < b->n_answers; k++)
        b->reward[k] = read_f64(&r);
    return reader_done(&r);
}

void body_set_write(struct writer *w, const struct body_set *b)
{
    write_digest(w, &b->commitment);
}

bool body_set_read(struct body_set *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_digest(&r, &b->commitment);
    return reader_done(&r);
}

void body_reveal_write(struct writer *w, const struct body_reveal *b)
{
    write_bytes(w, b->ticket.bytes, sizeof b->ticket.bytes);
    for (uint32_t k = 0; k < b->n_gains; k++)
        write_u32(w, b->gain[k]);
}

bool body_reveal_read(struct body_reveal *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_bytes(&r, b->ticket.bytes, sizeof b->ticket.bytes);
    for (uint32_t k = 0; k < b->n_gains; k++) {
        b->gain[k] = read_u32(&r);
        r.bad = r.bad || b->gain[k] > GAIN_ONE;
    }
    return reader_done(&r);
}

void body_prune_write(struct writer *w, const struct body_prune *b)
{
    write_packed(w, b->mark, b->n_marks, 2);
    write_digest(w, &b->commitment);
}

bool body_prune_read(struct body_prune *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_packed(&r, b->mark, b->n_marks, 2, MARK_BETTER);
    read_digest(&r, &b->commitment);
    return reader_done(&r);
}

void body_length_write(struct writer *w, const struct body_length *b)
{
    write_u32(w, b->length);
}

bool body_length_read(struct body_length *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    b->length = read_u32(&r);
    return reader_done(&r) && b->length >= 1 && b->length <= LENGTH_MAX;
}

void body_sign_write(struct writer *w, const struct body_sign *b)
{
    write_digest(w, &b->agreement);
    write_digest(w, &b->coin_before);
    write_digest(w, &b->coin_first);
}

bool body_sign_read(struct body_sign *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_digest(&r, &b->agreement);
    read_digest(&r, &b->coin_before);
    read_digest(&r, &b->coin_first);
    return reader_done(&r);
}

void body_start_write(struct writer *w, const struct body_start *b)
{
    write_digest(w, &b->certificate);
    write_bytes(w, b->half.bytes, sizeof b->half.bytes);
}

bool body_start_read(struct body_start *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_digest(&r, &b->certificate);
    read_bytes(&r, b->half.bytes, sizeof b->half.bytes);
    return reader_done(&r);
}

void body_act_write(struct writer *w, const struct body_act *b)
{
    write_u8(w, b->action);
}

bool body_act_read(struct body_act *b, const uint8_t *body, size_t n,
                   uint16_t n_actions)
{
    struct reader r = reading(body, n);
    b->action = read_u8(&r);
    return reader_done(&r) && b->action < n_actions;
}

void body_commit_write(struct writer *w, const struct body_commit *b)
{
    write_digest(w, &b->action);
    write_digest(w, &b->coin_next);
}

bool body_commit_read(struct body_commit *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_digest(&r, &b->action);
    read_digest(&r, &b->coin_next);
    return reader_done(&r);
}

void body_show_write(struct writer *w, const struct body_show *b)
{
    write_u8(w, b->action);
    write_bytes(w, b->nonce.bytes, sizeof b->nonce.bytes);
    write_bytes(w, b->half.bytes, sizeof b->half.bytes);
}

bool body_show_read(struct body_show *b, const uint8_t *body, size_t n,
                    uint16_t n_actions)
{
    struct reader r = reading(body, n);
    b->action = read_u8(&r);
    read_bytes(&r, b->nonce.bytes, sizeof b->nonce.bytes);
    read_bytes(&r, b->half.bytes, sizeof b->half.bytes);
    return reader_done(&r) && b->action < n_actions;
}

void body_follow_write(struct writer *w, const struct body_follow *b)
{
    write_u8(w, b->action);
    write_digest(w, &b->coin_next);
}

bool body_follow_read(struct body_follow *b, const uint8_t *body, size_t n,
                      uint16_t n_actions)
{
    struct reader r = reading(body, n);
    b->action = read_u8(&r);
    read_digest(&r, &b->coin_next);
    return reader_done(&r) && b->action < n_actions;
}

void body_toss_write(struct writer *w, const struct body_toss *b)
{
    write_bytes(w, b->half.bytes, sizeof b->half.bytes);
}

bool body_toss_read(struct body_toss *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    read_bytes(&r, b->half.bytes, sizeof b->half.bytes);
    return reader_done(&r);
}

void body_restore_write(struct writer *w, const struct body_restore *b,
                        const struct terms *t)
{
    write_digest(w, &b->agreement);
    write_u32(w, b->stage);
    if (t->concept == CONCEPT_PUBLIC)
        write_digest(w, &b->coin_next);
}

bool body_restore_read(struct body_restore *b, const uint8_t *body, size_t n,
                       const struct terms *t)
{
    struct reader r = reading(body, n);
    read_digest(&r, &b->agreement);
    b->stage = read_u32(&r);
    memset(&b->coin_next, 0, sizeof b->coin_next);
    if (t->concept == CONCEPT_PUBLIC)
        read_digest(&r, &b->coin_next);
    return reader_done(&r);
}

void body_end_write(struct writer *w, const struct body_end *b)
{
    write_u32(w, b->stages);
}

bool body_end_read(struct body_end *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    b->stages = read_u32(&r);
    return reader_done(&r);
}

void body_suspect_write(struct writer *w, const struct body_suspect *b)
{
    write_u64(w, b->round);
    write_u64(w, b->missing);
}

bool body_suspect_read(struct body_suspect *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    b->round = read_u64(&r);
    b->missing = read_u64(&r);
    return reader_done(&r);
}

void body_fail_write(struct writer *w, const struct body_fail *b)
{
    write_u64(w, b->round);
    write_u64(w, b->missing);
}

bool body_fail_read(struct body_fail *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    b->round = read_u64(&r);
    b->missing = read_u64(&r);
    return reader_done(&r) && b->missing != 0;
}

void body_evidence_write(struct writer *w, const struct body_evidence *b)
{
    write_u32(w, (uint32_t)b->first_size);
    write_bytes(w, b->first, b->first_size);
    write_u32(w, (uint32_t)b->second_size);
    write_bytes(w, b->second, b->second_size);
}

bool body_evidence_read(struct body_evidence *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    b->first_size = read_u32(&r);
    b->first = read_run(&r, b->first_size);
    b->second_size = read_u32(&r);
    b->second = read_run(&r, b->second_size);
    return reader_done(&r);
}

uint8_t body_vouch_count(uint64_t mask)
{
    uint8_t count = 0;
    for (; mask != 0; mask &= mask - 1)
        count++;
    return count;
}

void body_vouch_write(struct writer *w, const struct body_vouch *b)
{
    write_u32(w, (uint32_t)b->envelope_size);
    write_bytes(w, b->envelope, b->envelope_size);
    write_u64(w, b->mask);
    write_bytes(w, b->signatures, body_vouch_count(b->mask) * sizeof(struct signature));
}

bool body_vouch_read(struct body_vouch *b, const uint8_t *body, size_t n)
{
    struct reader r = reading(body, n);
    b->envelope_size = read_u32(&r);
    b->envelope = read_run(&r, b->envelope_size);
    b->mask = read_u64(&r);
    b->signatures = read_run(&r, body_vouch_count(b->mask) * sizeof(struct signature));
    return reader_done(&r) && b->mask != 0;
}

bool message_action(uint8_t *action, const struct message *m, uint16_t n_actions)
{
    struct body_act act;
    struct body_show show;
    struct body_follow follow;
    if (m->kind == MESSAGE_ACT && body_act_read(&act, m->body, m->body_size, n_actions))
        *action = act.action;
    else if (m->kind == MESSAGE_SHOW &&
             body_show_read(&show, m->body, m->body_size, n_actions))
        *action = show.action;
    else if (m->kind == MESSAGE_FOLLOW &&
             body_follow_read(&follow, m->body, m->body_size, n_actions))
        *action = follow.action;
    else if (m->kind == MESSAGE_SHOW && m->body_size > sizeof show &&
             m->body[0] < n_actions) /* of a private stage: message_deck.h */
        *action = m->body[0];
    else
        return false;
    return true;
}

bool message_agreement(struct digest *agreement, const struct message *m)
{
    struct reader r = reading(m->body, m->body_size);
    read_digest(&r, agreement);
    return m->kind == MESSAGE_SIGN && !r.bad;
}
