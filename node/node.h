/* One running node: a player, carried by libuv, nanomsg, a clock, entropy and a log. */
#ifndef TREATY_NODE_NODE_H
#define TREATY_NODE_NODE_H

#include "node/config.h"

/* Runs the node of this configuration file in the foreground until the play is over or
 * SIGTERM or SIGINT comes. Progress and warnings go to standard error unless quiet.
 * Leaves data_path/node.log and data_path/result.json. An existing log is resumed: the
 * player is led through it again and goes on. STATUS_OK also where nothing was agreed. */
enum status node_run(const char *config_path, bool quiet, char message[256]);

#endif
