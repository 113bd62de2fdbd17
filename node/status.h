/* SPDX-License-Identifier: MIT */
/* What can go wrong with the world: files, sockets, memory, options. A status goes with
 * a message for people, and becomes the exit code. */
#ifndef TREATY_NODE_STATUS_H
#define TREATY_NODE_STATUS_H

enum status {
    STATUS_OK = 0,
    STATUS_FAILED = 1, /* it ran and failed: a node died, a port was taken */
    STATUS_USAGE = 2,  /* the command line, a file or a game is wrong */
    STATUS_FALSE = 3,  /* a verification found something false */
};

#endif
