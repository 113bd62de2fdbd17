/* SPDX-License-Identifier: MIT */
/* What people read: whole stories, word for word. */
#include "cli/story.h"

#include <locale.h>
#include <string.h>

#include "cli/words.h"
#include "tests/unit/unit.h"

static struct terms terms;
static char told[16384];
static FILE *out;
static struct story *story;

enum { COOPERATE, DEFECT };

static void name(char *to, const char *text)
{
    (void)snprintf(to, NAME_MAX + 1, "%s", text);
}

static void begin(bool chorus, const char *first, const char *second)
{
    terms_default(&terms);
    (void)snprintf(terms.title, sizeof terms.title, "Prisoner's dilemma");
    terms.shape = (struct shape){2, {2, 2}};
    name(terms.player_name[0], "Alice");
    name(terms.player_name[1], "Radio 2");
    for (int i = 0; i < 4; i++)
        name(terms.action_name[i], i % 2 == 0 ? first : second);
    memset(told, 0, sizeof told);
    out = fmemopen(told, sizeof told, "w");
    story = story_new(
        &(struct story_options){.out = out, .terms = &terms, .chorus = chorus});
    ck_assert_ptr_nonnull(story);
}

static void tell(uint8_t player, uint64_t time_ms, const struct note *n)
{
    story_note(story, player, time_ms, n);
}

static void tell_pure(uint64_t time_ms, struct note n, uint8_t first, uint8_t second)
{
    struct candidate c;
    memset(&c, 0, sizeof c);
    candidate_from_pure(&c, &terms.shape, (uint8_t[]){first, second});
    n.candidate = &c;
    tell(0, time_ms, &n);
}

static void tell_stages(uint32_t from, uint32_t to, uint8_t first, uint8_t second,
                        uint32_t mask)
{
    for (uint32_t stage = from; stage <= to; stage++)
        tell(0, 1000 + 10 * stage,
             &(struct note){.kind = NOTE_STAGE,
                            .stage = stage,
                            .mask = mask,
                            .actions = {first, second}});
}

static void expect(const char *text)
{
    story_free(story);
    (void)fclose(out);
    ck_assert_str_eq(told, text);
    for (const char *line = told; *line != 0; line = strchr(line, '\n') + 1)
        ck_assert_uint_le(strcspn(line, "\n"), 80);
}

START_TEST(a_session_reads_like_a_story)
{
    begin(false, "Cooperate", "Defect");
    tell(0, 0, &(struct note){.kind = NOTE_SESSION, .digest = {{0x3f, 0x9a, 1, 2}}});
    tell_pure(120, (struct note){.kind = NOTE_THREAT, .number = 3}, DEFECT, DEFECT);
    tell(0, 640,
         &(struct note){.kind = NOTE_SAMPLED, .number = 200, .other = 57, .round = 12});
    tell_pure(700,
              (struct note){.kind = NOTE_DRAWN, .number = 1, .other = 57, .player = 1},
              COOPERATE, COOPERATE);
    tell(0, 720, &(struct note){.kind = NOTE_PRUNED, .number = 1, .other = 1});
    tell_pure(800, (struct note){.kind = NOTE_AGREED, .value = 2}, COOPERATE,
              COOPERATE);
    tell(0, 850, &(struct note){.kind = NOTE_SIGNED, .digest = {{0xab}}});
    tell_stages(1, 19, COOPERATE, COOPERATE, 0);
    tell_stages(20, 20, COOPERATE, DEFECT, 2);
    tell(0, 1200,
         &(struct note){.kind = NOTE_DEVIATION,
                        .stage = 20,
                        .player = 1,
                        .number = FAULT_ACTION,
                        .other = DEFECT});
    tell(0, 1200, &(struct note){.kind = NOTE_PUNISHING, .stage = 21});
    tell_stages(21, 100, DEFECT, DEFECT, 0);
    tell(0, 2400,
         &(struct note){.kind = NOTE_ENDED, .number = OUTCOME_PLAYED, .stage = 100});
    expect(
        "   0.00  session       3f9a0102: Prisoner's dilemma, 2 players, up to 100 "
        "stages\n"
        "   0.12  threat        Defect, Defect (found in 3 rounds); own regret 0\n"
        "   0.64  sampling      200 profiles were asked about in 12 rounds; 57 suit\n"
        "                       everybody\n"
        "   0.70  draw 1        Cooperate, Cooperate; one of 57, proposed by Radio 2\n"
        "   0.72  pruning       1 left, worse for nobody than what was drawn\n"
        "   0.80  agreed        Cooperate, Cooperate; own payoff 2; who breaks it is\n"
        "                       punished for ever\n"
        "   0.85  signed        by Alice (1) and Radio 2; certificate ab000000\n"
        "   1.01  stages 1-19   Cooperate, Cooperate\n"
        "   1.20  stage 20      Cooperate, Defect\n"
        "   1.20  DEVIATION     stage 20: Radio 2 played Defect instead of Cooperate\n"
        "   1.20  punishing     from stage 21 on, for ever: Defect, Defect\n"
        "   1.21  stages 21-100 Defect, Defect\n"
        "   2.40  end           100 stages were played; that is all of them\n");
}
END_TEST

