/* SPDX-License-Identifier: MIT */
/* What can be wrong with a node before it runs and while it does, and what to do about
 * it. Nothing is changed by looking. */
#ifndef TREATY_CLI_CHECKUP_H
#define TREATY_CLI_CHECKUP_H

#include "cli/fetch.h"
#include "node/home.h"

enum { FINDINGS_MAX = 160, FINDING_SIZE = 400 };
enum finding_state { FINDING_OK, FINDING_NOTE, FINDING_WRONG };

struct finding {
    const char *check; /* a stable name: "files", "clock", ... */
    enum finding_state state;
    char what[FINDING_SIZE], fix[FINDING_SIZE]; /* fix: empty where nothing is to do */
};

struct checkup {
    struct home home; /* of the node that is looked at, once its files are read */
    bool readable, running;
    size_t n;
    struct finding finding[FINDINGS_MAX];
};

/* The files of one node; false where nothing else can be looked at. Release with
 * checkup_close. */
bool checkup_files(struct checkup *c, const char *config_path);
/* This machine: permissions, disk, limits, clock, ports. */
void checkup_machine(struct checkup *c);
/* Everybody else, at the roster's addresses. */
void checkup_peers(struct checkup *c);
/* What the node itself, if it runs and answers, says is wrong. */
void checkup_itself(struct checkup *c);
/* Terms, roster and clock of another node that answers at this address. */
void checkup_compare(struct checkup *c, const char *address);
/* The same for the files of another node. */
void checkup_compare_files(struct checkup *c, const char *config_path);
void checkup_close(struct checkup *c);

#endif
