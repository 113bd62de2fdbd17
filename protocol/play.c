/* SPDX-License-Identifier: MIT */
/* Hides how a stage is played and what a deviation leads to. A stage of a pure profile
 * takes one round. Where somebody mixes it takes two: commit to the action that the
 * coin prescribes, then show it with the coin. Where the profile is drawn in public it
 * takes two as well: toss for it, then follow what was drawn. */
#include "protocol/play.h"

#include <string.h>

#include "base/check.h"
#include "protocol/dealing.h"

/* NOLINTNEXTLINE(misc-redundant-expression): that they are the same is the point. */
_Static_assert(COIN_ONE == WEIGHT_ONE, "a coin draws from the weights of a profile");

static struct conclusion go(enum phase next)
{
    return (struct conclusion){next, OUTCOME_OPEN, 0, FAULT_NONE};
}

static struct conclusion proven(uint8_t guilty, enum fault_kind fault)
{
    return (struct conclusion){PHASE_OVER, OUTCOME_FAULT, guilty, fault};
}

const struct candidate *play_prescribed(const struct play *p)
{
    if (p->punishing || !p->agreement.agreed)
        return &p->agreement.threat;
    return p->correlated ? &p->drawn : &p->agreement.candidate;
}

/* How often each player plays each action. */
static void marginals(struct candidate *out, const struct shape *s,
                      const struct candidate *distribution)
{
    memset(out, 0, sizeof *out);
    for (uint32_t k = 0; k < shape_profiles(s); k++) {
        uint8_t actions[PLAYERS_MAX];
        profile_actions(actions, s, k);
        for (uint8_t i = 0; i < s->n_players; i++)
            out->weight[shape_offset(s, i) + actions[i]] += distribution->weight[k];
    }
}

bool play_private(const struct play *p, const struct context *c)
{
    return c->dealing != NULL && p->agreement.agreed && !p->punishing;
}

bool play_deals(const struct play *p, const struct context *c, enum phase phase)
{
    if (c->dealing == NULL || !dealing_started(c->dealing))
        return false;
    return phase == PHASE_START || phase == PHASE_DEAL ||
           ((phase == PHASE_COMMIT || phase == PHASE_SHOW) && play_private(p, c));
}

static enum phase stage_phase(const struct play *p, const struct context *c)
{
    if (p->played == c->terms->stages)
        return PHASE_END;
    if (play_private(p, c))
        return PHASE_COMMIT;
    if (p->by_lottery && !p->punishing)
        return PHASE_TOSS;
    return candidate_pure(play_prescribed(p), &c->terms->shape) ? PHASE_ACT
                                                                : PHASE_COMMIT;
}

/* The beacon of the flip at hand draws the profile of the stage at hand. */
static void draw(struct play *p, struct context *c)
{
    const struct shape *s = &c->terms->shape;
    struct note n = {.kind = NOTE_TOSSED, .stage = p->stage};
    n.number = coin_draw(&c->session, p->flip, &p->beacon,
                         p->agreement.candidate.weight, (uint16_t)shape_profiles(s));
    profile_actions(n.actions, s, n.number);
    candidate_from_pure(&p->drawn, s, n.actions);
    context_note(c, &n);
}

enum phase play_start(struct play *p, struct context *c, const struct negotiation *n)
{
    memset(p, 0, sizeof *p);
    p->agreement = *negotiation_agreement(n);
    p->agreement_digest = negotiation_agreement_digest(n);
    p->stage = 1;
    p->flip = 1;
    memcpy(p->coin, negotiation_coins(n, &p->beacon),
           c->terms->shape.n_players * sizeof p->coin[0]);
    p->correlated = p->agreement.agreed && c->terms->concept != CONCEPT_NASH;
    p->by_lottery = p->agreement.agreed && c->terms->concept == CONCEPT_PUBLIC;
    if (p->correlated)
        marginals(&p->drawn, &c->terms->shape, &p->agreement.candidate);
    if (c->dealing != NULL && dealing_started(c->dealing))
        return PHASE_DEAL;
    if (!p->by_lottery || c->terms->stages == 0)
        return stage_phase(p, c);
    draw(p, c); /* START has shown the halves of flip 0 */
    return PHASE_FOLLOW;
}

