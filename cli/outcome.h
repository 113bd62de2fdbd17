/* SPDX-License-Identifier: MIT */
/* What cluster and simulate do alike once the play is over: weigh the logs against each
 * other, measure, and report. */
#ifndef TREATY_CLI_OUTCOME_H
#define TREATY_CLI_OUTCOME_H

#include "cli/report.h"

/* Mask of the nodes that were told to break the protocol. */
uint64_t settings_misbehaving(const struct settings *s);

/* Fills what is missing of in (account, measures, disagreement) from the accounts of
 * all nodes, and prints the report to out. cut: mask of nodes whose logs end early for
 * a known reason. False if the logs contradict each other. */
bool outcome_report(FILE *out, struct report_input *in, const struct account *accounts,
                    uint64_t cut);

#endif