START_TEST(a_finite_punishment_is_told_from_and_to)
{
    begin(false, "C", "D");
    tell_pure(0, (struct note){.kind = NOTE_THREAT, .number = 1}, DEFECT, DEFECT);
    tell(0, 10, &(struct note){.kind = NOTE_PUNISHING, .stage = 21, .number = 3});
    tell(0, 20, &(struct note){.kind = NOTE_RESTORED, .stage = 24});
    tell(0, 30, &(struct note){.kind = NOTE_PUNISHING, .stage = 30, .number = 1});
    expect("   0.00  threat        D, D (found in 1 round); own regret 0\n"
           "   0.01  punishing     stages 21 to 23: D, D\n"
           "   0.02  restored      everybody has signed: from stage 24 on as agreed "
           "again\n"
           "   0.03  punishing     stage 30: D, D\n");
}
END_TEST

START_TEST(mixed_stages_share_lines)
{
    begin(false, "Heads", "Tails");
    tell_stages(1, 1, 0, 1, 0);
    tell_stages(2, 4, 1, 1, 0);
    tell_stages(5, 5, 0, 0, 0);
    tell_stages(6, 6, 1, 0, 0);
    tell_stages(7, 9, 0, 1, 0);
    expect("   0.00  stages 1-5    Heads, Tails | Tails, Tails x3 | Heads, Heads\n"
           "   0.05  stages 6-9    Tails, Heads | Heads, Tails x3\n");
}
END_TEST

START_TEST(waiting_names_the_peer_the_message_and_the_limit)
{
    begin(false, "C", "D");
    tell(0, 0, &(struct note){.kind = NOTE_ENTERED, .number = PHASE_ACT});
    tell(0, 2000,
         &(struct note){
             .kind = NOTE_WAITING, .mask = 2, .round = 44, .stage = 7, .number = 1500});
    tell(0, 3000, &(struct note){.kind = NOTE_HEALED, .round = 44, .number = 2500});
    tell(0, 9000,
         &(struct note){
             .kind = NOTE_REFUSED, .player = 0, .mask = 2, .round = 45, .stage = 8});
    tell(0, 9000,
         &(struct note){.kind = NOTE_BLAMED,
                        .player = 1,
                        .round = 45,
                        .number = FAULT_EQUIVOCATION});
    tell(0, 9000,
         &(struct note){.kind = NOTE_ENDED, .number = OUTCOME_OMISSION, .stage = 7});
    expect(
        "   2.00  waiting       for Radio 2: 'act' of stage 7 (round 44) missing for\n"
        "                       1.5s; given up after 30s: if it died, start it again\n"
        "   3.00  healed        round 44 is complete after 2.5s\n"
        "   9.00  refused       Alice (1) will not go on, and signs that Radio 2 fell\n"
        "                       silent in round 45, stage 8\n"
        "   9.00  PROVEN        Radio 2 signed two different messages for one place\n"
        "                       (equivocation), round 45\n"
        "   9.00  end           7 stages were played; somebody fell silent: "
        "cooperation\n"
        "                       is over\n");
}
END_TEST

START_TEST(a_chorus_tells_everything_once)
{
    begin(true, "C", "D");
    const struct note first = {.kind = NOTE_STAGE, .stage = 1};
    const struct note second = {.kind = NOTE_STAGE, .stage = 2, .actions = {1, 1}};
    const struct note refused = {
        .kind = NOTE_REFUSED, .player = 1, .mask = 1, .round = 9};
    tell(0, 10, &first);
    tell(1, 12, &first);
    tell(1, 20, &second); /* the other node is the first to know */
    tell(0, 22, &second);
    tell(0, 30, &refused);
    tell(1, 31, &refused);
    expect(
        "   0.00  stages 1-2    C, C | D, D\n"
        "   0.02  refused       Radio 2 will not go on, and signs that Alice (1) fell\n"
        "                       silent in round 9\n");
}
END_TEST