static const uint32_t *weights_of(const struct play *p, const struct context *c,
                                  uint8_t player)
{
    return play_prescribed(p)->weight + shape_offset(&c->terms->shape, player);
}

static uint8_t pure_action(const struct play *p, const struct context *c,
                           uint8_t player)
{
    const uint32_t *weight = weights_of(p, c, player);
    uint8_t k = 0;
    while (weight[k] == 0)
        k++;
    return k;
}

static uint8_t coin_says(const struct play *p, const struct context *c, uint8_t player,
                         const struct coin_half *half)
{
    return coin_action(&c->session, p->flip, player, half, &p->beacon,
                       weights_of(p, c, player), c->terms->shape.n_actions[player]);
}

static uint8_t own_mixed_action(const struct play *p, const struct context *c)
{
    const struct coin_half half = context_coin_half(c, p->flip);
    return coin_says(p, c, c->self, &half);
}

static struct nonce own_nonce(const struct play *p, const struct context *c)
{
    const struct secret s = secret_derive(c->seed, &c->session, "nonce", p->stage);
    struct nonce nonce;
    memcpy(nonce.bytes, s.bytes, sizeof nonce.bytes);
    return nonce;
}

static void act_in_the_world(const struct play *p, struct context *c, uint8_t action)
{
    CHECK(c->out->n < PLAYER_ACTIONS_MAX);
    c->out->item[c->out->n++] =
        (struct action){.kind = ACTION_PLAY, .stage = p->stage, .play = action};
}

static struct digest next_coin(const struct play *p, const struct context *c)
{
    const struct coin_half next = context_coin_half(c, p->flip + 1);
    return coin_commit(&c->session, p->flip + 1, c->self, &next);
}

static void say_commit(const struct play *p, const struct context *c,
                       struct writer *body)
{
    const struct nonce nonce = own_nonce(p, c);
    const struct body_commit b = {
        action_commit(&c->session, p->stage, c->self, own_mixed_action(p, c), &nonce),
        next_coin(p, c)};
    body_commit_write(body, &b);
}

/* The same for a recommendation that only this player knows. */
static void say_pledge(const struct play *p, const struct context *c,
                       struct writer *body)
{
    const struct nonce nonce = own_nonce(p, c);
    const struct digest action = action_commit(&c->session, p->stage, c->self,
                                               dealing_action(c->dealing), &nonce);
    write_bytes(body, action.bytes, sizeof action.bytes);
    dealing_say_pass(c->dealing, body);
}

static void say_unveil(const struct play *p, struct context *c, struct writer *body)
{
    const uint8_t action = dealing_action(c->dealing);
    const struct nonce nonce = own_nonce(p, c);
    act_in_the_world(p, c, action);
    write_u8(body, action);
    write_bytes(body, nonce.bytes, sizeof nonce.bytes);
    dealing_say_show(c->dealing, body);
}

static void say_show(const struct play *p, struct context *c, struct writer *body)
{
    const struct body_show b = {own_mixed_action(p, c), own_nonce(p, c),
                                context_coin_half(c, p->flip)};
    act_in_the_world(p, c, b.action);
    body_show_write(body, &b);
}

enum message_kind play_say(struct play *p, struct context *c, enum phase phase,
                           struct writer *body)
{
    if (phase == PHASE_ACT) {
        const struct body_act b = {pure_action(p, c, c->self)};
        act_in_the_world(p, c, b.action);
        body_act_write(body, &b);
        return MESSAGE_ACT;
    }
    const bool in_private = play_private(p, c);
    if (phase == PHASE_DEAL) {
        dealing_say_pass(c->dealing, body);
        return MESSAGE_DEAL;
    }
    if (phase == PHASE_COMMIT) {
        if (in_private)
            say_pledge(p, c, body);
        else
            say_commit(p, c, body);
        return MESSAGE_COMMIT;
    }
    if (phase == PHASE_SHOW) {
        if (in_private)
            say_unveil(p, c, body);
        else
            say_show(p, c, body);
        return MESSAGE_SHOW;
    }
    if (phase == PHASE_FOLLOW) {
        const struct body_follow b = {pure_action(p, c, c->self), next_coin(p, c)};
        act_in_the_world(p, c, b.action);
        body_follow_write(body, &b);
        return MESSAGE_FOLLOW;
    }
    if (phase == PHASE_TOSS) {
        body_toss_write(body, &(struct body_toss){context_coin_half(c, p->flip)});
        return MESSAGE_TOSS;
    }
    if (phase == PHASE_RESTORE) {
        const struct body_restore b = {p->agreement_digest, p->stage, next_coin(p, c)};
        body_restore_write(body, &b, c->terms);
        return MESSAGE_RESTORE;
    }
    CHECK(phase == PHASE_END);
    body_end_write(body, &(struct body_end){p->played});
    return MESSAGE_END;
}

