/* SPDX-License-Identifier: MIT */
/* Hides under which names earlier sessions are kept, and what counts as an early end.
 */
#include "node/sessions.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/bytes.h"
#include "node/files.h"

enum { KEPT_MAX = 9999, KEPT_PATH_SIZE = PATH_SIZE + 32 };

/* What a session came to. */
struct past {
    bool known;   /* its log is there, of this roster and these terms, and is whole */
    bool foreign; /* it is of another roster or of other terms */
    bool over;    /* it has an outcome */
    bool early;   /* which is an omission or a fault */
    uint64_t end_ms;
    uint64_t withheld; /* mask of those who were missing or guilty */
};

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

static void kept_path(char out[KEPT_PATH_SIZE], const struct home *h, const char *name,
                      unsigned k, const char *ending)
{
    (void)snprintf(out, KEPT_PATH_SIZE, "%s/%s-%u.%s", h->config.data_path, name, k,
                   ending);
}

static void marker_path(char out[KEPT_PATH_SIZE], const struct home *h)
{
    (void)snprintf(out, KEPT_PATH_SIZE, "%s/renewing", h->config.data_path);
}

/* How many sessions are kept. */
static unsigned kept(const struct home *h)
{
    char log[KEPT_PATH_SIZE], seed[KEPT_PATH_SIZE];
    for (unsigned k = 1; k <= KEPT_MAX; k++) {
        kept_path(log, h, "node", k, "log");
        kept_path(seed, h, "session", k, "seed");
        if (!exists(log) && !exists(seed))
            return k - 1;
    }
    return KEPT_MAX;
}

/* ---- what a session came to ---- */

static void take_note(struct past *p, const struct note *n, uint8_t self,
                      uint64_t time_ms, uint64_t *claimed_by_others)
{
    if (n->kind == NOTE_REFUSED && n->player == self)
        p->withheld |= n->mask;
    else if (n->kind == NOTE_REFUSED)
        *claimed_by_others |= n->mask;
    else if (n->kind == NOTE_BLAMED)
        p->withheld |= player_bit(n->player);
    else if (n->kind == NOTE_ENDED) {
        p->over = true;
        p->early = n->number == OUTCOME_OMISSION || n->number == OUTCOME_FAULT;
        p->end_ms = time_ms;
    }
}

static bool is_ours(const struct record *r, const struct home *h)
{
    struct record_header header;
    const struct digest terms = terms_digest(&h->terms);
    const struct digest roster = roster_digest(&h->roster);
    return r->kind == RECORD_HEADER &&
           record_header_read(&header, r->payload, r->size) &&
           digest_equal(&header.terms, &terms) && digest_equal(&header.roster, &roster);
}

static struct past past_read(const struct home *h, const char *path)
{
    struct past p = {0};
    struct log_reader *r;
    struct record record;
    struct note n;
    struct candidate candidate;
    uint64_t claimed_by_others = 0;
    char message[MESSAGE_SIZE];
    if (log_reader_open(&r, path, message) != STATUS_OK)
        return p;
    enum record_reading reading = log_reader_next(r, &record);
    p.foreign = reading == RECORD_READ && !is_ours(&record, h);
    p.known = reading == RECORD_READ && !p.foreign;
    while (p.known && reading == RECORD_READ) {
        p.end_ms = p.over ? p.end_ms : record.time_ms;
        if (record.kind == RECORD_NOTE &&
            note_read(&n, &candidate, record.payload, record.size, &h->terms))
            take_note(&p, &n, h->config.self, record.time_ms, &claimed_by_others);
        reading = log_reader_next(r, &record);
    }
    p.known = p.known && reading == RECORD_SHORT && log_reader_error(r) == 0;
    log_reader_close(r);
    if (p.withheld == 0)
        p.withheld = claimed_by_others;
    return p;
}

/* True if this counts against the budget. */
static bool ended_early(const struct past *p)
{
    return !p->foreign && (!p->known || !p->over || p->early);
}

/* ---- may another begin? ---- */

/* " 2: Alice, Bob;" */
static size_t tell_past(char *out, size_t size, const struct home *h, unsigned k,
                        const struct past *p)
{
    size_t used = (size_t)snprintf(out, size, " %u:", k);
    if (!p->known || !p->over)
        used += (size_t)snprintf(out + used, size > used ? size - used : 0,
                                 " this node lost its memory,");
    for (uint8_t i = 0; i < h->roster.n_players; i++)
        if ((p->withheld >> i & 1) != 0 && used < size)
            used +=
                (size_t)snprintf(out + used, size - used, " %s,", h->roster.name[i]);
    if (used > 0 && used < size)
        out[used - 1] = ';';
    return used < size ? used : size;
}

static enum status check_budget(const struct home *h, const struct past *last,
                                char message[MESSAGE_SIZE])
{
    char path[KEPT_PATH_SIZE], who[MESSAGE_SIZE] = "";
    size_t used = 0;
    unsigned n_early = 0;
    const unsigned n_kept = kept(h);
    for (unsigned k = 1; k <= n_kept + 1; k++) {
        struct past p = *last;
        if (k <= n_kept) {
            kept_path(path, h, "node", k, "log");
            p = past_read(h, path);
        }
        if (!ended_early(&p))
            continue;
        n_early++;
        used += tell_past(who + used, sizeof who - used, h, k, &p);
    }
    if (n_early <= h->config.restart.budget)
        return STATUS_OK;
    if (used > 0 && used < sizeof who)
        who[used - 1] = '\0';
    return message_set(message, STATUS_FAILED,
                       "%u sessions with this roster and these terms ended early, and "
                       "restart.budget in node.yaml is %u: no other begins. Silent or "
                       "guilty was in session%s",
                       n_early, h->config.restart.budget, who);
}

