/* SPDX-License-Identifier: MIT */
/* Hides how logs are read beside each other, and what other files must say. */
#include "cli/auditing.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/staging.h"
#include "cli/words.h"
#include "node/files.h"
#include "protocol/message.h"

__attribute__((format(printf, 4, 5))) static struct problem *
add_problem(struct auditing *a, const char *path, const char *field, const char *format,
            ...)
{
    static struct problem too_many;
    struct problem *p =
        a->n_problems < PROBLEMS_MAX ? &a->problem[a->n_problems++] : &too_many;
    va_list arguments;
    *p = (struct problem){.field = field};
    (void)snprintf(p->path, sizeof p->path, "%s", path);
    va_start(arguments, format);
    (void)vsnprintf(p->reason, sizeof p->reason, format, arguments);
    va_end(arguments);
    return p;
}

/* ---- one log ---- */

static void keep_transcript(struct audited *l)
{
    const struct audit_summary *s = audit_summary(l->audit);
    if (s->rounds == 0)
        return;
    l->transcript = array_grow(l->transcript, (size_t)s->rounds - 1, &l->capacity,
                               sizeof *l->transcript);
    l->transcript[s->rounds - 1] = s->transcript;
}

/* A flipped bit does not make a log something else: two of three marks are enough. */
static bool begins_like_log(const char *path)
{
    uint8_t bytes[4 + 1 + 8 + 7] = {0};
    FILE *f = fopen(path, "rb");
    const size_t n = f != NULL ? fread(bytes, 1, sizeof bytes, f) : 0;
    if (f != NULL)
        (void)fclose(f);
    struct reader r = {bytes, n, false};
    const bool size = read_u32(&r) == RECORD_HEADER_SIZE;
    const bool kind = read_u8(&r) == RECORD_HEADER;
    const bool program = n == sizeof bytes && memcmp(bytes + 13, "treaty ", 7) == 0;
    return (size && kind) || (size && program) || (kind && program);
}

static void spot(struct auditing *a, uint8_t k, const struct log_reader *r,
                 uint64_t offset, const struct audit_fault *f)
{
    struct problem *p = add_problem(a, a->archive->log[k], f->field, "%s", f->reason);
    p->record = log_reader_count(r);
    p->offset = offset;
    a->log[k].holds = false;
}

/* What stands behind the last whole record. */
static void spot_rest(struct auditing *a, uint8_t k, const struct log_reader *r,
                      enum record_reading last)
{
    struct stat s;
    const uint64_t end = a->log[k].bytes;
    const uint64_t size = stat(a->archive->log[k], &s) == 0 ? (uint64_t)s.st_size : end;
    struct audit_fault f = {.field = "chain"};
    if (last == RECORD_SHORT && size == end)
        return;
    if (last == RECORD_SHORT)
        (void)snprintf(f.reason, sizeof f.reason,
                       "the file ends in the middle of it, after %llu bytes",
                       (unsigned long long)(size - end));
    else
        (void)snprintf(f.reason, sizeof f.reason,
                       "it does not continue the chain of hashes");
    spot(a, k, r, end, &f);
    a->problem[a->n_problems - 1].record++;
}

static void check_owner(struct auditing *a, uint8_t k, const struct log_reader *r)
{
    struct audit_fault f = {.field = "node"};
    const uint8_t self = audit_summary(a->log[k].audit)->self;
    const uint8_t owner = a->archive->owner[k];
    if (owner == ANYBODY || owner == self)
        return;
    (void)snprintf(f.reason, sizeof f.reason,
                   "the log of node %u lies in the directory of node %u", self + 1u,
                   owner + 1u);
    spot(a, k, r, 0, &f);
}

/* Record by record, as far as it holds. */
static void audit_records(struct auditing *a, uint8_t k, struct log_reader *r)
{
    struct audited *l = &a->log[k];
    struct record record;
    struct audit_fault fault;
    enum record_reading reading;
    while ((reading = log_reader_next(r, &record)) == RECORD_READ) {
        if (!audit_record(l->audit, &record, &fault)) {
            spot(a, k, r, log_reader_offset(r), &fault);
            return;
        }
        if (log_reader_count(r) == 1)
            check_owner(a, k, r);
        keep_transcript(l);
        l->bytes = log_reader_offset(r) + RECORD_OVERHEAD + record.size;
    }
    spot_rest(a, k, r, reading);
}

