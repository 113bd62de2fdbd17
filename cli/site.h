/* SPDX-License-Identifier: MIT */
/* The page and its data over HTTP, for browsers: docs/page.md names the paths. Nothing
 * can be done to a node this way, and nothing is asked of any other host. */
#ifndef TREATY_CLI_SITE_H
#define TREATY_CLI_SITE_H

#include "cli/gallery.h"

/* Opaque. */
struct site;

/* listen: "ADDRESS:PORT", the address a number ("[::1]:8400") or "localhost"; port 0
 * takes one that is free. STATUS_USAGE, with the reason, for anything else;
 * STATUS_FAILED where the port cannot be had. */
enum status site_open(struct site **out, struct gallery *gallery, const char *listen,
                      char reason[REASON_SIZE]);
void site_free(struct site *s);
/* "http://127.0.0.1:8400/", for people. */
const char *site_address(const struct site *s);
/* False where others than this machine's users can reach it. */
bool site_on_loopback(const struct site *s);
/* Answers whoever asks, for at most this long. False, with the reason, when the system
 * refuses to wait. */
bool site_turn(struct site *s, int wait_ms, char reason[REASON_SIZE]);

#endif