static enum status check_cooldown(const struct home *h, const struct past *last,
                                  uint64_t now_ms, char message[MESSAGE_SIZE])
{
    const uint64_t cooldown_ms = h->config.restart.cooldown_ms;
    const uint64_t past_ms = now_ms > last->end_ms ? now_ms - last->end_ms : 0;
    if (!last->known || !last->over || !last->early || past_ms >= cooldown_ms)
        return STATUS_OK;
    return message_set(
        message, STATUS_FAILED,
        "the last session ended early, %llu s ago: wait %llu s more "
        "before another begins (restart.cooldown_ms in node.yaml is %llu)",
        (unsigned long long)(past_ms / 1000),
        (unsigned long long)((cooldown_ms - past_ms + 999) / 1000),
        (unsigned long long)cooldown_ms);
}

/* ---- putting one away ---- */

static enum status move(const char *from, const char *to, char message[MESSAGE_SIZE])
{
    if (rename(from, to) == 0 || errno == ENOENT)
        return STATUS_OK;
    return message_set(message, STATUS_FAILED, "%s: cannot be moved: %s",
                       path_short(from), strerror(errno));
}

/* Each step can be done again, and the marker goes last. */
static enum status put_away(const struct home *h, unsigned k,
                            char message[MESSAGE_SIZE])
{
    char marker[KEPT_PATH_SIZE], to[KEPT_PATH_SIZE];
    marker_path(marker, h);
    kept_path(to, h, "result", k, "json");
    enum status status = move(h->result_path, to, message);
    kept_path(to, h, "node", k, "log");
    if (status == STATUS_OK)
        status = move(h->log_path, to, message);
    kept_path(to, h, "session", k, "seed");
    if (status == STATUS_OK)
        status = move(h->seed_path, to, message);
    if (status != STATUS_OK)
        return status;
    directory_sync(marker);
    if (unlink(marker) < 0)
        return message_set(message, STATUS_FAILED, "%s: cannot be removed: %s",
                           path_short(marker), strerror(errno));
    directory_sync(marker);
    return STATUS_OK;
}

enum status sessions_mend(const struct home *h, char message[256])
{
    char marker[KEPT_PATH_SIZE], *text = NULL;
    size_t size;
    marker_path(marker, h);
    if (!exists(marker))
        return STATUS_OK;
    enum status status = file_read(&text, &size, marker, message);
    if (status != STATUS_OK)
        return status;
    const unsigned long k = strtoul(text, NULL, 10);
    free(text);
    if (k < 1 || k > KEPT_MAX)
        return message_set(message, STATUS_FAILED,
                           "%s: does not say which session was being put away: remove "
                           "this file",
                           path_short(marker));
    return put_away(h, (unsigned)k, message);
}

enum status sessions_renew(const struct home *h, uint64_t now_ms, char message[256])
{
    char marker[KEPT_PATH_SIZE], number[16];
    const bool has_log = exists(h->log_path), has_seed = exists(h->seed_path);
    if (!has_log && !has_seed)
        return STATUS_OK;
    const struct past last = past_read(h, h->log_path);
    if (last.foreign)
        return message_set(
            message, STATUS_USAGE,
            "%s: belongs to other terms or another roster: use a new data "
            "directory",
            path_short(h->log_path));
    if (last.known && has_seed && !last.over)
        return message_set(message, STATUS_USAGE,
                           "%s: this session is not over: start the node without "
                           "--again, and it goes on from here",
                           path_short(h->log_path));
    enum status status = check_budget(h, &last, message);
    if (status == STATUS_OK)
        status = check_cooldown(h, &last, now_ms, message);
    const unsigned k = kept(h) + 1;
    if (status == STATUS_OK && k > KEPT_MAX)
        status = message_set(message, STATUS_FAILED,
                             "%s: holds %d sessions: use a new data directory",
                             path_short(h->config.data_path), KEPT_MAX);
    if (status != STATUS_OK)
        return status;
    marker_path(marker, h);
    const int n = snprintf(number, sizeof number, "%u\n", k);
    status = file_write_private(marker, number, (size_t)n, message);
    return status == STATUS_OK ? put_away(h, k, message) : status;
}

uint64_t sessions_last_attempt(const struct home *h)
{
    uint64_t last = 0;
    const unsigned n_kept = kept(h);
    for (unsigned k = 1; k <= n_kept; k++) {
        struct birth b;
        char path[KEPT_PATH_SIZE], message[MESSAGE_SIZE];
        kept_path(path, h, "session", k, "seed");
        if (exists(path) && birth_read(&b, path, message) == STATUS_OK &&
            b.attempt > last)
            last = b.attempt;
        secure_wipe(&b, sizeof b);
    }
    return last;
}
