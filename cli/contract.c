/* SPDX-License-Identifier: MIT */
/* Hides how the signatures are found in a log again. */
#include "cli/contract.h"

#include <stdio.h>
#include <stdlib.h>

#include "cli/json.h"
#include "cli/report.h"
#include "cli/staging.h"
#include "node/files.h"
#include "node/log.h"
#include "protocol/message.h"

static void put_weights(struct json *j, const char *key, const struct shape *s,
                        const struct candidate *c)
{
    emit_list(j, key);
    for (uint8_t i = 0; i < s->n_players; i++) {
        emit_list(j, NULL);
        for (uint8_t k = 0; k < s->n_actions[i]; k++)
            emit_integer(j, NULL, c->weight[shape_offset(s, i) + k]);
        emit_close(j);
    }
    emit_close(j);
}

/* One list for a distribution, else one for each player. */
static void put_agreed_weights(struct json *j, const struct terms *t,
                               const struct candidate *c)
{
    const struct shape s = terms_candidates(t);
    if (t->concept == CONCEPT_NASH) {
        put_weights(j, "weights", &s, c);
        return;
    }
    emit_list(j, "weights");
    for (uint16_t k = 0; k < shape_weights(&s); k++)
        emit_integer(j, NULL, c->weight[k]);
    emit_close(j);
}

static void put_signature(struct json *j, const struct account *a,
                          const struct record *r, uint64_t *seen)
{
    struct message m;
    if ((r->kind != RECORD_IN && r->kind != RECORD_OUT) ||
        !envelope_peek(&m, r->payload, r->size, a->roster, terms_body_max(a->terms)) ||
        m.kind != MESSAGE_SIGN || (*seen >> m.sender & 1) != 0)
        return;
    *seen |= player_bit(m.sender);
    emit_object(j, NULL);
    emit_integer(j, "node", m.sender + 1u);
    emit_text(j, "player", a->terms->player_name[m.sender]);
    emit_hex(j, "key", a->roster->key[m.sender].bytes,
             sizeof a->roster->key[m.sender].bytes);
    emit_hex(j, "envelope", r->payload, r->size);
    emit_close(j);
}

static void put_contract(struct json *j, const struct account *a)
{
    const struct shape *s = &a->terms->shape;
    emit_object(j, NULL);
    emit_hex(j, "session", a->session.bytes, sizeof a->session.bytes);
    emit_hex(j, "digest", a->agreement_digest.bytes, sizeof a->agreement_digest.bytes);
    emit_hex(j, "certificate", a->certificate.bytes, sizeof a->certificate.bytes);
    emit_text(j, "game", a->terms->title);
    emit_text(j, "concept", concept_names[a->terms->concept]);
    emit_agreed(j, a->terms, &a->agreement);
    put_agreed_weights(j, a->terms, &a->agreement);
    put_weights(j, "threat_weights", s, &a->threat);
    emit_text(j, "strategy", a->length > 0 ? "finite" : "grim");
    if (a->length > 0)
        emit_integer(j, "length", a->length);
    else
        emit_null(j, "length");
    emit_list(j, "signatures");
}

enum status contract_text(char **text, size_t *size, const struct account *a,
                          const char *log, char reason[REASON_SIZE])
{
    char message[256];
    uint64_t seen = 0;
    struct log_reader *reader;
    struct record record;
    enum status status = log_reader_open(&reader, log, message);
    if (status != STATUS_OK)
        goto say;
    FILE *memory = open_memstream(text, size);
    if (memory == NULL) {
        status = message_set(message, STATUS_FAILED, "memory is short");
        goto close_reader;
    }
    struct json j = {.out = memory};
    put_contract(&j, a);
    while (log_reader_next(reader, &record) == RECORD_READ)
        put_signature(&j, a, &record, &seen);
    emit_end(&j);
    (void)fclose(memory);
close_reader:
    log_reader_close(reader);
say:
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "%s", message);
    return status;
}

enum status contract_write(const char *directory, const struct account *a,
                           const char *log, char reason[REASON_SIZE])
{
    char path[PATH_SIZE], message[256], *text = NULL;
    size_t size = 0;
    if (!a->treaty || !directory_path(path, directory, "agreement.json"))
        return STATUS_OK;
    enum status status = contract_text(&text, &size, a, log, reason);
    if (status != STATUS_OK)
        return status;
    status = file_write(path, text, size, message);
    free(text);
    if (status != STATUS_OK)
        (void)snprintf(reason, REASON_SIZE, "%s", message);
    return status;
}