/* What one stage showed: everybody's actions, what was prescribed, and who is at fault.
 */
struct stage_record {
    uint8_t action[PLAYERS_MAX];
    uint8_t prescribed[PLAYERS_MAX];
    enum fault_kind fault[PLAYERS_MAX];
};

static bool punished_for_ever(const struct play *p, const struct context *c)
{
    return p->agreement.length == 0 || p->restorations >= c->terms->restorations_max;
}

static void punish(struct play *p, struct context *c)
{
    p->punishing = true;
    p->served = 0;
    if (p->played < c->terms->stages)
        context_note(c, &(struct note){.kind = NOTE_PUNISHING,
                                       .stage = p->stage,
                                       .number = punished_for_ever(p, c)
                                                     ? 0
                                                     : p->agreement.length});
}

static void note_stage(const struct play *p, struct context *c,
                       const struct stage_record *r, uint64_t deviators)
{
    struct note n = {.kind = NOTE_STAGE,
                     .stage = p->stage,
                     .mask = deviators,
                     .number = !p->agreement.agreed ? 2u
                               : p->punishing       ? 1u
                                                    : 0u};
    memcpy(n.actions, r->action, c->terms->shape.n_players);
    context_note(c, &n);
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++)
        if (r->fault[i] != FAULT_NONE)
            context_note(
                c, &(struct note){.kind = NOTE_DEVIATION,
                                  .player = i,
                                  .stage = p->stage,
                                  .number = r->fault[i],
                                  .other = r->action[i] + 256u * r->prescribed[i]});
}

/* Whoever deviates while all cooperate starts the punishment, from the next stage on; a
 * deviation during a finite one starts it anew. Only completed stages count. */
static enum phase stage_done(struct play *p, struct context *c,
                             const struct stage_record *r)
{
    uint64_t deviators = 0;
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++)
        if (r->fault[i] != FAULT_NONE)
            deviators |= player_bit(i);
    note_stage(p, c, r, deviators);
    p->played = p->stage++;
    const bool more = p->played < c->terms->stages;
    if (p->punishing) {
        p->served = deviators != 0 ? 0 : p->served + 1;
        if (!punished_for_ever(p, c) && p->served == p->agreement.length && more)
            return PHASE_RESTORE;
    } else if (deviators != 0 && p->agreement.agreed)
        punish(p, c);
    return stage_phase(p, c);
}

static struct conclusion conclude_act(struct play *p, struct context *c,
                                      const struct message *row)
{
    struct stage_record r = {{0}, {0}, {FAULT_NONE}};
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_act b;
        if (!body_act_read(&b, row[i].body, row[i].body_size,
                           c->terms->shape.n_actions[i]))
            return proven(i, FAULT_ILLEGAL);
        r.action[i] = b.action;
        r.prescribed[i] = pure_action(p, c, i);
        r.fault[i] = r.action[i] == r.prescribed[i] ? FAULT_NONE : FAULT_ACTION;
    }
    return go(stage_done(p, c, &r));
}

/* The same, with what the draw after the next needs. */
static struct conclusion conclude_follow(struct play *p, struct context *c,
                                         const struct message *row)
{
    struct stage_record r = {{0}, {0}, {FAULT_NONE}};
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_follow b;
        if (!body_follow_read(&b, row[i].body, row[i].body_size,
                              c->terms->shape.n_actions[i]))
            return proven(i, FAULT_ILLEGAL);
        r.action[i] = b.action;
        r.prescribed[i] = pure_action(p, c, i);
        r.fault[i] = r.action[i] == r.prescribed[i] ? FAULT_NONE : FAULT_ACTION;
        p->coin_next[i] = b.coin_next;
    }
    return go(stage_done(p, c, &r));
}

