/* SPDX-License-Identifier: MIT */
/* Hides how each kind of note is put into words. */
#include "cli/sentences.h"

#include <string.h>

#include "cli/measure.h"

static void sentence_head(struct sentence *o, const char *head, enum tone tone)
{
    (void)snprintf(o->head, sizeof o->head, "%s", head);
    o->tone = tone;
}

static void note_session(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    const struct terms *t = w->terms;
    say_digest(&o->text, &n->digest);
    line_add(&o->text, ": %s, %u players, up to %u stages",
             t->title[0] != 0 ? t->title : "a game without title", t->shape.n_players,
             t->stages);
    sentence_head(o, "session", TONE_PLAIN);
}

static void note_threat(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    if (n->candidate != NULL) {
        say_candidate(&o->text, w->terms, n->candidate);
        if (w->terms->threat_given) {
            line_add(&o->text, " (given in the terms)");
        } else {
            line_add(&o->text, " (found in ");
            say_count(&o->text, n->number, "round", "rounds");
            line_add(&o->text, ")");
        }
        if (!w->chorus)
            line_add(&o->text, "; own regret %.3g", n->value == 0 ? 0 : n->value);
    }
    sentence_head(o, "threat", TONE_PLAIN);
}

static void note_no_threat(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    if (n->mask != 0) {
        line_add(&o->text, "what was to be the threat is no static equilibrium for ");
        say_players(&o->text, w->terms, n->mask);
    } else {
        line_add(&o->text, "no static equilibrium was found in ");
        say_count(&o->text, n->number, "round", "rounds");
    }
    line_add(&o->text, ": nothing to threaten with, so nothing is agreed on");
    sentence_head(o, "no threat", TONE_WARNING);
}

static void note_sampled(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    say_candidates(&o->text, w->terms, n->number);
    line_add(&o->text, " %s asked about in ", n->number == 1 ? "was" : "were");
    say_count(&o->text, n->round, "round", "rounds");
    line_add(&o->text, n->other == 1 ? "; %u suits everybody" : "; %u suit everybody",
             n->other);
    sentence_head(o, "sampling", TONE_PLAIN);
}

static void note_drawn(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    char head[24];
    (void)snprintf(head, sizeof head, "draw %u", n->number);
    sentence_head(o, head, TONE_PLAIN);
    say_agreed(&o->text, w->terms, n->candidate);
    line_add(&o->text, "; one of %u, proposed by ", n->other);
    say_player(&o->text, w->terms, n->player);
}

static void note_pruned(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    line_add(&o->text, "%u left, worse for nobody than what was drawn", n->other);
    sentence_head(o, "pruning", TONE_PLAIN);
}

static void note_selected(struct sentence *o, const struct telling *w)
{
    static const char *const merits[SELECTIONS] = {
        [SELECTION_LOTTERY] = "drawn",
        [SELECTION_NASH] = "the largest product of gains",
        [SELECTION_EGALITARIAN] = "the largest least share of the best gain"};
    const struct note *n = w->note;
    sentence_head(o, "selected", TONE_PLAIN);
    say_agreed(&o->text, w->terms, n->candidate);
    line_add(&o->text, "; %s", merits[n->number < SELECTIONS ? n->number : 0]);
    if (n->other > 1)
        line_add(&o->text, ", like that of %u others", n->other - 1);
    line_add(&o->text, "; proposed by ");
    say_player(&o->text, w->terms, n->player);
}

static void note_agreed(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    say_agreed(&o->text, w->terms, n->candidate);
    if (!w->chorus) {
        line_add(&o->text, "; own payoff ");
        say_number(&o->text, n->value);
    }
    line_add(&o->text, "; who breaks it is punished for ");
    if (n->number == 0)
        line_add(&o->text, "ever");
    else
        say_count(&o->text, n->number, "stage", "stages");
    sentence_head(o, "agreed", TONE_GOOD);
}

static void note_signed(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    const uint8_t n_players = w->terms->shape.n_players;
    const uint32_t all = (uint32_t)((UINT64_C(1) << n_players) - 1);
    line_add(&o->text, "by ");
    say_players(&o->text, w->terms, all);
    line_add(&o->text, w->has_treaty ? "; certificate "
                                     : " (that there is no agreement); "
                                       "certificate ");
    say_digest(&o->text, &n->digest);
    sentence_head(o, "signed", w->has_treaty ? TONE_GOOD : TONE_PLAIN);
}

