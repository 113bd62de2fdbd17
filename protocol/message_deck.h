/* SPDX-License-Identifier: MIT */
/* What bodies say about decks (docs/protocol.md, section 6). Which parts a body has
 * follows from the terms, the place and its author alone, so nothing in it says so.
 *
 * Decks are numbered from 1, as the stages that use them are; passes too. In pass p
 * player n (from 0) cuts deck p - n, and everybody blinds the columns of deck
 * p - N + 1, which is complete then. */
#ifndef TREATY_PROTOCOL_MESSAGE_DECK_H
#define TREATY_PROTOCOL_MESSAGE_DECK_H

#include "base/bytes.h"
#include "lottery/deck.h"
#include "protocol/terms.h"

/* The deck that this player cuts in that pass; 0: none. n_decks: of the session. */
uint32_t pass_cuts(uint32_t pass, uint8_t seat, uint32_t n_decks);
/* The deck whose columns everybody blinds in that pass; 0: none. */
uint32_t pass_blinds(uint32_t pass, uint8_t n_players, uint32_t n_decks);
/* The last pass before the first stage: its messages have the shares of deck 1 too. */
uint32_t pass_last_dealt(uint8_t n_players);

/* Which parts there are, in this order. */
struct deck_parts {
    uint32_t n_rows;
    uint8_t n_players;
    bool cut, blinds, opening, shares;
};
/* Of MESSAGE_DEAL and MESSAGE_COMMIT in that pass. */
struct deck_parts deck_parts_of_pass(const struct terms *t, uint32_t pass,
                                     uint8_t seat);
/* Of MESSAGE_SHOW in the stage that uses that deck. */
struct deck_parts deck_parts_of_show(const struct terms *t, uint32_t deck);
size_t deck_parts_size(const struct deck_parts *p);

/* What stands there; NULL where the part is missing. Borrowed from the body. */
struct deck_words {
    const struct cipher *cut; /* n_rows of them */
    const uint8_t *argument;  /* cut_size(n_rows) bytes */
    const struct cipher *blinds;
    const struct proof *blinds_proof;
    const struct point *opening;
    const struct proof *opening_proof;
    const struct point *shares; /* n_players - 1 */
    const struct proof *shares_proof;
};
/* The reader goes bad where they are not whole. */
void deck_words_read(struct deck_words *out, struct reader *r,
                     const struct deck_parts *p);
void deck_words_write(struct writer *w, const struct deck_words *words,
                      const struct deck_parts *p);

/* What stands before the parts in a private stage: in MESSAGE_COMMIT the commitment to
 * the action, in MESSAGE_SHOW the action, 1 byte, and its nonce. */
enum { BODY_PLEDGE_SIZE = 32, BODY_UNVEIL_SIZE = 1 + 32 };
/* The end of MESSAGE_SIGN where recommendations are private. */
struct body_key {
    struct point key;
    struct proof proof;
};
enum { BODY_KEY_SIZE = sizeof(struct body_key) };

/* The largest of these bodies, in bytes. */
size_t deck_body_max(const struct terms *t);

#endif
