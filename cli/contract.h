/* SPDX-License-Identifier: MIT */
/* The agreement as a file of its own: what was agreed, by whom it is signed, and the
 * signed bytes, but nobody's payoffs. */
#ifndef TREATY_CLI_CONTRACT_H
#define TREATY_CLI_CONTRACT_H

#include "cli/account.h"
#include "cli/command.h"

/* The same as text, to be released with free. The account must have a treaty. */
enum status contract_text(char **text, size_t *size, const struct account *a,
                          const char *log, char reason[REASON_SIZE]);
/* Writes directory/agreement.json from the log that account was taken from. Nothing is
 * written where nothing was agreed. */
enum status contract_write(const char *directory, const struct account *a,
                           const char *log, char reason[REASON_SIZE]);

#endif
