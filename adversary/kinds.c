/* SPDX-License-Identifier: MIT */
/* Hides how a misdeed is written: the names of the kinds, what help says of them, and
 * the command line. */
#include <stdio.h>
#include <string.h>

#include "adversary/adversary.h"
#include "base/check.h"

static const struct {
    const char *name, *help;
} kinds[MISBEHAVIOUR_KINDS] = {
    [MISBEHAVE_SILENT] = {"silent",
                          "says nothing any more; the others wait, then refuse to go "
                          "on, and the play is over"},
    [MISBEHAVE_EQUIVOCATE] =
        {"equivocate", "tells one half of the players something else; both versions "
                       "together prove it (with two players: the other refuses to go "
                       "on)"},
    [MISBEHAVE_BAD_OPENING] =
        {"bad-opening", "shows a ticket, a coin or an action that it did not commit "
                        "to; everybody proves it"},
    [MISBEHAVE_GARBAGE] = {"garbage",
                           "sends bytes that are no message besides its own; they are "
                           "ignored"},
    [MISBEHAVE_FORGE] = {"forge",
                         "sends messages in others' names besides its own; their "
                         "signatures do not hold, so they are ignored"},
    [MISBEHAVE_MUTE_TOWARDS] =
        {"mute-towards", "says nothing to the player after it; with three or more "
                         "players the others pass its words on"},
    [MISBEHAVE_ILLEGAL] = {"illegal",
                           "signs something that the rules do not allow; everybody "
                           "proves it"},
    [MISBEHAVE_WITHHOLD] =
        {"withhold", "keeps its lottery ticket or its coin to itself; the others "
                     "wait, then refuse to go on, and the play is over"},
    [MISBEHAVE_COPY] = {"copy",
                        "repeats the commitment of the player before it, and later "
                        "what that player shows; it does not open under another name, "
                        "which everybody proves"},
    [MISBEHAVE_WITHHOLD_SIGN] =
        {"withhold-sign", "keeps its signature of the agreement to itself; the others "
                          "wait, then refuse to go on: nothing is agreed"},
    [MISBEHAVE_START_SOME] =
        {"start-some", "says only to the player after it that it has all signatures; "
                       "that player passes it on, and all play"},
    [MISBEHAVE_LATE] = {"late",
                        "says everything when it is asked for the last time before "
                        "the others lose patience; that is legal, and only slow"},
    [MISBEHAVE_SPLIT] = {"split",
                         "the same, and only to the player after it; the others refuse "
                         "to go on, and nobody is more than one stage ahead of them"},
    [MISBEHAVE_SIGN_TWICE] = {"sign-twice",
                              "signs another agreement for one half of the players; "
                              "everybody proves it, and nothing is agreed"},
    [MISBEHAVE_TWO_HELLOS] =
        {"two-hellos",
         "says another hello to one half of the players, so that they have two names "
         "for "
         "the session; both hellos together prove it, and nothing is signed"},
    [MISBEHAVE_GRIND] = {"grind",
                         "shows another half of a coin than the one that it committed "
                         "to; everybody proves it"},
    [MISBEHAVE_BAD_PROPOSAL] =
        {"bad-proposal", "proposes what does not sum to one, twice the same, unsorted, "
                         "too much, again, or after it has finished; everybody "
                         "proves it"},
    [MISBEHAVE_BAD_PRUNE] =
        {"bad-prune", "marks the drawn candidate itself as worse; everybody proves "
                      "it"},
    [MISBEHAVE_OVER_PRUNE] =
        {"over-prune", "marks as worse all that is not as good for it as the drawn "
                       "one; that is legal, and nobody ends below the first draw"},
    [MISBEHAVE_NEVER_CONTENT] =
        {"never-content", "marks as better all that is not as good for it as the drawn "
                          "one; that is legal, and ends after at most as many draws as "
                          "there are candidates"},
    [MISBEHAVE_STUFF] = {"stuff",
                         "proposes nothing but near-copies of its favourite; that is "
                         "legal, and makes none of its proposals likelier, since the "
                         "lottery draws a proposer first"},
    [MISBEHAVE_FALSE_YES] =
        {"false-yes", "says yes to everything, and plays what pays it best wherever "
                      "that is not what was agreed; everybody proves it at that "
                      "stage and punishes from the next"},
    [MISBEHAVE_PICKY] = {"picky",
                         "where it mixes, plays what pays best whenever its coin says "
                         "something else; everybody proves it at that stage and "
                         "punishes from the next"},
    [MISBEHAVE_NO_PENANCE] = {"no-penance",
                              "plays something else while it is punished, so that the "
                              "punishment never ends; begins with a --defect"},
    [MISBEHAVE_RELAPSE] =
        {"relapse", "breaks the agreement whenever it is in force; it is punished "
                    "each time, and for ever once no restoration is left"},
    [MISBEHAVE_REPLAY] = {"replay",
                          "sends old messages again, its own and others'; they are "
                          "ignored"},
    [MISBEHAVE_FLOOD] = {"flood",
                         "says everything a dozen times; repeats are recognized by "
                         "their bytes and ignored"},
    [MISBEHAVE_FUTURE] =
        {"future", "signs messages of rounds far ahead besides its own; they are "
                   "ignored"},
    [MISBEHAVE_NAG] = {"nag",
                       "asks everybody for everything all the time; it is answered "
                       "four times in 200 ms, and nothing else happens"},
    [MISBEHAVE_SLANDER] = {"slander",
                           "sends evidence against the player after it that proves "
                           "nothing; it is ignored"},
    [MISBEHAVE_ACCUSE] =
        {"accuse", "signs that the player after it fell silent, and says nothing "
                   "more; the play is over, and that claim is its own alone"},
    [MISBEHAVE_FAIL_AND_GO_ON] = {"fail-and-go-on",
                                  "the same, and goes on as if it had not; the play is "
                                  "over, and its words of the next round prove that it "
                                  "said two things that exclude each other"},
    [MISBEHAVE_IMPERSONATE] =
        {"impersonate",
         "says something else in the name of another who does this, too, with its key, "
         "which it has in a simulation only; everybody proves it against the owner of "
         "the key"},
    [MISBEHAVE_CONSPIRE] =
        {"conspire", "opens its ticket, or its half of a public draw, only when it "
                     "knows all others, and if the draw is an even number, else "
                     "never; it can end the session like that, and make no draw "
                     "likelier. Several who do so know each other's secrets in a "
                     "simulation"},
    [MISBEHAVE_MISREPORT] =
        {"misreport",
         "where reports select: reports that only one candidate, whichever, "
         "gains it anything; that is legal, and nobody honest ends below "
         "what was drawn"},
    [MISBEHAVE_BAD_REPORT] =
        {"bad-report", "where reports select: opens its ticket, and with it another "
                       "report than it committed to; everybody proves it"},
    [MISBEHAVE_MARKED_DECK] =
        {"marked-deck", "where recommendations are private: hands on a deck that has "
                        "a row twice, rows that are known, or another order; everybody "
                        "proves it before anything is dealt from that deck"},
    [MISBEHAVE_OLD_PROOF] =
        {"old-proof", "where recommendations are private: proves what it does to a "
                      "deck with the proof of another deck; everybody proves it"},
    [MISBEHAVE_BAD_SHARE] =
        {"bad-share", "where recommendations are private: opens its own or another's "
                      "recommendation with something else; everybody proves it"},
    [MISBEHAVE_ROGUE_KEY] =
        {"rogue-key",
         "where recommendations are private: takes the key of the player "
         "before it off its own, so that they cancel; everybody proves it, "
         "and nothing is agreed"},
    [MISBEHAVE_ADAPTIVE] =
        {"adaptive", "does something else of all this in every round, or nothing, "
                     "as its seed has it; whatever it does, the rules for that "
                     "hold"},
};

