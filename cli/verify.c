/* SPDX-License-Identifier: MIT */
/* Says whether what a run, a node or an accuser left behind is true. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/auditing.h"
#include "cli/json.h"
#include "cli/words.h"
#include "node/files.h"
#include "protocol/evidence.h"

enum { LEFT = 13 };

/* "agreed       all Polite; ..." */
static void print_line(const char *head, const struct line *l)
{
    (void)printf("%-*s", LEFT, head);
    print_wrapped(stdout, l->text, LEFT);
}

/* ---- logs, for people ---- */

static void say_log(const struct auditing *a, uint8_t k)
{
    char head[16];
    struct line l = {0};
    const struct audit_summary *s = audit_summary(a->log[k].audit);
    (void)snprintf(head, sizeof head, "node %u", s->self + 1u);
    say_count(&l, s->records, "record", "records");
    line_add(&l, ", ");
    say_count(&l, s->messages, "message", "messages");
    line_add(&l, ", ");
    say_count(&l, s->rounds, "round", "rounds");
    if (!a->log[k].holds)
        line_add(&l, " hold, and then something does not");
    else if (s->closed)
        line_add(&l, "; its end is signed");
    else
        line_add(&l, "; its end is not signed: the node was killed or still runs, or "
                     "the tail was cut off");
    print_line(head, &l);
}

/* Logs that a run should have left and that are not there. */
static void say_missing(const struct auditing *a)
{
    struct line l = {0};
    uint64_t missing = 0;
    if (!a->archive->cluster)
        return;
    for (uint8_t i = 0; i < a->archive->roster.n_players; i++)
        missing |= player_bit(i);
    for (uint8_t k = 0; k < a->archive->n_logs; k++)
        missing &= ~player_bit(a->archive->owner[k]);
    if (missing == 0)
        return;
    line_add(&l, "there is no log of ");
    say_players(&l, &a->archive->terms, missing);
    print_line("missing", &l);
}

static void say_rounds(const struct auditing *a, const struct report *r)
{
    struct line l = {0};
    const struct audit_summary *s = audit_summary(a->log[a->fullest].audit);
    if (a->archive->n_logs > 1) {
        line_add(&l, "the logs have the same ");
        say_count(&l, a->rounds_alike, "round", "rounds");
        line_add(&l, " in common");
        print_line("together", &l);
        l = (struct line){0};
    }
    if (r->has_threat) {
        say_candidates(&l, &a->archive->terms, r->asked);
        line_add(&l, " asked about, %u suit%s everybody; ", r->certified,
                 r->certified == 1 ? "s" : "");
        say_count(&l, s->draws, "draw", "draws");
        if (s->draws > 0)
            line_add(&l, ", each ticket as committed to");
        print_line("sampling", &l);
        l = (struct line){0};
    }
    if (r->agreed) {
        say_agreed(&l, &a->archive->terms, &r->agreement);
        line_add(&l, "; with all %u signatures", a->archive->roster.n_players);
        print_line("agreement", &l);
        l = (struct line){0};
    }
    if (r->stages_played > 0) {
        say_count(&l, r->stages_played, "stage", "stages");
        if (s->punished > 0)
            line_add(&l, ", %u of them as punishment", s->punished);
        if (s->restorations > 0) {
            line_add(&l, ", ");
            say_count(&l, s->restorations, "restoration", "restorations");
        }
        if (s->coins > 0) {
            line_add(&l, "; ");
            say_count(&l, s->coins, "coin", "coins");
            line_add(&l, " tossed again");
        }
        if (s->tosses > 0) {
            line_add(&l, "; ");
            say_count(&l, s->tosses, "profile", "profiles");
            line_add(&l, " drawn again");
        }
        if (s->decks > 0) {
            line_add(&l, "; ");
            say_count(&l, s->decks, "deck", "decks");
            line_add(&l, " opened again");
        }
        print_line("play", &l);
    }
}

static void say_deviations(const struct auditing *a, const struct account *account)
{
    enum { SHOWN = 10 };
    const struct terms *t = &a->archive->terms;
    for (size_t i = 0; i < account->n_deviations && i < SHOWN; i++) {
        const struct deviation *d = &account->deviations[i];
        struct line l = {0};
        if (d->stage > 0)
            line_add(&l, "stage %u: ", d->stage);
        say_player(&l, t, d->player);
        if (d->fault == FAULT_ACTION)
            line_add(&l, " played %s instead of %s",
                     action_name(t, d->player, d->played),
                     action_name(t, d->player, d->prescribed));
        else
            line_add(&l, ": %s", fault_name(d->fault));
        print_line("proven", &l);
    }
    if (account->n_deviations > SHOWN) {
        struct line l = {0};
        line_add(&l, "and %zu more", account->n_deviations - SHOWN);
        print_line("", &l);
    }
    for (size_t i = 0; i < account->n_claims; i++) {
        const struct claim *c = &account->claims[i];
        struct line l = {0};
        say_player(&l, t, c->by);
        line_add(&l, " signed that ");
        say_players(&l, t, c->silent);
        line_add(&l, " fell silent");
        print_line("claimed", &l);
    }
}

