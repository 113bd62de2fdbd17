/* SPDX-License-Identifier: MIT */
/* What the bodies of messages say. Fixed layouts, little-endian, no optional fields; a
 * body is valid only if encoding what was decoded gives the same bytes. What depends on
 * the transcript (how many answers, which candidates may be asked) is checked where the
 * row is full, in negotiation.c and play.c. */
#ifndef TREATY_PROTOCOL_MESSAGE_H
#define TREATY_PROTOCOL_MESSAGE_H

#include "base/bytes.h"
#include "game/threat.h"
#include "lottery/coin.h"
#include "lottery/lottery.h"
#include "protocol/envelope.h"
#include "sampling/candidates.h"
#include "sampling/selection.h"

struct body_hello {
    struct digest nonce;
    uint64_t attempt; /* struct private_options */
    struct digest roster, terms;
};
/* MESSAGE_PUNISH: the sender's own part of the threat: its weights. */
struct body_punish {
    uint32_t weight[ACTIONS_MAX];
};
struct body_punish_ok {
    bool suits;
    double regret; /* the sender's own at the threat, in units of its payoffs, >= 0 */
};
struct body_propose {
    bool finished; /* the sender will not propose anything any more */
    uint16_t n_candidates;
    struct candidate candidate[BATCH_MAX]; /* strictly increasing by candidate_order */
};
/* MESSAGE_ANSWER: a proposal, and answers to those of the row before: one bit per
 * candidate that was new there, in the order in which they came on the table; with
 * shared rewards one double each as well. What is pointed to is the caller's. */
struct body_answer {
    struct body_propose *proposal;
    uint32_t n_answers;
    uint8_t *suits; /* 0 or 1 */
    double *reward; /* NULL where rewards are not shared */
};
struct body_set { /* also the second half of a prune */
    struct digest commitment;
};
/* MESSAGE_REVEAL: what the commitment was to. Unless the selection is the lottery, also
 * the sender's report: what each candidate on the table, in order, gains it, each at
 * most GAIN_ONE (sampling/selection.h). The array is the caller's. */
struct body_reveal {
    struct ticket ticket;
    uint32_t n_gains; /* 0 with the lottery */
    uint32_t *gain;
};
/* MESSAGE_PRUNE: for each candidate on the table, in order, two bits (enum mark:
 * 0 as good for the sender as the drawn one, 1 worse, 2 better); then the commitment to
 * the next ticket. */
struct body_prune {
    uint32_t n_marks;
    uint8_t *mark; /* the caller's */
    struct digest commitment;
};
struct body_length {
    uint32_t length; /* the shortest punishment that deters the sender, 1..LENGTH_MAX */
};
struct body_sign {
    struct digest agreement;
    struct digest coin_before, coin_first; /* commitments to the halves of flips 0, 1 */
};
struct body_start {
    struct digest certificate;
    struct coin_half half; /* of flip 0 */
};
struct body_act {
    uint8_t action;
};
struct body_commit {
    struct digest action;
    struct digest coin_next;
};
struct body_show {
    uint8_t action;
    struct nonce nonce;
    struct coin_half half;
};
/* MESSAGE_FOLLOW: the sender's part of the profile that was drawn. */
struct body_follow {
    uint8_t action;
    struct digest coin_next;
};
/* MESSAGE_TOSS: what the next profile is drawn with. */
struct body_toss {
    struct coin_half half;
};
struct body_restore {
    struct digest agreement;
    uint32_t stage;          /* the first that is played as agreed again */
    struct digest coin_next; /* with concept public, where a draw comes next */
};
struct body_end {
    uint32_t stages;
};
enum { CLAIM_SIZE = 16 }; /* bytes of a suspect, and of a fail */
struct body_suspect {
    uint64_t round;   /* the sender is in this round */
    uint64_t missing; /* mask of those whose message it lacks */
};
struct body_fail { /* irrevocable: the sender will never complete this round */
    uint64_t round;
    uint64_t missing;
};
/* MESSAGE_EVIDENCE: two envelopes for one slot with different bodies. */
struct body_evidence {
    const uint8_t *first, *second; /* borrowed */
    size_t first_size, second_size;
};

/* MESSAGE_VOUCH: somebody's message of this round, and the co-signatures (strict.h) of
 * those who vouch for it. */
struct body_vouch {
    const uint8_t *envelope; /* borrowed */
    size_t envelope_size;
    uint64_t mask;             /* not 0 */
    const uint8_t *signatures; /* borrowed; 64 bytes for each bit of mask, from below */
};

