/* SPDX-License-Identifier: MIT */
/* The two pieces of work that decks give, for dealing.c, which fills in what they need
 * and takes what they find. Between the two nothing else knows of them. */
#ifndef TREATY_PROTOCOL_DECKWORK_H
#define TREATY_PROTOCOL_DECKWORK_H

#include "protocol/message_deck.h"
#include "protocol/work.h"

enum { WORK_PASS, WORK_SHARES };

/* How much is asked of what others say. */
enum scrutiny {
    SCRUTINY_FULL,   /* every proof has to hold */
    SCRUTINY_POINTS, /* only that it can be computed with: its author has signed a later
                        transcript, which says that the proofs held for it */
};

/* One that takes part has secrets; observers do not. */
struct work {
    uint8_t number;
    uint8_t n_players, self;
    bool takes_part;
    enum scrutiny scrutiny;
    struct digest session;
    struct deck_key own;
    struct seed seed;
    struct point key[TABLE_PLAYERS_MAX]; /* everybody's */
    uint8_t guilty; /* whose words do not hold; n_players: nobody's */
};

/* A pass: judges and opens up the deck that is complete with it, and makes what this
 * player says in the next. */
struct pass_work {
    struct work work;
    uint32_t n_rows, n_decks;
    struct point joint;
    uint8_t *table;       /* n_rows times n_players actions; owned */
    struct cipher *first; /* the deck that everybody knows; owned */

    uint32_t pass; /* whose words are in; 0: none yet */
    /* All decks on their way: n_players places, deck d at d % n_players, of n_players
     * cuts each. Owned. See pass_work_cut, pass_work_argument. */
    struct cipher *cuts;
    uint8_t *arguments;
    struct cipher blinds[TABLE_PLAYERS_MAX]
                        [TABLE_PLAYERS_MAX]; /* by author, then by column */
    struct proof blinds_proof[TABLE_PLAYERS_MAX];

    /* Of the deck that is complete. */
    struct cipher columns[TABLE_PLAYERS_MAX];
    struct point own_shares[TABLE_PLAYERS_MAX];
    struct proof own_shares_proof;
    /* What this player says in the next pass. */
    struct cipher *own_cut; /* owned */
    uint8_t own_argument[CUT_SIZE_MAX];
    struct cipher own_blinds[TABLE_PLAYERS_MAX];
    struct proof own_blinds_proof;
};
/* Memory for the owned parts. False, with nothing owned, when it is short. */
bool pass_work_new(struct pass_work *w, uint8_t n_players, uint32_t n_rows);
void pass_work_free(struct pass_work *w);
/* Where the deck stands after that player's cut, and the argument for it. */
struct cipher *pass_work_cut(const struct pass_work *w, uint32_t deck, uint8_t seat);
uint8_t *pass_work_argument(const struct pass_work *w, uint32_t deck, uint8_t seat);

/* Columns of a deck and shares of their keys: share[i][j] is what j gives of column i;
 * it stays 0 where j is i, until that is opened. */
struct deck_columns {
    struct cipher column[TABLE_PLAYERS_MAX];
    struct point share[TABLE_PLAYERS_MAX][TABLE_PLAYERS_MAX];
};

/* Openings of one deck and shares of the next. */
struct shares_work {
    struct work work;
    uint16_t n_actions[TABLE_PLAYERS_MAX];
    struct deck_columns deck[2]; /* deck d at d % 2 */

    uint32_t opened; /* the deck whose openings are in; 0: none */
    struct point opening[TABLE_PLAYERS_MAX];
    struct proof opening_proof[TABLE_PLAYERS_MAX];
    uint32_t shared; /* the deck whose shares are in; 0: none */
    struct point shares[TABLE_PLAYERS_MAX]
                       [TABLE_PLAYERS_MAX]; /* by author, as it sent them */
    struct proof shares_proof[TABLE_PLAYERS_MAX];

    uint8_t drawn[TABLE_PLAYERS_MAX]; /* by `opened`: everybody's recommendation */
    /* Of `shared`: the own recommendation, and what opens it to others. */
    uint8_t own_action;
    struct point own_opening;
    struct proof own_opening_proof;
};

#endif