static void say_files(const struct auditing *a)
{
    struct line l = {0};
    if (a->n_results + a->n_evidence == 0 && !a->has_contract)
        return;
    if (a->has_contract)
        line_add(&l, "agreement.json%s", a->n_results + a->n_evidence > 0 ? ", " : "");
    if (a->n_results > 0)
        say_count(&l, a->n_results, "result.json", "result.json");
    if (a->n_evidence > 0) {
        line_add(&l, "%s", a->n_results > 0 ? " and " : "");
        say_count(&l, a->n_evidence, "file of evidence", "files of evidence");
    }
    print_line("files", &l);
}

static void say_problem(const struct problem *p)
{
    (void)fprintf(stderr, "FALSE  %s", p->path);
    if (p->record > 0)
        (void)fprintf(stderr, ": record %llu at byte %llu",
                      (unsigned long long)p->record, (unsigned long long)p->offset);
    (void)fprintf(stderr, ":\n       %s: ", p->field);
    print_wrapped(stderr, p->reason, 7);
}

static void tell_people(const struct auditing *a, const struct account *account)
{
    struct line l = {0};
    struct report r;
    const struct audited *fullest = &a->log[a->fullest];
    observer_report(audit_observer(fullest->audit), &r);
    say_digest(&l, &audit_summary(fullest->audit)->session);
    line_add(&l, ": %s, ", a->archive->terms.title);
    say_count(&l, a->archive->roster.n_players, "player", "players");
    print_line("session", &l);
    for (uint8_t k = 0; k < a->archive->n_logs; k++)
        say_log(a, k);
    say_missing(a);
    if (fullest->holds) {
        say_rounds(a, &r);
        say_deviations(a, account);
    }
    say_files(a);
    if (a->n_problems == 0)
        (void)puts("true         every record follows from what was signed");
    (void)fflush(stdout);
    for (size_t i = 0; i < a->n_problems; i++)
        say_problem(&a->problem[i]);
}

/* ---- logs, for programs ---- */

static void emit_digest(struct json *j, const char *key, const struct digest *d)
{
    static const struct digest none;
    if (digest_equal(d, &none))
        emit_null(j, key);
    else
        emit_hex(j, key, d->bytes, sizeof d->bytes);
}

static void emit_log(struct json *j, const struct auditing *a, uint8_t k)
{
    struct report r;
    const struct audited *log = &a->log[k];
    const struct audit_summary *s = audit_summary(log->audit);
    observer_report(audit_observer(log->audit), &r);
    emit_object(j, NULL);
    emit_text(j, "log", a->archive->log[k]);
    emit_integer(j, "node", s->self + 1u);
    emit_bool(j, "true", log->holds);
    emit_integer(j, "records", s->records);
    emit_integer(j, "bytes", log->bytes);
    emit_integer(j, "messages", s->messages);
    emit_integer(j, "rounds", s->rounds);
    emit_digest(j, "transcript", &s->transcript);
    emit_bool(j, "closed", s->closed);
    emit_text(j, "outcome", outcome_name(r.outcome));
    emit_integer(j, "asked", r.asked);
    emit_integer(j, "certified", r.certified);
    emit_integer(j, "draws", s->draws);
    emit_digest(j, "agreement_digest", &r.agreement_digest);
    emit_digest(j, "certificate", &s->certificate);
    emit_integer(j, "stages", r.stages_played);
    emit_integer(j, "punished", s->punished);
    emit_integer(j, "coins", s->coins);
    emit_integer(j, "tosses", s->tosses);
    emit_integer(j, "decks", s->decks);
    emit_integer(j, "deviations", s->deviations);
    emit_integer(j, "restorations", s->restorations);
    emit_integer(j, "claims", s->claims);
    emit_list(j, "guilty");
    for (uint8_t i = 0; i < PLAYERS_MAX; i++)
        if ((s->guilty >> i & 1) != 0)
            emit_integer(j, NULL, i + 1u);
    emit_close(j);
    emit_close(j);
}