/* All halves of a flip are shown: the next one is at hand. */
static void flip_over(struct play *p, const struct context *c,
                      const struct coin_half *half)
{
    const uint8_t n_players = c->terms->shape.n_players;
    p->flip++;
    p->beacon = coin_beacon(&c->session, p->flip, &p->beacon, half, n_players);
    memcpy(p->coin, p->coin_next, n_players * sizeof p->coin[0]);
}

/* A half that does not open its commitment is a deviation in the stage that is over:
 * nothing is drawn with it, and what is drawn after the punishment needs new halves. */
static struct conclusion conclude_toss(struct play *p, struct context *c,
                                       const struct message *row)
{
    const uint8_t n_players = c->terms->shape.n_players;
    struct coin_half half[PLAYERS_MAX] = {{{0}}};
    bool fair = true;
    for (uint8_t i = 0; i < n_players; i++) {
        struct body_toss b;
        if (!body_toss_read(&b, row[i].body, row[i].body_size))
            return proven(i, FAULT_ILLEGAL);
        half[i] = b.half;
    }
    for (uint8_t i = 0; i < n_players; i++) {
        const struct digest shown = coin_commit(&c->session, p->flip, i, &half[i]);
        if (digest_equal(&shown, &p->coin[i]))
            continue;
        fair = false;
        context_note(c, &(struct note){.kind = NOTE_DEVIATION,
                                       .player = i,
                                       .stage = p->played,
                                       .number = FAULT_OPENING});
    }
    flip_over(p, c, half);
    if (fair) {
        draw(p, c);
        return go(PHASE_FOLLOW);
    }
    punish(p, c);
    return go(stage_phase(p, c));
}

static struct conclusion conclude_deal(const struct play *p, const struct context *c,
                                       const struct message *row)
{
    struct dealing *d = c->dealing;
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++)
        if (!dealing_pass_legal(d, &row[i], 0))
            return proven(i, FAULT_ILLEGAL);
    const uint8_t guilty = dealing_guilty(d);
    if (guilty < c->terms->shape.n_players)
        return proven(guilty, FAULT_PROOF);
    const bool last = dealing_last_dealt(d);
    dealing_deal_over(d);
    return go(last ? stage_phase(p, c) : PHASE_DEAL);
}

static struct conclusion conclude_pledge(struct play *p, const struct context *c,
                                         const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct reader r = {row[i].body, row[i].body_size, false};
        read_bytes(&r, p->action[i].bytes, sizeof p->action[i].bytes);
        if (r.bad || !dealing_pass_legal(c->dealing, &row[i], sizeof p->action[i]))
            return proven(i, FAULT_ILLEGAL);
    }
    dealing_commit_over(c->dealing);
    return go(PHASE_SHOW);
}

/* The proofs come first: without them nobody knows what was recommended. */
static struct conclusion conclude_unveil(struct play *p, struct context *c,
                                         const struct message *row)
{
    const uint8_t n_players = c->terms->shape.n_players;
    struct stage_record record = {{0}, {0}, {FAULT_NONE}};
    struct nonce nonce[PLAYERS_MAX];
    for (uint8_t i = 0; i < n_players; i++) {
        struct reader r = {row[i].body, row[i].body_size, false};
        record.action[i] = read_u8(&r);
        read_bytes(&r, nonce[i].bytes, sizeof nonce[i].bytes);
        if (r.bad || record.action[i] >= c->terms->shape.n_actions[i] ||
            !dealing_show_legal(c->dealing, &row[i], BODY_UNVEIL_SIZE))
            return proven(i, FAULT_ILLEGAL);
    }
    const uint8_t guilty = dealing_guilty(c->dealing);
    if (guilty < n_players)
        return proven(guilty, FAULT_PROOF);
    memcpy(record.prescribed, dealing_drawn(c->dealing), n_players);
    for (uint8_t i = 0; i < n_players; i++) {
        const struct digest action =
            action_commit(&c->session, p->stage, i, record.action[i], &nonce[i]);
        if (!digest_equal(&action, &p->action[i]))
            record.fault[i] = FAULT_OPENING;
        else if (record.action[i] != record.prescribed[i])
            record.fault[i] = FAULT_ACTION;
    }
    dealing_show_over(c->dealing);
    return go(stage_done(p, c, &record));
}

