/* SPDX-License-Identifier: MIT */
/* Any bytes as what a player says about a deck of 16 rows among two: nothing that is
 * not what the honest player said holds, and nothing reads behind its end. The first
 * byte chooses what they are. Where bytes are as long as the honest player's, they are
 * put in their place; shorter ones change the beginning. */
#include <string.h>

#include "base/check.h"
#include "lottery/deck.h"

enum { ROWS = 16, SEATS = 2, ARGUMENT_SIZE = 352 + 64 * 3 };

/* What seat 1 says, honestly. */
struct said {
    struct point key;
    struct proof key_proof;
    struct cipher deck[ROWS];
    uint8_t argument[ARGUMENT_SIZE];
    struct cipher blinds[SEATS];
    struct proof blinds_proof;
    struct point share;
    struct proof share_proof;
    struct point opening;
    struct proof opening_proof;
};

static struct said honest;
static struct cipher before[ROWS], columns[SEATS];
static struct point joint;
static const struct digest session = {{1}};

static void deal(void)
{
    const uint8_t table[ROWS * SEATS] = {1, 0, 0, 1};
    struct deck_key key[SEATS];
    struct point keys[SEATS];
    struct cipher first[ROWS], blinds[SEATS];
    struct proof proof;
    uint8_t argument[ARGUMENT_SIZE];
    CHECK(secure_start() && cut_size(ROWS) == ARGUMENT_SIZE);
    for (uint8_t i = 0; i < SEATS; i++) {
        const struct seed seed = {{i}};
        deck_key_derive(&key[i], &seed, &session, i);
        keys[i] = key[i].key;
    }
    CHECK(deck_keys_join(&joint, keys, SEATS));
    const struct seed zero = {{0}}, one = {{1}};
    const struct deck_place at_zero = {session, 1, 0}, at_one = {session, 1, 1};
    deck_first(first, ROWS);
    deck_cut(before, argument, first, ROWS, &joint, &at_zero, &zero);
    deck_cut(honest.deck, honest.argument, before, ROWS, &joint, &at_one, &one);
    deck_columns(columns, honest.deck, ROWS, table, SEATS);
    blinds_make(blinds, &proof, SEATS, &joint, &at_zero, &zero);
    blinds_make(honest.blinds, &honest.blinds_proof, SEATS, &joint, &at_one, &one);
    blinds_add(columns, blinds, SEATS);
    blinds_add(columns, honest.blinds, SEATS);
    honest.key = key[1].key;
    honest.key_proof = deck_key_prove(&key[1], &one, &session, 1);
    shares_make(&honest.share, &honest.share_proof, columns, SEATS, &key[1], &at_one,
                &one);
    opening_make(&honest.opening, &honest.opening_proof, &columns[1], &key[1], &at_one,
                 &one);
}

/* Holds only if it is what was said honestly. */
static void check(bool holds, const void *bytes, const void *truth, size_t n)
{
    CHECK(holds == (memcmp(bytes, truth, n) == 0));
}

static void change(void *part, size_t part_size, const uint8_t *bytes, size_t size)
{
    if (size > 0)
        memcpy(part, bytes, size < part_size ? size : part_size);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static bool dealt;
    struct said s;
    const struct deck_place place = {session, 1, 1};
    if (!dealt)
        deal();
    dealt = true;
    if (size == 0)
        return 0;
    const uint8_t *rest = bytes + 1;
    const size_t n = size - 1;
    s = honest;
    switch (bytes[0] % 5) {
    case 0:
        change(&s.key, sizeof s.key + sizeof s.key_proof, rest, n);
        check(deck_key_holds(&s.key, &s.key_proof, &session, 1), &s.key, &honest.key,
              sizeof s.key + sizeof s.key_proof);
        break;
    case 1: {
        const struct cut cut = {place, before, s.deck, s.argument};
        change(s.deck, sizeof s.deck + sizeof s.argument, rest, n);
        check(cuts_hold(&cut, 1, ROWS, &joint) == 1, s.deck, honest.deck,
              sizeof s.deck + sizeof s.argument);
        break;
    }
    case 2:
        change(s.blinds, sizeof s.blinds + sizeof s.blinds_proof, rest, n);
        check(blinds_hold(s.blinds, &s.blinds_proof, SEATS, &joint, &place), s.blinds,
              honest.blinds, sizeof s.blinds + sizeof s.blinds_proof);
        break;
    case 3:
        change(&s.share, sizeof s.share + sizeof s.share_proof, rest, n);
        check(
            shares_hold(&s.share, &s.share_proof, columns, SEATS, &honest.key, &place),
            &s.share, &honest.share, sizeof s.share + sizeof s.share_proof);
        break;
    case 4:
        change(&s.opening, sizeof s.opening + sizeof s.opening_proof, rest, n);
        check(opening_holds(&s.opening, &s.opening_proof, &columns[1], &honest.key,
                            &place),
              &s.opening, &honest.opening, sizeof s.opening + sizeof s.opening_proof);
        break;
    }
    return 0;
}