static void emit_problem(struct json *j, const struct problem *p)
{
    emit_object(j, NULL);
    emit_text(j, "file", p->path);
    if (p->record > 0) {
        emit_integer(j, "record", p->record);
        emit_integer(j, "offset", p->offset);
    }
    emit_text(j, "field", p->field);
    emit_text(j, "reason", p->reason);
    emit_close(j);
}

static void tell_programs(const struct auditing *a)
{
    struct json j = {.out = stdout};
    emit_object(&j, NULL);
    emit_bool(&j, "true", a->n_problems == 0);
    emit_digest(&j, "session", &audit_summary(a->log[a->fullest].audit)->session);
    emit_list(&j, "logs");
    for (uint8_t k = 0; k < a->archive->n_logs; k++)
        emit_log(&j, a, k);
    emit_close(&j);
    emit_integer(&j, "rounds_alike", a->rounds_alike);
    emit_bool(&j, "contract", a->has_contract);
    emit_integer(&j, "results", a->n_results);
    emit_integer(&j, "evidence", a->n_evidence);
    emit_list(&j, "false");
    for (size_t i = 0; i < a->n_problems; i++)
        emit_problem(&j, &a->problem[i]);
    emit_end(&j);
}

static enum status verify_logs(const struct command *c, const struct given *g)
{
    static struct archive archive;
    static struct auditing auditing;
    static struct account account;
    char reason[REASON_SIZE];
    enum status status = archive_open(&archive, g->operand[0], reason);
    if (status == STATUS_OK)
        status = auditing_run(&auditing, &archive, reason);
    if (status != STATUS_OK) {
        auditing_free(&auditing);
        return complain(c, status, reason);
    }
    if (given_last(g, "json", NULL)) {
        tell_programs(&auditing);
    } else {
        (void)archive_account(&account, &archive, auditing.fullest, reason);
        tell_people(&auditing, &account);
        account_free(&account);
    }
    status = auditing.n_problems == 0 ? STATUS_OK : STATUS_FALSE;
    auditing_free(&auditing);
    return status;
}

/* ---- evidence ---- */

static bool is_evidence(const char *path)
{
    uint8_t head[16];
    struct stat s;
    if (stat(path, &s) != 0 || !S_ISREG(s.st_mode))
        return false;
    FILE *f = fopen(path, "rb");
    const size_t n = f != NULL ? fread(head, 1, sizeof head, f) : 0;
    if (f != NULL)
        (void)fclose(f);
    return evidence_looks_so(head, n);
}

static enum status find_roster(char out[PATH_SIZE], const struct given *g,
                               char reason[REASON_SIZE])
{
    char home[PATH_SIZE];
    const char *given;
    if (given_last(g, "roster", &given)) {
        (void)snprintf(out, PATH_SIZE, "%s", given);
        return STATUS_OK;
    }
    if (path_directory(home, sizeof home, g->operand[0]) &&
        archive_beside(out, home, "roster.yaml"))
        return STATUS_OK;
    (void)snprintf(
        reason, REASON_SIZE,
        "%.300s: whose keys? No roster.yaml lies beside it or above it: name "
        "one with --roster",
        g->operand[0]);
    return STATUS_USAGE;
}

static void say_who(struct line *l, const struct evidence *e, const struct roster *r)
{
    line_add(l, "%s (%u)", r->name[e->guilty], e->guilty + 1u);
}

/* What it proves, in a sentence. */
static void say_evidence(struct line *l, const struct evidence *e,
                         const struct roster *r)
{
    say_who(l, e, r);
    switch (e->kind) {
    case EVIDENCE_TWO_WORDS:
        line_add(l, " signed two messages for round %llu that say different things",
                 (unsigned long long)e->round);
        return;
    case EVIDENCE_OPENING:
        line_add(l,
                 " showed, in its %s of round %llu, what does not open its "
                 "commitment",
                 message_name(e->message), (unsigned long long)e->round);
        return;
    case EVIDENCE_ACTION:
        line_add(l, " played %s in stage %u where %s was prescribed",
                 action_name(&e->terms, e->guilty, e->played), e->stage,
                 action_name(&e->terms, e->guilty, e->prescribed));
        return;
    case EVIDENCE_PROOF:
        line_add(l,
                 " signed, in its %s of round %llu, a proof about a deck that does not "
                 "hold",
                 message_name(e->message), (unsigned long long)e->round);
        return;
    case EVIDENCE_ILLEGAL:
        line_add(l, " signed a message (%s) that the rules do not allow in round %llu",
                 message_name(e->message), (unsigned long long)e->round);
        return;
    case EVIDENCE_EXCLUSIVE:
        line_add(l,
                 " signed two messages that exclude each other, the first in round "
                 "%llu",
                 (unsigned long long)e->round);
        return;
    case EVIDENCE_ACCUSATION:
        line_add(l,
                 " claims silence in round %llu of players whose messages of it it "
                 "had, as its own signature says",
                 (unsigned long long)e->round);
        return;
    }
}