const char *misbehaviour_name(enum misbehaviour_kind kind)
{
    return kinds[kind].name;
}

const char *misbehaviour_help(enum misbehaviour_kind kind)
{
    return kinds[kind].help;
}

bool misdeeds_conspire(const struct misdeeds *m)
{
    for (uint8_t i = 0; i < m->n_misbehaviours; i++)
        if (m->misbehaviour[i].kind == MISBEHAVE_CONSPIRE ||
            m->misbehaviour[i].kind == MISBEHAVE_IMPERSONATE)
            return true;
    return false;
}

/* ---- reading the command line ---- */

/* A whole number in [least, greatest] that takes up all of text. */
static bool number_read(uint64_t *out, const char *text, uint64_t least,
                        uint64_t greatest)
{
    uint64_t v = 0;
    if (*text == '\0')
        return false;
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || v > greatest)
            return false;
        v = 10 * v + (uint64_t)(*text - '0');
    }
    *out = v;
    return v >= least && v <= greatest;
}

static bool action_read(uint8_t *out, const char *text, const struct terms *terms,
                        uint8_t player)
{
    const uint16_t n_actions = terms->shape.n_actions[player];
    const uint16_t first = shape_offset(&terms->shape, player);
    for (uint8_t k = 0; k < n_actions; k++) {
        if (strcmp(terms->action_name[first + k], text) == 0) {
            *out = k;
            return true;
        }
    }
    uint64_t number;
    if (!number_read(&number, text, 1, n_actions))
        return false;
    *out = (uint8_t)(number - 1);
    return true;
}