static void say_fault_kind(struct line *l, enum fault_kind kind)
{
    static const char *const sentences[] = {
        [FAULT_NONE] = "nothing",
        [FAULT_EQUIVOCATION] = "signed two different messages for one place",
        [FAULT_OPENING] = "showed something other than it had committed to",
        [FAULT_ACTION] = "played something other than what was prescribed",
        [FAULT_PROOF] = "signed a proof about a deck that does not hold",
        [FAULT_ILLEGAL] = "signed a message that the rules do not allow",
        [FAULT_EXCLUSIVE] = "signed two messages that exclude each other",
        [FAULT_ACCUSATION] = "accused somebody against its own words"};
    line_add(l, "%s (%s)",
             kind <= FAULT_ACCUSATION ? sentences[kind] : "broke the rules",
             fault_name(kind));
}

/* Against the theory, where the deviator's payoffs are known. */
static void say_gain(struct line *l, const struct telling *w)
{
    const struct note *n = w->note;
    const struct payoffs *p = w->payoffs != NULL ? w->payoffs[n->player] : NULL;
    uint8_t actions[PLAYERS_MAX];
    struct profile threat;
    if (p == NULL || w->actions == NULL || w->agreement == NULL || w->threat == NULL)
        return;
    memcpy(actions, w->actions, sizeof actions);
    const double got = payoffs_pure(p, actions);
    actions[n->player] = (uint8_t)(n->other >> 8);
    const double gain = got - payoffs_pure(p, actions);
    profile_from_candidate(&threat, &p->shape, w->threat);
    const double from =
        measure_deterrence(gain, concept_payoff(p, w->terms->concept, w->agreement) -
                                     payoffs_expect(p, &threat));
    line_add(l, gain < 0 ? "; that lost " : "; that gained ");
    say_number(l, gain < 0 ? -gain : gain);
    line_add(l, " at once");
    if (from > 0)
        line_add(l, "; grim trigger deters it from delta %.4g on", from);
    else if (from < 0)
        line_add(l, "; no discount factor deters it");
}

static void note_deviation(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    const struct terms *t = w->terms;
    line_add(&o->text, "stage %u: ", n->stage);
    say_player(&o->text, t, n->player);
    if (n->number == FAULT_ACTION) {
        line_add(&o->text, " played %s", action_name(t, n->player, n->other & 255));
        line_add(&o->text, " instead of %s",
                 action_name(t, n->player, (uint8_t)(n->other >> 8)));
        say_gain(&o->text, w);
    } else {
        line_add(&o->text, " ");
        say_fault_kind(&o->text, (enum fault_kind)n->number);
    }
    sentence_head(o, "DEVIATION", TONE_ALARM);
}

static void note_punishing(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    if (n->number == 0)
        line_add(&o->text, "from stage %u on, for ever", n->stage);
    else if (n->number == 1)
        line_add(&o->text, "stage %u", n->stage);
    else
        line_add(&o->text, "stages %u to %u", n->stage, n->stage + n->number - 1);
    if (w->threat != NULL) {
        line_add(&o->text, ": ");
        say_candidate(&o->text, w->terms, w->threat);
    }
    sentence_head(o, "punishing", TONE_WARNING);
}

static void note_waiting(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    const struct terms *t = w->terms;
    if (w->chorus) {
        say_player(&o->text, t, w->player);
        line_add(&o->text, " waits ");
    }
    line_add(&o->text, "for ");
    say_players(&o->text, t, n->mask);
    line_add(&o->text, ": '%s'", phase_name(w->phase));
    if (n->stage > 0)
        line_add(&o->text, " of stage %u", n->stage);
    line_add(&o->text, " (round %llu) missing for %.1fs", (unsigned long long)n->round,
             n->number / 1000.0);
    if (w->phase == PHASE_END) { /* nothing depends on a farewell */
        line_add(&o->text, "; all is played without it");
    } else {
        line_add(&o->text, "; given up after %.4gs: if it died, start it again",
                 (double)phase_patience_ms(t, w->phase) / 1000);
    }
    sentence_head(o, "waiting", TONE_WARNING);
}

static void note_healed(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    if (w->chorus) {
        say_player(&o->text, w->terms, w->player);
        line_add(&o->text, ": ");
    }
    line_add(&o->text, "round %llu is complete after %.1fs",
             (unsigned long long)n->round, n->number / 1000.0);
    sentence_head(o, "healed", TONE_GOOD);
}

static void note_refused(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    say_player(&o->text, w->terms, n->player);
    line_add(&o->text, " will not go on, and signs that ");
    say_players(&o->text, w->terms, n->mask);
    line_add(&o->text, " fell silent in round %llu", (unsigned long long)n->round);
    if (n->stage > 0)
        line_add(&o->text, ", stage %u", n->stage);
    sentence_head(o, "refused", TONE_ALARM);
}