static void emit_evidence(const struct evidence *e, const struct roster *r)
{
    struct json j = {.out = stdout};
    struct line l = {0};
    say_evidence(&l, e, r);
    emit_object(&j, NULL);
    emit_bool(&j, "true", true);
    emit_integer(&j, "fault", (uint64_t)e->kind);
    emit_text(&j, "kind", evidence_name(e->kind));
    emit_integer(&j, "player", e->guilty + 1u);
    emit_text(&j, "name", r->name[e->guilty]);
    emit_digest(&j, "session", &e->session);
    emit_integer(&j, "round", e->round);
    if (e->stage > 0)
        emit_integer(&j, "stage", e->stage);
    if (e->kind == EVIDENCE_ACTION) {
        emit_integer(&j, "played", e->played + 1u);
        emit_integer(&j, "prescribed", e->prescribed + 1u);
    }
    emit_text(&j, "says", l.text);
    emit_end(&j);
}

static void tell_evidence(const struct evidence *e, const struct roster *r)
{
    struct line l = {0};
    line_add(&l, "E%d, %s", (int)e->kind, evidence_name(e->kind));
    print_line("fault", &l);
    l = (struct line){0};
    say_evidence(&l, e, r);
    print_line("proven", &l);
    l = (struct line){0};
    say_digest(&l, &e->session);
    if (e->has_terms)
        line_add(&l, ": %s", e->terms.title);
    print_line("session", &l);
}

static enum status verify_evidence(const struct command *c, const struct given *g)
{
    static struct roster roster;
    static struct addresses addresses; /* of no interest here */
    static struct evidence evidence;
    char path[PATH_SIZE], reason[REASON_SIZE], message[256];
    char *bytes = NULL;
    size_t n = 0;
    enum status status = find_roster(path, g, reason);
    if (status != STATUS_OK)
        return complain(c, status, reason);
    status = roster_read(&roster, &addresses, path, message);
    if (status == STATUS_OK)
        status = file_read(&bytes, &n, g->operand[0], message);
    if (status != STATUS_OK)
        return complain(c, status, message);
    const bool holds =
        evidence_holds(&evidence, (const uint8_t *)bytes, n, &roster, message);
    free(bytes);
    if (!holds) {
        (void)snprintf(reason, REASON_SIZE, "%.200s: proves nothing: %s", g->operand[0],
                       message);
        return complain(c, STATUS_FALSE, reason);
    }
    if (given_last(g, "json", NULL))
        emit_evidence(&evidence, &roster);
    else
        tell_evidence(&evidence, &roster);
    return STATUS_OK;
}

static enum status run_verify(const struct command *c, const struct given *g)
{
    if (is_evidence(g->operand[0]))
        return verify_evidence(c, g);
    if (given_last(g, "roster", NULL) && access(g->operand[0], F_OK) == 0)
        return complain(c, STATUS_USAGE,
                        "--roster is for evidence: a log is judged by the roster.yaml "
                        "that lies beside it or above it");
    return verify_logs(c, g);
}

static const struct flag flags_verify[] = {
    {"roster", "FILE",
     "whose keys evidence is judged by\nElse roster.yaml beside it or above it."},
    {"json", NULL, "one JSON object\ndocs/verifying.md names the fields."},
    {NULL, NULL, NULL},
};

const struct command command_verify = {
    .name = "verify",
    .usage = "DIR|FILE [--roster FILE] [--json]",
    .summary = "whether logs are true, and whether evidence proves what it says",
    .help =
        "  treaty verify runs/20260102-030405\n"
        "  treaty verify runs/20260102-030405/node-2/node.log\n"
        "  treaty verify evidence-3f9a0102-R34-player3-action.ev --roster roster.yaml\n"
        "\n"
        "DIR is what cluster or simulate has left, or one node's directory. Every\n"
        "signature is checked, and everything that follows from the messages is\n"
        "worked out again: sampling, draws, the agreement, coins, deviations,\n"
        "punishments. It takes nothing but the roster and the terms. Where something\n"
        "is false it says in which file, at which record, byte and field, and why,\n"
        "and ends with exit code 3. docs/verifying.md says what cannot be verified.\n",
    .flags = {flags_verify},
    .operand = {"DIR|FILE"},
    .operands_min = 1,
    .operands_max = 1,
    .run = run_verify,
};