static enum status audit_log(struct auditing *a, uint8_t k, char reason[REASON_SIZE])
{
    struct audited *l = &a->log[k];
    struct log_reader *r;
    char message[256];
    if (!begins_like_log(a->archive->log[k])) {
        (void)snprintf(reason, REASON_SIZE, "%.300s: is empty or no log at all",
                       a->archive->log[k]);
        return STATUS_USAGE;
    }
    enum status status = log_reader_open(&r, a->archive->log[k], message);
    if (status != STATUS_OK) {
        (void)snprintf(reason, REASON_SIZE, "%s", message);
        return status;
    }
    l->audit = audit_new(&a->archive->terms, &a->archive->roster);
    if (l->audit == NULL) {
        (void)snprintf(reason, REASON_SIZE, "memory is short");
        status = STATUS_FAILED;
    } else {
        l->holds = true;
        audit_records(a, k, r);
    }
    log_reader_close(r);
    return status;
}

/* ---- several logs ---- */

/* The messages of one round in one log. */
struct row {
    bool there[PLAYERS_MAX];
    struct digest words[PLAYERS_MAX]; /* of kind and body */
};

static void read_row(struct row *out, const struct auditing *a, uint8_t k,
                     uint64_t round)
{
    struct log_reader *r;
    struct record record;
    struct message m;
    char message[256];
    memset(out, 0, sizeof *out);
    if (log_reader_open(&r, a->archive->log[k], message) != STATUS_OK)
        return;
    while (log_reader_next(r, &record) == RECORD_READ) {
        if ((record.kind != RECORD_IN && record.kind != RECORD_OUT) ||
            !envelope_peek(&m, record.payload, record.size, &a->archive->roster,
                           terms_body_max(&a->archive->terms)) ||
            m.round != round || !message_in_round(m.kind))
            continue;
        struct hasher h;
        hash_start(&h, "CA1/body");
        hash_u32(&h, m.kind);
        hash_bytes(&h, m.body, m.body_size);
        out->words[m.sender] = hash_end(&h);
        out->there[m.sender] = true;
    }
    log_reader_close(r);
}

static const struct audit_summary *summary(const struct auditing *a, uint8_t k)
{
    return audit_summary(a->log[k].audit);
}

/* Everybody whose proof is in some log. */
static uint64_t proven_guilty(const struct auditing *a)
{
    uint64_t guilty = 0;
    for (uint8_t k = 0; k < a->archive->n_logs; k++)
        guilty |= summary(a, k)->guilty;
    return guilty;
}

/* Two logs complete a round differently: who has signed two messages for it. */
static void name_equivocators(struct auditing *a, uint8_t i, uint8_t j, uint64_t round)
{
    struct row one, other;
    const uint64_t known = proven_guilty(a);
    const unsigned x = summary(a, i)->self + 1u, y = summary(a, j)->self + 1u;
    const uint8_t n = a->archive->roster.n_players;
    uint8_t n_two = 0;
    read_row(&one, a, i, round);
    read_row(&other, a, j, round);
    for (uint8_t p = 0; p < n; p++)
        n_two = (uint8_t)(n_two + (one.there[p] && other.there[p] &&
                                   !digest_equal(&one.words[p], &other.words[p])));
    for (uint8_t p = 0; p < n; p++)
        if (one.there[p] && other.there[p] && (known >> p & 1) == 0 &&
            !digest_equal(&one.words[p], &other.words[p]))
            add_problem(a, a->archive->log[j], "transcript",
                        "player %u has signed two different messages for round %llu: "
                        "node %u's log has one and node %u's the other%s",
                        p + 1u, (unsigned long long)round, x, y,
                        n_two == n ? "; since this is so of every player, one of the "
                                     "logs is another session's"
                                   : "");
}

static void compare_pair(struct auditing *a, uint8_t i, uint8_t j)
{
    const struct audited *x = &a->log[i], *y = &a->log[j];
    const uint64_t n_x = summary(a, i)->rounds, n_y = summary(a, j)->rounds;
    const uint64_t n = n_x < n_y ? n_x : n_y;
    for (uint64_t r = 0; r < n; r++)
        if (!digest_equal(&x->transcript[r], &y->transcript[r])) {
            name_equivocators(a, i, j, r);
            if (r < a->rounds_alike)
                a->rounds_alike = r;
            return;
        }
}