bool defection_read(struct defection *out, const char *text, const struct terms *terms,
                    uint8_t player, char message[256])
{
    char stage[16];
    uint64_t number;
    const char *colon = strchr(text, ':');
    const size_t n = colon != NULL ? (size_t)(colon - text) : strlen(text);
    CHECK(player < terms->shape.n_players);
    snprintf(stage, sizeof stage, "%.*s", (int)(n < sizeof stage ? n : sizeof stage),
             text);
    if (n >= sizeof stage || !number_read(&number, stage, 1, STAGES_MAX)) {
        snprintf(message, 256, "defection \"%.60s\": expected a stage from 1 to %d",
                 text, STAGES_MAX);
        return false;
    }
    *out = (struct defection){(uint32_t)number, ANY_ACTION};
    if (colon != NULL && !action_read(&out->action, colon + 1, terms, player)) {
        snprintf(message, 256,
                 "defection \"%.60s\": \"%.60s\" is no action of player %d", text,
                 colon + 1, player + 1);
        return false;
    }
    return true;
}

bool misbehaviour_read(struct misbehaviour *out, const char *text, char message[256])
{
    const char *at = strchr(text, '@');
    const size_t n = at != NULL ? (size_t)(at - text) : strlen(text);
    int found = MISBEHAVIOUR_KINDS;
    for (int k = 0; k < MISBEHAVIOUR_KINDS; k++)
        if (strlen(kinds[k].name) == n && strncmp(kinds[k].name, text, n) == 0)
            found = k;
    if (found == MISBEHAVIOUR_KINDS) {
        snprintf(message, 256, "\"%.60s\": no such kind of misbehaviour", text);
        return false;
    }
    *out = (struct misbehaviour){.kind = (enum misbehaviour_kind)found};
    uint64_t number = 0;
    const bool is_round = at != NULL && at[1] == 'r';
    if (at != NULL && !number_read(&number, at + 1 + is_round, is_round ? 0 : 1,
                                   is_round ? UINT32_MAX : STAGES_MAX)) {
        snprintf(message, 256,
                 "\"%.60s\": expected a stage from 1, or r and a round, behind @",
                 text);
        return false;
    }
    if (is_round)
        out->from_round = number;
    else
        out->from_stage = (uint32_t)number;
    return true;
}

/* ---- and writing it ---- */

void defection_text(char out[MISDEED_TEXT_MAX], const struct defection *d)
{
    if (d->action == ANY_ACTION)
        snprintf(out, MISDEED_TEXT_MAX, "%u", d->stage);
    else
        snprintf(out, MISDEED_TEXT_MAX, "%u:%u", d->stage, d->action + 1u);
}

void misbehaviour_text(char out[MISDEED_TEXT_MAX], const struct misbehaviour *m)
{
    const char *name = misbehaviour_name(m->kind);
    if (m->from_stage != 0)
        snprintf(out, MISDEED_TEXT_MAX, "%s@%u", name, m->from_stage);
    else if (m->from_round != 0)
        snprintf(out, MISDEED_TEXT_MAX, "%s@r%llu", name,
                 (unsigned long long)m->from_round);
    else
        snprintf(out, MISDEED_TEXT_MAX, "%s", name);
}
