/* SPDX-License-Identifier: MIT */
/* Hides how the log is searched and how the files are called. */
#include "node/proofs.h"

#include <stdio.h>
#include <sys/stat.h>

#include "node/files.h"

enum { ROOM_FOR_TERMS = 1 << 16 };

struct writing {
    struct proofs *proofs;
    const struct home *home;
    enum status status;
    char *message;
};

static enum evidence_kind kind_of(enum fault_kind fault)
{
    switch (fault) {
    case FAULT_OPENING:
        return EVIDENCE_OPENING;
    case FAULT_ACTION:
        return EVIDENCE_ACTION;
    case FAULT_PROOF:
        return EVIDENCE_PROOF;
    case FAULT_ILLEGAL:
        return EVIDENCE_ILLEGAL;
    case FAULT_EXCLUSIVE:
        return EVIDENCE_EXCLUSIVE;
    case FAULT_ACCUSATION:
        return EVIDENCE_ACCUSATION;
    case FAULT_NONE:
    case FAULT_EQUIVOCATION:
        break;
    }
    return EVIDENCE_TWO_WORDS;
}

bool proofs_due(const struct proofs *p, const struct note *n, uint8_t self)
{
    return (n->kind == NOTE_BLAMED || n->kind == NOTE_DEVIATION) && n->player != self &&
           (p->written[kind_of((enum fault_kind)n->number)] >> n->player & 1) == 0;
}

static void write_proof(void *context, const struct evidence *e, const uint8_t *bytes,
                        size_t size)
{
    struct writing *w = context;
    const uint64_t bit = player_bit(e->guilty);
    char path[PATH_SIZE + 96], session[2 * 4 + 1];
    if (e->guilty == w->home->config.self || (w->proofs->written[e->kind] & bit) != 0 ||
        w->status != STATUS_OK)
        return;
    hex_encode(session, e->session.bytes, 4);
    (void)snprintf(path, sizeof path, "%s/evidence-%s-R%llu-player%u-%s.ev",
                   w->home->config.data_path, session, (unsigned long long)e->round,
                   e->guilty + 1u, evidence_name(e->kind));
    w->status = file_write_private(path, bytes, size, w->message);
    if (w->status == STATUS_OK)
        w->proofs->written[e->kind] |= bit;
}

enum status proofs_write(struct proofs *p, const struct home *h, const struct note *due,
                         char message[256])
{
    struct writing w = {p, h, STATUS_OK, message};
    struct log_reader *r = NULL;
    struct record record;
    struct stat log = {0};
    message[0] = '\0';
    enum status status = log_reader_open(&r, h->log_path, message);
    if (status != STATUS_OK)
        return status;
    /* No proof is larger than the log and the terms. */
    (void)stat(h->log_path, &log);
    struct evidence_search *s = evidence_search_new(
        &h->terms, &h->roster, (size_t)log.st_size + ROOM_FOR_TERMS, write_proof, &w);
    while (s != NULL && log_reader_next(r, &record) == RECORD_READ)
        evidence_search_record(s, &record);
    if (s == NULL)
        w.status = message_set(message, STATUS_FAILED, "no memory for evidence");
    evidence_search_free(s);
    log_reader_close(r);
    if (due != NULL) /* once is enough: the log is long */
        p->written[kind_of((enum fault_kind)due->number)] |= player_bit(due->player);
    return w.status;
}