/* A node logs what it says before it sends it. So what others have heard of it stands
 * in its log, or was cut off there. */
static void find_cut(struct auditing *a, uint8_t k)
{
    const struct audit_summary *s = summary(a, k);
    uint64_t heard = s->heard_rounds[s->self];
    uint8_t by = k;
    for (uint8_t j = 0; j < a->archive->n_logs; j++)
        if (a->log[j].holds && summary(a, j)->heard_rounds[s->self] > heard) {
            heard = summary(a, j)->heard_rounds[s->self];
            by = j;
        }
    if (by == k || (proven_guilty(a) >> s->self & 1) != 0)
        return;
    struct problem *p =
        add_problem(a, a->archive->log[k], "tail",
                    "the log was cut off here: node %u's log has what its owner signed "
                    "in round %llu",
                    summary(a, by)->self + 1u, (unsigned long long)heard - 1);
    p->record = s->records + 1;
    p->offset = a->log[k].bytes;
}

static void compare_logs(struct auditing *a)
{
    const uint8_t n = a->archive->n_logs;
    bool first = true;
    for (uint8_t k = 0; k < n; k++)
        if (a->log[k].holds &&
            (first || summary(a, k)->rounds > summary(a, a->fullest)->rounds)) {
            a->fullest = k;
            first = false;
        }
    a->rounds_alike = summary(a, a->fullest)->rounds;
    for (uint8_t k = 0; k < n; k++)
        if (a->log[k].holds && k != a->fullest)
            compare_pair(a, a->fullest, k);
    for (uint8_t k = 0; k < n; k++)
        if (a->log[k].holds)
            find_cut(a, k);
}

/* ---- the files beside the logs ---- */

static json_t *load(struct auditing *a, const char *path)
{
    json_error_t error;
    json_t *j = json_load_file(path, 0, &error);
    if (!json_is_object(j)) {
        add_problem(a, path, "line", "line %d: %s", error.line, error.text);
        json_decref(j);
        return NULL;
    }
    return j;
}

/* A field must be what the log says. */
static void expect(struct auditing *a, const char *path, const json_t *j,
                   const char *field, json_t *should)
{
    const json_t *is = json_object_get(j, field);
    if (is == NULL || !json_equal(is, should)) {
        char *text = json_dumps(should, JSON_ENCODE_ANY | JSON_COMPACT);
        char *found =
            is == NULL ? NULL : json_dumps(is, JSON_ENCODE_ANY | JSON_COMPACT);
        add_problem(a, path, field, "says %.100s where the log leads to %.100s",
                    found == NULL ? "nothing" : found, text == NULL ? "" : text);
        free(text);
        free(found);
    }
    json_decref(should);
}

static json_t *hexadecimal(const struct digest *d, bool there)
{
    char hex[2 * sizeof d->bytes + 1];
    hex_encode(hex, d->bytes, sizeof d->bytes);
    return there ? json_string(hex) : json_null();
}

static json_t *weights_of(const struct terms *t, const struct candidate *c, bool there)
{
    if (!there)
        return json_null();
    json_t *players = json_array();
    for (uint8_t i = 0; i < t->shape.n_players; i++) {
        json_t *player = json_array();
        for (uint8_t k = 0; k < t->shape.n_actions[i]; k++)
            json_array_append_new(
                player, json_integer(c->weight[shape_offset(&t->shape, i) + k]));
        json_array_append_new(players, player);
    }
    return players;
}

/* One list for a distribution, else one for each player. */
static json_t *agreed_weights(const struct terms *t, const struct candidate *c,
                              bool there)
{
    if (!there || t->concept == CONCEPT_NASH)
        return weights_of(t, c, there);
    json_t *list = json_array();
    for (uint32_t k = 0; k < shape_profiles(&t->shape); k++)
        json_array_append_new(list, json_integer(c->weight[k]));
    return list;
}

static bool any(const struct digest *d)
{
    static const struct digest none;
    return !digest_equal(d, &none);
}