static void note_blamed(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    say_player(&o->text, w->terms, n->player);
    line_add(&o->text, " ");
    say_fault_kind(&o->text, (enum fault_kind)n->number);
    line_add(&o->text, ", round %llu", (unsigned long long)n->round);
    sentence_head(o, "PROVEN", TONE_ALARM);
}

static void note_ended(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    static const char *const sentences[] = {
        [OUTCOME_OPEN] = "not yet over",
        [OUTCOME_PLAYED] = "that is all of them",
        [OUTCOME_NO_THREAT] = "there is no threat, so nothing is played",
        [OUTCOME_OMISSION] = "somebody fell silent: cooperation is over",
        [OUTCOME_FAULT] = "somebody broke the protocol: cooperation is over"};
    say_count(&o->text, n->stage, "stage was", "stages were");
    line_add(&o->text, " played; %s",
             n->number <= OUTCOME_FAULT ? sentences[n->number] : "over");
    sentence_head(o, "end", n->number == OUTCOME_PLAYED ? TONE_PLAIN : TONE_ALARM);
}

static void note_stranger(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    say_player(&o->text, w->terms, n->player);
    line_add(&o->text, " has other terms or another roster: its words are not heard");
    sentence_head(o, "stranger", TONE_WARNING);
}

static void note_double(struct sentence *o, const struct telling *w)
{
    line_add(
        &o->text,
        "somebody else speaks with this node's key (round %llu): a second process, "
        "or a thief",
        (unsigned long long)w->note->round);
    sentence_head(o, "double", TONE_ALARM);
}

static void note_reborn(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    say_player(&o->text, w->terms, n->player);
    line_add(&o->text, " has begun anew and is lost for this session");
    sentence_head(o, "reborn", TONE_WARNING);
}

static void note_restored(struct sentence *o, const struct telling *w)
{
    const struct note *n = w->note;
    line_add(&o->text, "everybody has signed: from stage %u on as agreed again",
             n->stage);
    sentence_head(o, "restored", TONE_GOOD);
}

static void note_no_agreement(struct sentence *o, const struct telling *w)
{
    (void)w;
    line_add(&o->text, "nothing suits everybody: the threat is played");
    sentence_head(o, "no treaty", TONE_WARNING);
}

/* Of a draw that nobody has followed yet: those that were are told with their stages.
 */
static void note_tossed(struct sentence *o, const struct telling *w)
{
    line_add(&o->text, "for stage %u: ", w->note->stage);
    say_actions(&o->text, w->terms, w->note->actions);
    sentence_head(o, "drawn", TONE_PLAIN);
}

/* Short waits are what a stage takes; long ones are told. */
static void note_worked(struct sentence *o, const struct telling *w)
{
    enum { LONG_MS = 200 };
    const struct note *n = w->note;
    if (n->number < LONG_MS)
        return;
    line_add(&o->text, "before stage %u: %u ms for this node's work on decks",
             n->stage > 0 ? n->stage : 1, n->number);
    sentence_head(o, "worked", TONE_PLAIN);
}

static void (*const sentences[])(struct sentence *o, const struct telling *w) = {
    [NOTE_SESSION] = note_session,
    [NOTE_THREAT] = note_threat,
    [NOTE_NO_THREAT] = note_no_threat,
    [NOTE_SAMPLED] = note_sampled,
    [NOTE_DRAWN] = note_drawn,
    [NOTE_PRUNED] = note_pruned,
    [NOTE_SELECTED] = note_selected,
    [NOTE_AGREED] = note_agreed,
    [NOTE_SIGNED] = note_signed,
    [NOTE_DEVIATION] = note_deviation,
    [NOTE_PUNISHING] = note_punishing,
    [NOTE_WAITING] = note_waiting,
    [NOTE_HEALED] = note_healed,
    [NOTE_REFUSED] = note_refused,
    [NOTE_BLAMED] = note_blamed,
    [NOTE_ENDED] = note_ended,
    [NOTE_STRANGER] = note_stranger,
    [NOTE_RESTORED] = note_restored,
    [NOTE_NO_AGREEMENT] = note_no_agreement,
    [NOTE_DOUBLE] = note_double,
    [NOTE_REBORN] = note_reborn,
    [NOTE_TOSSED] = note_tossed,
    [NOTE_WORKED] = note_worked,
};

bool sentence_of(struct sentence *out, const struct telling *w)
{
    const size_t kind = (size_t)w->note->kind;
    out->head[0] = 0;
    out->text.size = 0;
    out->text.text[0] = 0;
    if (kind >= sizeof sentences / sizeof sentences[0] || sentences[kind] == NULL)
        return false;
    sentences[kind](out, w);
    return out->head[0] != 0;
}