START_TEST(no_threat_and_no_agreement_are_results)
{
    begin(false, "C", "D");
    tell(0, 0, &(struct note){.kind = NOTE_NO_THREAT, .number = 2000});
    tell(0, 0, &(struct note){.kind = NOTE_NO_AGREEMENT});
    tell(0, 5, &(struct note){.kind = NOTE_SIGNED});
    expect("   0.00  no threat     no static equilibrium was found in 2000 rounds: "
           "nothing\n"
           "                       to threaten with, so nothing is agreed on\n"
           "   0.00  no treaty     nothing suits everybody: the threat is played\n"
           "   0.01  signed        by Alice (1) and Radio 2 (that there is no "
           "agreement);\n"
           "                       certificate 00000000\n");
}
END_TEST

/* A draw, and what is played then, if anything is. */
static void tell_drawn(uint32_t stage, uint8_t drawn, int played)
{
    const struct note toss = {
        .kind = NOTE_TOSSED, .stage = stage, .actions = {drawn, drawn}};
    tell(0, 1000 + 10 * stage, &toss);
    if (played >= 0)
        tell_stages(stage, stage, drawn, (uint8_t)played, played == drawn ? 0 : 2);
}

START_TEST(public_draws_are_told_with_their_stages)
{
    begin(false, "A", "B");
    terms.concept = CONCEPT_PUBLIC;
    struct candidate c = {{WEIGHT_ONE / 4, 0, 0, WEIGHT_ONE / 4 * 3}};
    tell(0, 1000, &(struct note){.kind = NOTE_AGREED, .candidate = &c, .value = 1});
    c = (struct candidate){{0, WEIGHT_ONE, 0, 0}};
    tell(0, 1000, &(struct note){.kind = NOTE_AGREED, .candidate = &c, .value = 2});
    tell_drawn(1, 0, 0);
    tell_drawn(2, 1, 1);
    tell_drawn(3, 1, 1);
    tell_drawn(4, 1, 0);
    tell_drawn(5, 0, -1);
    tell(0, 9000,
         &(struct note){
             .kind = NOTE_REFUSED, .player = 0, .mask = 2, .round = 45, .stage = 5});
    expect("   0.00  agreed        (B, B) 0.75 + (A, A) 0.25; own payoff 1; who breaks "
           "it is\n"
           "                       punished for ever\n"
           "   0.00  agreed        B, A; own payoff 2; who breaks it is punished for "
           "ever\n"
           "   0.01  stages 1-3    drawn: A, A | B, B x2\n"
           "   0.04  stage 4       drawn: B, B; played: B, A\n"
           "   8.00  drawn         for stage 5: A, A\n"
           "   8.00  refused       Alice (1) will not go on, and signs that Radio 2 "
           "fell\n"
           "                       silent in round 45, stage 5\n");
}
END_TEST

START_TEST(of_many_profiles_the_likeliest_are_told)
{
    struct line l = {0};
    struct candidate c = {{0}};
    begin(false, "A", "B");
    terms.shape = shape_uniform(4, 2);
    terms.concept = CONCEPT_PUBLIC;
    for (uint8_t k = 0; k < 8; k++)
        name(terms.action_name[k], k % 2 == 0 ? "A" : "B");
    for (uint32_t k = 0; k < 16; k++)
        c.weight[k] = WEIGHT_ONE / 128 * (k + 1);
    c.weight[15] = WEIGHT_ONE - WEIGHT_ONE / 128 * 120;
    say_agreed(&l, &terms, &c);
    ck_assert_str_eq(l.text, "(A, B, B, B) 0.1172 + (B, A, B, B) 0.1094 + "
                             "(A, A, B, B) 0.1016 + (B, B, A, B) 0.09375 + "
                             "(A, B, A, B) 0.08594 + (B, A, A, B) 0.07812 + "
                             "(A, A, A, B) 0.07031 + (B, B, B, A) 0.0625 + "
                             "8 others 0.2812");
    expect("");
}
END_TEST

START_TEST(wide_characters_take_two_columns)
{
    ck_assert_ptr_nonnull(setlocale(LC_CTYPE, "C.UTF-8"));
    ck_assert_uint_eq(text_columns("abc"), 3);
    ck_assert_uint_eq(text_columns("\xe5\x90\x88\xe4\xbd\x9c"), 4); /* two Han */
    ck_assert_uint_eq(text_columns("e\xcc\x81"), 1);  /* e and an accent over it */
    ck_assert_uint_eq(text_columns("a\xff,\xe5"), 4); /* no UTF-8 */
}
END_TEST

UNIT_MAIN("story", a_session_reads_like_a_story,
          a_finite_punishment_is_told_from_and_to, mixed_stages_share_lines,
          waiting_names_the_peer_the_message_and_the_limit,
          a_chorus_tells_everything_once, no_threat_and_no_agreement_are_results,
          public_draws_are_told_with_their_stages,
          of_many_profiles_the_likeliest_are_told, wide_characters_take_two_columns)