static void check_result(struct auditing *a, uint8_t k, const char *path)
{
    struct report r;
    const struct terms *t = &a->archive->terms;
    const struct audit_summary *s = summary(a, k);
    json_t *j = load(a, path);
    if (j == NULL)
        return;
    observer_report(audit_observer(a->log[k].audit), &r);
    expect(a, path, j, "player", json_integer(s->self + 1));
    expect(a, path, j, "session", hexadecimal(&s->session, any(&s->session)));
    expect(a, path, j, "outcome", json_string(outcome_name(r.outcome)));
    expect(a, path, j, "has_threat", json_boolean(r.has_threat));
    expect(a, path, j, "threat", weights_of(t, &r.threat, r.has_threat));
    expect(a, path, j, "threat_rounds", json_integer(r.threat_rounds));
    expect(a, path, j, "agreed", json_boolean(r.agreed));
    expect(a, path, j, "agreement", agreed_weights(t, &r.agreement, r.agreed));
    expect(a, path, j, "agreement_digest", hexadecimal(&r.agreement_digest, r.agreed));
    expect(a, path, j, "length", json_integer(r.length));
    expect(a, path, j, "certificate",
           hexadecimal(&s->certificate, any(&s->certificate)));
    expect(a, path, j, "asked", json_integer(r.asked));
    expect(a, path, j, "certified", json_integer(r.certified));
    expect(a, path, j, "sampling_rounds", json_integer(r.sampling_rounds));
    expect(a, path, j, "pruning_rounds", json_integer(r.pruning_rounds));
    expect(a, path, j, "stages_played", json_integer(r.stages_played));
    a->n_results++;
    json_decref(j);
}

/* The envelope of one signature of the contract. */
static bool signature_holds_for(const struct auditing *a, const json_t *item,
                                uint8_t player, const struct digest *agreement)
{
    static uint8_t bytes[ENVELOPE_OVERHEAD + 256];
    struct message m;
    struct digest signs;
    const struct roster *roster = &a->archive->roster;
    const char *hex = json_string_value(json_object_get(item, "envelope"));
    const size_t n = hex == NULL ? 0 : strlen(hex) / 2;
    return n > 0 && n <= sizeof bytes && hex_decode(bytes, n, hex) &&
           envelope_peek(&m, bytes, n, roster, sizeof bytes) && m.sender == player &&
           envelope_signed(&m, bytes, n, roster) && message_agreement(&signs, &m) &&
           digest_equal(&signs, agreement);
}

static void check_signatures(struct auditing *a, const char *path, const json_t *j,
                             const struct report *r)
{
    uint64_t signers = 0;
    size_t i;
    json_t *item;
    json_array_foreach(json_object_get(j, "signatures"), i, item)
    {
        const json_int_t node = json_integer_value(json_object_get(item, "node"));
        const uint8_t player = (uint8_t)(node - 1);
        if (node < 1 || node > a->archive->roster.n_players ||
            (signers >> player & 1) != 0 ||
            !signature_holds_for(a, item, player, &r->agreement_digest)) {
            add_problem(a, path, "signatures",
                        "number %zu is not a signature of a player of its own under "
                        "this agreement",
                        i + 1);
            return;
        }
        signers |= player_bit(player);
        expect(a, path, item, "player",
               json_string(a->archive->terms.player_name[player]));
        struct digest key;
        memcpy(key.bytes, a->archive->roster.key[player].bytes, sizeof key.bytes);
        expect(a, path, item, "key", hexadecimal(&key, true));
    }
    for (uint8_t p = 0; p < a->archive->roster.n_players; p++)
        if ((signers >> p & 1) == 0)
            add_problem(a, path, "signatures", "player %u's is missing", p + 1u);
}

static json_t *share_of(uint32_t weight)
{
    if (weight == 0 || weight >= WEIGHT_ONE)
        return json_integer(weight > 0);
    return json_real(weight / (double)WEIGHT_ONE);
}

static json_t *shares_of(const struct terms *t, const struct candidate *c)
{
    const struct shape s = terms_candidates(t);
    json_t *simplices = json_array();
    for (uint8_t i = 0; i < s.n_players; i++) {
        json_t *simplex = json_array();
        for (uint16_t k = 0; k < s.n_actions[i]; k++)
            json_array_append_new(simplex,
                                  share_of(c->weight[shape_offset(&s, i) + k]));
        if (t->concept != CONCEPT_NASH) {
            json_decref(simplices);
            return simplex;
        }
        json_array_append_new(simplices, simplex);
    }
    return simplices;
}

