/* SPDX-License-Identifier: MIT */
/* Decks whose every byte is known: tests/unit/data/deck.txt, of a line "name hex" each,
 * which `build/tests/unit/deck_vectors write` makes anew. The library must say these
 * bytes, and formulas written down once more, one product after the other, must agree.
 */
#include <stdio.h>

#include "tests/unit/dealt.h"
#include "tests/unit/plain_cut.h"
#include "tests/unit/unit.h"

enum { SEATS = 2, NAME_SIZE = 64, HEX_SIZE = 2 * 64 * DECK_ROWS_MAX + 1, SIZES = 3 };

static const char *const path = "tests/unit/data/deck.txt";
static const uint32_t sizes[SIZES] = {16, 64, 256};

static struct dealt d[SIZES];
static char hex[HEX_SIZE], known[HEX_SIZE];

static void deal_all(void)
{
    for (int k = 0; k < SIZES; k++) {
        static uint8_t table[DECK_ROWS_MAX * SEATS];
        for (uint32_t r = 0; r < sizes[k]; r++) {
            table[SEATS * r] = (uint8_t)(r % 4);
            table[SEATS * r + 1] = (uint8_t)(r / 4 % 8);
        }
        dealt_keys(&d[k], sizes[k], SEATS, (uint8_t)(100 + k));
        dealt_cuts(&d[k]);
        dealt_columns(&d[k], table);
        dealt_shares(&d[k]);
    }
}

/* Calls `each` for everything that is known of a deal: whole for 16 rows; of larger
 * decks and arguments the hash. */
typedef void each_item(const char *name, const void *bytes, size_t n);

static void item_of(each_item *each, uint32_t rows, const char *name, int seat,
                    const void *bytes, size_t n)
{
    char full[NAME_SIZE];
    (void)snprintf(full, sizeof full, "rows-%u/seat-%d/%s", rows, seat, name);
    if (n <= 64 * 16) {
        each(full, bytes, n);
        return;
    }
    struct hasher h;
    hash_start(&h, "vector");
    hash_bytes(&h, bytes, n);
    const struct digest digest = hash_end(&h);
    each(full, digest.bytes, sizeof digest.bytes);
}

static void each_of(const struct dealt *t, each_item *each)
{
    const uint32_t rows = t->n_rows;
    item_of(each, rows, "joint", 0, &t->joint, sizeof t->joint);
    for (int i = 0; i < SEATS; i++) {
        item_of(each, rows, "key", i, &t->keys[i], sizeof t->keys[i]);
        item_of(each, rows, "key-proof", i, &t->key_proof[i], sizeof t->key_proof[i]);
        item_of(each, rows, "deck", i, t->deck[i + 1], rows * sizeof(struct cipher));
        item_of(each, rows, "argument", i, t->argument[i], cut_size(rows));
        item_of(each, rows, "blinds", i, t->blinds[i], SEATS * sizeof(struct cipher));
        item_of(each, rows, "blinds-proof", i, &t->blinds_proof[i],
                sizeof(struct proof));
        item_of(each, rows, "column", i, &t->column[i], sizeof t->column[i]);
        item_of(each, rows, "shares", i, t->sent[i], sizeof(struct point));
        item_of(each, rows, "shares-proof", i, &t->shares_proof[i],
                sizeof(struct proof));
        item_of(each, rows, "opening", i, &t->share[i][i], sizeof(struct point));
        item_of(each, rows, "opening-proof", i, &t->opening_proof[i],
                sizeof(struct proof));
        const uint8_t action = column_action(&t->column[i], t->share[i], SEATS, 8);
        item_of(each, rows, "action", i, &action, 1);
    }
}

static void print_item(const char *name, const void *bytes, size_t n)
{
    hex_encode(hex, bytes, n);
    (void)printf("%s %s\n", name, hex);
}

static void check_item(const char *name, const void *bytes, size_t n)
{
    char line_name[NAME_SIZE] = "";
    FILE *file = fopen(path, "r");
    ck_assert_msg(file != NULL, "%s cannot be read (run from the top directory)", path);
    while (strcmp(line_name, name) != 0)
        ck_assert_msg(fscanf(file, "%63s %32768s", line_name, known) == 2,
                      "%s is missing", name);
    (void)fclose(file);
    hex_encode(hex, bytes, n);
    ck_assert_msg(strcmp(hex, known) == 0, "%s", name);
}

START_TEST(the_library_says_the_known_bytes)
{
    for (int k = 0; k < SIZES; k++)
        each_of(&d[k], check_item);
}
END_TEST

START_TEST(the_known_cuts_hold)
{
    for (int k = 0; k < SIZES; k++) {
        const struct cut cuts[SEATS] = {dealt_cut(&d[k], 0), dealt_cut(&d[k], 1)};
        ck_assert_uint_eq(cuts_hold(cuts, SEATS, sizes[k], &d[k].joint), SEATS);
    }
}
END_TEST