static struct conclusion conclude_commit(struct play *p, const struct context *c,
                                         const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_commit b;
        if (!body_commit_read(&b, row[i].body, row[i].body_size))
            return proven(i, FAULT_ILLEGAL);
        p->action[i] = b.action;
        p->coin_next[i] = b.coin_next;
    }
    return go(PHASE_SHOW);
}

/* What was shown must open what was committed to, and the coin must prescribe it. */
static enum fault_kind show_fault(const struct play *p, const struct context *c,
                                  uint8_t player, const struct body_show *b,
                                  uint8_t *prescribed)
{
    const struct digest action =
        action_commit(&c->session, p->stage, player, b->action, &b->nonce);
    const struct digest coin = coin_commit(&c->session, p->flip, player, &b->half);
    *prescribed = coin_says(p, c, player, &b->half);
    if (!digest_equal(&action, &p->action[player]) ||
        !digest_equal(&coin, &p->coin[player]))
        return FAULT_OPENING;
    return b->action == *prescribed ? FAULT_NONE : FAULT_ACTION;
}

static struct conclusion conclude_show(struct play *p, struct context *c,
                                       const struct message *row)
{
    const uint8_t n_players = c->terms->shape.n_players;
    struct stage_record r = {{0}, {0}, {FAULT_NONE}};
    struct coin_half half[PLAYERS_MAX] = {{{0}}};
    for (uint8_t i = 0; i < n_players; i++) {
        struct body_show b;
        if (!body_show_read(&b, row[i].body, row[i].body_size,
                            c->terms->shape.n_actions[i]))
            return proven(i, FAULT_ILLEGAL);
        r.action[i] = b.action;
        r.fault[i] = show_fault(p, c, i, &b, &r.prescribed[i]);
        half[i] = b.half;
    }
    flip_over(p, c, half);
    return go(stage_done(p, c, &r));
}

static struct conclusion conclude_restore(struct play *p, struct context *c,
                                          const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_restore b;
        if (!body_restore_read(&b, row[i].body, row[i].body_size, c->terms) ||
            !digest_equal(&b.agreement, &p->agreement_digest) || b.stage != p->stage)
            return proven(i, FAULT_ILLEGAL);
        if (p->by_lottery)
            p->coin_next[i] = b.coin_next;
    }
    p->punishing = false;
    p->restorations++;
    context_note(c, &(struct note){.kind = NOTE_RESTORED, .stage = p->stage});
    return go(stage_phase(p, c));
}

static struct conclusion conclude_end(const struct play *p, const struct context *c,
                                      const struct message *row)
{
    for (uint8_t i = 0; i < c->terms->shape.n_players; i++) {
        struct body_end b;
        if (!body_end_read(&b, row[i].body, row[i].body_size) || b.stages != p->played)
            return proven(i, FAULT_ILLEGAL);
    }
    return (struct conclusion){PHASE_OVER, OUTCOME_PLAYED, 0, FAULT_NONE};
}

struct conclusion play_conclude(struct play *p, struct context *c, enum phase phase,
                                const struct message *row)
{
    if (phase == PHASE_ACT)
        return conclude_act(p, c, row);
    const bool in_private = play_private(p, c);
    if (phase == PHASE_DEAL)
        return conclude_deal(p, c, row);
    if (phase == PHASE_COMMIT)
        return in_private ? conclude_pledge(p, c, row) : conclude_commit(p, c, row);
    if (phase == PHASE_SHOW)
        return in_private ? conclude_unveil(p, c, row) : conclude_show(p, c, row);
    if (phase == PHASE_FOLLOW)
        return conclude_follow(p, c, row);
    if (phase == PHASE_TOSS)
        return conclude_toss(p, c, row);
    if (phase == PHASE_RESTORE)
        return conclude_restore(p, c, row);
    CHECK(phase == PHASE_END);
    return conclude_end(p, c, row);
}