/* Each pair: _write appends the body to the writer; _read takes exactly the body, and
 * is false for anything else. shape and sender tell how many weights there are. */
void body_hello_write(struct writer *w, const struct body_hello *b);
bool body_hello_read(struct body_hello *b, const uint8_t *body, size_t n);
void body_regret_write(struct writer *w, const struct threat_word *b,
                       uint16_t n_actions);
bool body_regret_read(struct threat_word *b, const uint8_t *body, size_t n,
                      uint16_t n_actions);
void body_punish_write(struct writer *w, const struct body_punish *b,
                       uint16_t n_actions);
bool body_punish_read(struct body_punish *b, const uint8_t *body, size_t n,
                      uint16_t n_actions);
void body_punish_ok_write(struct writer *w, const struct body_punish_ok *b);
bool body_punish_ok_read(struct body_punish_ok *b, const uint8_t *body, size_t n);
void body_propose_write(struct writer *w, const struct body_propose *b,
                        const struct terms *t);
bool body_propose_read(struct body_propose *b, const uint8_t *body, size_t n,
                       const struct terms *t);
void body_answer_write(struct writer *w, const struct body_answer *b,
                       const struct terms *t);
bool body_answer_read(struct body_answer *b, const uint8_t *body, size_t n,
                      const struct terms *t);
/* The proposal in the body of a propose or an answer, whatever the answers are. Returns
 * how many bytes it takes; 0 if there is none. */
size_t body_proposal_read(struct body_propose *b, const uint8_t *body, size_t n,
                          const struct terms *t);
void body_set_write(struct writer *w, const struct body_set *b);
bool body_set_read(struct body_set *b, const uint8_t *body, size_t n);
void body_reveal_write(struct writer *w, const struct body_reveal *b);
bool body_reveal_read(struct body_reveal *b, const uint8_t *body, size_t n);
void body_prune_write(struct writer *w, const struct body_prune *b);
bool body_prune_read(struct body_prune *b, const uint8_t *body, size_t n);
void body_length_write(struct writer *w, const struct body_length *b);
bool body_length_read(struct body_length *b, const uint8_t *body, size_t n);
void body_sign_write(struct writer *w, const struct body_sign *b);
bool body_sign_read(struct body_sign *b, const uint8_t *body, size_t n);
void body_start_write(struct writer *w, const struct body_start *b);
bool body_start_read(struct body_start *b, const uint8_t *body, size_t n);
void body_act_write(struct writer *w, const struct body_act *b);
bool body_act_read(struct body_act *b, const uint8_t *body, size_t n,
                   uint16_t n_actions);
void body_commit_write(struct writer *w, const struct body_commit *b);
bool body_commit_read(struct body_commit *b, const uint8_t *body, size_t n);
void body_show_write(struct writer *w, const struct body_show *b);
bool body_show_read(struct body_show *b, const uint8_t *body, size_t n,
                    uint16_t n_actions);
void body_follow_write(struct writer *w, const struct body_follow *b);
bool body_follow_read(struct body_follow *b, const uint8_t *body, size_t n,
                      uint16_t n_actions);
void body_toss_write(struct writer *w, const struct body_toss *b);
bool body_toss_read(struct body_toss *b, const uint8_t *body, size_t n);
void body_restore_write(struct writer *w, const struct body_restore *b,
                        const struct terms *t);
bool body_restore_read(struct body_restore *b, const uint8_t *body, size_t n,
                       const struct terms *t);
void body_end_write(struct writer *w, const struct body_end *b);
bool body_end_read(struct body_end *b, const uint8_t *body, size_t n);
void body_suspect_write(struct writer *w, const struct body_suspect *b);
bool body_suspect_read(struct body_suspect *b, const uint8_t *body, size_t n);
void body_fail_write(struct writer *w, const struct body_fail *b);
bool body_fail_read(struct body_fail *b, const uint8_t *body, size_t n);
void body_evidence_write(struct writer *w, const struct body_evidence *b);
bool body_evidence_read(struct body_evidence *b, const uint8_t *body, size_t n);
void body_vouch_write(struct writer *w, const struct body_vouch *b);
bool body_vouch_read(struct body_vouch *b, const uint8_t *body, size_t n);
/* How many signatures those are. */
uint8_t body_vouch_count(uint64_t mask);

/* The action that a message of play says its author does; false where it says none.
 * n_actions: of its author. */
bool message_action(uint8_t *action, const struct message *m, uint16_t n_actions);
/* The agreement that a message signs; false where it signs none. */
bool message_agreement(struct digest *agreement, const struct message *m);

#endif
