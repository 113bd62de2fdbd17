/* SPDX-License-Identifier: MIT */
/* One running node: a player, carried by libuv, nanomsg, a clock, entropy and a log. */
#ifndef TREATY_NODE_NODE_H
#define TREATY_NODE_NODE_H

#include "node/feed.h"
#include "node/lines.h"

struct node_options {
    bool quiet;       /* no progress and warnings on standard error */
    bool again;       /* a session that is over is put away first (node/sessions.h) */
    const char *http; /* instead of the configuration's place; NULL: as it says */
    bool stay;        /* answer on when the play is over, as if it said so */
    record_words *words;                           /* how records are said over HTTP */
    enum log_format format;                        /* of lines on standard error */
    const char *(*note_name)(enum note_kind kind); /* what they are called there */
};

/* Runs the node of this configuration file in the foreground until the play is over or
 * SIGTERM or SIGINT comes. Leaves data_path/node.log and data_path/result.json. An
 * existing log is resumed: the player is led through it again and goes on. STATUS_OK
 * also where nothing was agreed.
 *
 * result.json is this node's own report, one object:
 *   player (from 1), name, game, session, outcome, phase   as outcome_name and
 * phase_name has_threat, threat        for each player its list of integer weights, or
 * null threat_regret, threat_rounds, threat_payoff            its own; payoffs or null
 *   agreed, agreement, agreement_digest, length, agreement_payoff, certificate
 *   asked, certified, sampling_rounds, pruning_rounds
 *   stages_played, average_payoff, discounted_payoff       as realised; null before
 * play network: messages_sent, bytes_sent, messages_received, bytes_received, dropped,
 *            links_remade, crowded, signatures, verifications
 *   seconds, processor_seconds: threat, sampling, pruning, signing, play
 *   began: the same parts, in seconds since 1970 by this machine's clock; 0 for what
 * was not entered since the node was started last memory_kib_max Digests are
 * hexadecimal; the session is null before it has one. */
enum status node_run(const char *config_path, const struct node_options *o,
                     char message[256]);

/* What was compared. */
struct replayed {
    uint64_t records, messages, said, notes, plays;
    bool cheat; /* its own words are not compared: nobody can say them again */
};
/* Leads a player through its log once more, as node_run does after a crash, from the
 * same private files, and compares all that it says, notes and plays with what the log
 * has. Nothing is written or sent. STATUS_FALSE at the first difference, with the
 * record and its place. Notes of waiting and of what is in no log are passed over. */
enum status node_replay(const char *config_path, struct replayed *out,
                        char message[256]);

#endif