START_TEST(the_plain_formulas_give_the_same_argument)
{
    struct plain p;
    uint8_t argument[CUT_SIZE_MAX];
    for (uint8_t i = 0; i < SEATS; i++) {
        const struct deck_place place = dealt_place(&d[0], i);
        struct cut_secret secret;
        cut_choose(&secret, d[0].deck[i], 16, &d[0].joint, &place, &d[0].seed[i]);
        const struct digest statement =
            cut_statement(d[0].deck[i], d[0].deck[i + 1], 16, &d[0].joint, &place);
        for (uint32_t row = 0; row < 16; row++) {
            const struct cipher *in = &d[0].deck[i][row];
            const struct cipher *out = &d[0].deck[i + 1][(row + secret.distance) % 16];
            const struct scalar r = secret.fresh[(row + secret.distance) % 16];
            const struct point a = sum(in->a, of_base(r)),
                               b = sum(in->b, of(r, d[0].joint));
            ck_assert(point_equal(&a, &out->a) && point_equal(&b, &out->b));
        }
        plain_start(&p, 16, secret.distance, &statement, &d[0].seed[i]);
        plain_argue(argument, &p, d[0].deck[i], &statement, d[0].joint, secret.fresh);
        ck_assert_mem_eq(argument, d[0].argument[i], cut_size(16));
        ck_assert(plain_holds(argument, d[0].deck[i], d[0].deck[i + 1], 16, &statement,
                              d[0].joint));
    }
}
END_TEST

/* The challenge that follows from the commitments s P - c I of both sides. */
static struct scalar plain_equal(const struct digest *statement,
                                 const struct proof *proof, const struct point base[2],
                                 const struct point image[2])
{
    struct point commitment[2];
    for (int k = 0; k < 2; k++) {
        const struct point cI = of(proof->challenge, image[k]);
        const struct point sP = of(proof->response, base[k]);
        commitment[k] = point_sub(&sP, &cI);
    }
    return plain_challenge("CA1/deck/equal", statement, commitment, 2);
}

static struct hasher started(const char *tag, const struct dealt *t, uint32_t deck,
                             uint32_t seat, uint32_t n)
{
    struct hasher h;
    hash_start(&h, tag);
    hash_digest(&h, &t->session);
    hash_u32(&h, deck);
    hash_u32(&h, seat);
    if (n > 0)
        hash_u32(&h, n);
    return h;
}

START_TEST(the_plain_formulas_accept_the_other_proofs)
{
    const struct dealt *t = &d[0];
    const struct point g = of_base(number(1));
    for (uint32_t i = 0; i < SEATS; i++) {
        struct hasher h = started("CA1/deck/key", t, 0, i, 0);
        hash_bytes(&h, &t->keys[i], 32);
        struct digest statement = hash_end(&h);
        const struct point cK = of(t->key_proof[i].challenge, t->keys[i]);
        const struct point sG = of_base(t->key_proof[i].response);
        const struct point known_by = point_sub(&sG, &cK);
        struct scalar c = plain_challenge("CA1/deck/known", &statement, &known_by, 1);
        ck_assert(scalar_equal(&c, &t->key_proof[i].challenge));

        h = started("CA1/deck/blinds", t, t->number, i, SEATS);
        hash_bytes(&h, &t->joint, 32);
        hash_bytes(&h, t->blinds[i], 64 * SEATS);
        statement = hash_end(&h);
        const struct scalar w = plain_challenge("CA1/deck/weight", &statement, NULL, 0);
        const struct point sums[2] = {sum(t->blinds[i][0].a, of(w, t->blinds[i][1].a)),
                                      sum(t->blinds[i][0].b, of(w, t->blinds[i][1].b))};
        const struct point bases[2] = {g, t->joint};
        c = plain_equal(&statement, &t->blinds_proof[i], bases, sums);
        ck_assert(scalar_equal(&c, &t->blinds_proof[i].challenge));

        for (int own = 0; own < 2; own++) {
            const uint32_t column = own ? i : 1 - i;
            const struct point *share = own ? &t->share[i][i] : t->sent[i];
            const struct proof *proof =
                own ? &t->opening_proof[i] : &t->shares_proof[i];
            h = started(own ? "CA1/deck/open" : "CA1/deck/shares", t, t->number, i, 1);
            hash_bytes(&h, &t->keys[i], 32);
            hash_bytes(&h, &t->column[column].a, 32);
            hash_bytes(&h, share, 32);
            statement = hash_end(&h);
            const struct point base[2] = {g, t->column[column].a},
                               image[2] = {t->keys[i], *share};
            c = plain_equal(&statement, proof, base, image);
            ck_assert(scalar_equal(&c, &proof->challenge));
            const struct point plain_share = of(t->key[i].secret, t->column[column].a);
            ck_assert(point_equal(&plain_share, share));
        }
    }
}
END_TEST

static int run(void)
{
    const TTest *const cases[] = {the_library_says_the_known_bytes, the_known_cuts_hold,
                                  the_plain_formulas_give_the_same_argument,
                                  the_plain_formulas_accept_the_other_proofs};
    Suite *suite = suite_create("deck_vectors");
    TCase *all = tcase_create("deck_vectors");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        tcase_add_test(all, cases[i]);
    suite_add_tcase(suite, all);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int n_arguments, char **arguments)
{
    if (!secure_start())
        return EXIT_FAILURE;
    deal_all();
    if (n_arguments < 2)
        return run();
    if (strcmp(arguments[1], "write") != 0)
        return EXIT_FAILURE;
    for (int k = 0; k < SIZES; k++)
        each_of(&d[k], print_item);
    return EXIT_SUCCESS;
}