static void check_contract(struct auditing *a, const char *path)
{
    struct report r;
    const struct audited *l = &a->log[a->fullest];
    const struct terms *t = &a->archive->terms;
    json_t *j = load(a, path);
    if (j == NULL)
        return;
    observer_report(audit_observer(l->audit), &r);
    const struct audit_summary *s = audit_summary(l->audit);
    expect(a, path, j, "session", hexadecimal(&s->session, true));
    expect(a, path, j, "digest", hexadecimal(&r.agreement_digest, r.agreed));
    expect(a, path, j, "certificate", hexadecimal(&s->certificate, true));
    expect(a, path, j, "game", json_string(t->title));
    expect(a, path, j, "concept", json_string(concept_names[t->concept]));
    expect(a, path, j, t->concept == CONCEPT_NASH ? "profile" : "distribution",
           shares_of(t, &r.agreement));
    expect(a, path, j, "weights", agreed_weights(t, &r.agreement, r.agreed));
    expect(a, path, j, "threat_weights", weights_of(t, &r.threat, true));
    expect(a, path, j, "strategy", json_string(r.length > 0 ? "finite" : "grim"));
    expect(a, path, j, "length", r.length > 0 ? json_integer(r.length) : json_null());
    check_signatures(a, path, j, &r);
    a->has_contract = true;
    json_decref(j);
}

static bool is_file(const char *path)
{
    struct stat s;
    return stat(path, &s) == 0 && S_ISREG(s.st_mode);
}

static void check_evidence(struct auditing *a, const char *path)
{
    struct evidence e;
    char message[256] = "";
    char *bytes = NULL;
    size_t n = 0;
    if (file_read(&bytes, &n, path, message) != STATUS_OK ||
        !evidence_holds(&e, (const uint8_t *)bytes, n, &a->archive->roster, message))
        add_problem(a, path, "evidence", "%s", message);
    else
        a->n_evidence++;
    free(bytes);
}

/* result.json of node.log, result-2.json of node-2.log, an earlier session's. */
static bool result_of(char out[PATH_SIZE], const char *home, const char *log)
{
    char name[64];
    unsigned k = 0;
    const char *base = strrchr(log, '/');
    base = base == NULL ? log : base + 1;
    if (strcmp(base, "node.log") == 0)
        (void)snprintf(name, sizeof name, "result.json");
    else if (sscanf(base, "node-%u.log", &k) == 1)
        (void)snprintf(name, sizeof name, "result-%u.json", k);
    else
        return false;
    return directory_path(out, home, name) && is_file(out);
}

/* What lies beside one log. */
static void check_beside(struct auditing *a, uint8_t k)
{
    char home[PATH_SIZE], path[PATH_SIZE];
    if (!path_directory(home, sizeof home, a->archive->log[k]))
        return;
    if (summary(a, k)->ended && summary(a, k)->closed &&
        result_of(path, home, a->archive->log[k]))
        check_result(a, k, path);
    DIR *d = opendir(home);
    for (struct dirent *e; d != NULL && (e = readdir(d)) != NULL;) {
        const char *ending = strrchr(e->d_name, '.');
        if (strncmp(e->d_name, "evidence-", 9) == 0 && ending != NULL &&
            strcmp(ending, ".ev") == 0 && directory_path(path, home, e->d_name))
            check_evidence(a, path);
    }
    if (d != NULL)
        (void)closedir(d);
}

static void check_files(struct auditing *a)
{
    char home[PATH_SIZE], above[PATH_SIZE], path[PATH_SIZE];
    for (uint8_t k = 0; k < a->archive->n_logs; k++)
        if (a->log[k].holds)
            check_beside(a, k);
    if (a->archive->cluster && a->log[a->fullest].holds &&
        path_directory(home, sizeof home, a->archive->log[0]) &&
        path_directory(above, sizeof above, home) &&
        directory_path(path, above, "agreement.json") && is_file(path))
        check_contract(a, path);
}

enum status auditing_run(struct auditing *a, const struct archive *archive,
                         char reason[REASON_SIZE])
{
    memset(a, 0, sizeof *a);
    a->archive = archive;
    enum status status = STATUS_OK;
    for (uint8_t k = 0; k < archive->n_logs && status == STATUS_OK; k++)
        status = audit_log(a, k, reason);
    if (status != STATUS_OK)
        return status;
    compare_logs(a);
    check_files(a);
    return STATUS_OK;
}

void auditing_free(struct auditing *a)
{
    for (uint8_t k = 0; k < PLAYERS_MAX; k++) {
        audit_free(a->log[k].audit);
        free(a->log[k].transcript);
    }
}
