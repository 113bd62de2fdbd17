#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A rule that never fails is no rule: each of them must pass a good house and fail, with
# the words expected, on a bad example.
set -uo pipefail
project=$(cd "$(dirname "$0")/../.." && pwd)
house=$(mktemp -d)
trap 'rm -rf "$house"' EXIT
failed=0

# This may run inside make; the house's own make is another.
unset MAKE MAKEFLAGS MFLAGS MAKELEVEL

# A house where everything is in order; every example adds a file to it.
build_house() {
    rm -rf "${house:?}"/*
    mkdir -p "$house"/{base,game,sampling}
    cp -r "$project"/{.clang-format,.clang-tidy,Makefile,scripts} "$house"
    cat >"$house/sampling/ask.c" <<'C'
/* SPDX-License-Identifier: MIT */
/* Hides a question. */
int ask(int n);

int ask(int n)
{
    return n;
}
C
    cat >"$house/base/sum.h" <<'C'
/* SPDX-License-Identifier: MIT */
/* Sums. */
#ifndef SUM_H
#define SUM_H
int sum(int a, int b);
#endif
C
    cat >"$house/base/sum.c" <<'C'
/* SPDX-License-Identifier: MIT */
/* Hides addition. */
#include "base/sum.h"

int sum(int a, int b)
{
    return a + b;
}
C
    cat >"$house/game/good.c" <<'C'
/* SPDX-License-Identifier: MIT */
/* Hides nothing. */
#include <stdlib.h>
#include <string.h>

#include "base/sum.h"

struct good *good_new(size_t n);
int good_size(const char *text);

static const char *const words[] = {"one", "two"};

struct good *good_new(size_t n)
{
    return calloc(n, 8);
}

int good_size(const char *text)
{
    return sum((int)strlen(text), words[0][0]);
}
C
}

# The project's own rules, in the house.
lint() {
    (cd "$house" && scripts/lint.sh "$@" 2>&1)
}

# passes RULE: the good house obeys.
passes() {
    local said
    build_house
    if ! said=$(lint "$@"); then
        printf '%s fails on a good house:\n%s\n' "$*" "$said"
        failed=1
    fi
}

# catches RULE 'words expected' FILE, its bad content on standard input.
catches() {
    local rule=$1 words=$2 file=$3 said
    build_house
    mkdir -p "$house/$(dirname "$file")"
    cat >"$house/$file"
    # Symbols are looked at in objects, which gcc's rule makes.
    [ "$rule" != symbols ] || rule="gcc symbols"
    # shellcheck disable=SC2086
    if said=$(lint $rule); then
        printf '%s does not see what is wrong with %s: %s\n' "$rule" "$file" "$words"
        failed=1
    elif ! grep -qF -- "$words" <<<"$said"; then
        printf '%s fails on %s, but does not say "%s":\n%s\n' \
            "$rule" "$file" "$words" "$said"
        failed=1
    fi
}

passes includes
catches includes 'game/ must not know sampling/' game/bad.c <<<'#include "sampling/soo.h"'
catches includes 'game/ must not know lottery/' game/bad.h <<<'#include "lottery/coin.h"'
catches includes 'lottery/ must not know game/' lottery/bad.c <<<'#include "game/game.h"'
catches includes 'base/ must not know game/' base/bad.c <<<'# include "game/game.h"'
catches includes 'protocol/ must not know adversary/' protocol/bad.c \
    <<<'#include "adversary/adversary.h"'
catches includes 'sim/ must not know node/' sim/bad.c <<<'#include "node/log.h"'
catches includes 'node/ must not know sim/' node/bad.c <<<'#include "sim/world.h"'
catches includes 'node/ must not know cli/' node/bad.c <<<'#include "cli/options.h"'
catches includes 'adversary/ must not know tests/' adversary/bad.c \
    <<<'#include "tests/unit/unit.h"'
catches includes 'game/ must not know analysis/' game/bad.c \
    <<<'#include "analysis/exact.h"'
catches includes 'analysis/ must not know protocol/' analysis/bad.c \
    <<<'#include "protocol/player.h"'
catches includes 'study/ must not know sim/' study/bad.c <<<'#include "sim/world.h"'
catches includes "is study/rivals_library.c's alone" study/bad.c <<<'#include <nlopt.h>'
catches includes '<gmp.h> belongs to analysis/' game/bad.c <<<'#include <gmp.h>'
catches includes "is analysis/linear.c's alone" analysis/bad.c \
    <<<'#include <coin/Clp_C_Interface.h>'
catches includes 'without its room' game/bad.c <<<'#include "game.h"'
catches includes "belongs to base/secure.c, base/signature.c, base/scalar.c and base/group.c" node/bad.c <<<'#include <sodium.h>'
catches includes "belongs to base/secure.c, base/signature.c, base/scalar.c and base/group.c" base/bad.c <<<'#include <sodium/version.h>'
catches includes 'belongs to node/ and cli/' sim/bad.c <<<'#include <uv.h>'
catches includes 'belongs to node/ and cli/' protocol/bad.c <<<'#include <nanomsg/nn.h>'
catches includes 'belongs to node/ and cli/' game/bad.c <<<'#include <jansson.h>'
catches includes 'belongs to node/ and cli/' sim/bad.c <<<'#include <cyaml/cyaml.h>'
catches includes 'the core must not include <time.h>' protocol/bad.c <<<'#include <time.h>'
catches includes 'the core must not include <unistd.h>' base/bad.c <<<'#include <unistd.h>'

passes gcc symbols
catches symbols 'the core must not call time' game/bad.c <<<'
long time(long *out);
long now(void);
long now(void) { return time((long *)0); }'
catches symbols 'the core must not call qsort' game/bad.c <<<'
#include <stdlib.h>
static int order(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
void sort(int *v, size_t n);
void sort(int *v, size_t n) { qsort(v, n, sizeof *v, order); }'
catches symbols 'the core must not call puts' sampling/bad.c <<<'
#include <stdio.h>
void tell(const char *word);
void tell(const char *word) { puts(word); }'
catches symbols 'allocates, but has no _new and _free' game/bad.c <<<'
#include <stdlib.h>
void *take(void);
void *take(void) { return malloc(8); }'
catches symbols "only game/formats.o may use realloc" game/bad.c <<<'
#include <stdlib.h>
void *grown_new(void *p);
void *grown_new(void *p) { return realloc(p, 80); }'
catches symbols 'entropy is drawn by the shells alone' protocol/bad.c <<<'
void secure_random(void *out, unsigned long n);
void draw(int *out);
void draw(int *out) { secure_random(out, sizeof *out); }'
catches symbols "libsodium belongs to base/secure.c, base/signature.c, base/scalar.c and base/group.c" lottery/bad.c <<<'
void randombytes_buf(void *out, unsigned long n);
void draw(int *out);
void draw(int *out) { randombytes_buf(out, sizeof *out); }'
catches symbols 'only libsodium convicts' lottery/proving.c <<<'
int point_combine(int n);
int convict(void);
int convict(void) { return point_combine(1); }'
catches symbols 'game/ must not call sampling/: ask' game/bad.c <<<'
int ask(int n);
int trick(void);
int trick(void) { return ask(1); }'
catches symbols 'only base/check.o may use fprintf' base/bad.c <<<'
#include <stdio.h>
void tell(FILE *to, int n);
void tell(FILE *to, int n) { fprintf(to, "%d", n); }'
catches symbols 'keeps a writable variable: count' game/bad.c <<<'
int next(void);
int next(void) { static int count; return ++count; }'
catches symbols 'keeps a writable variable: shared' protocol/bad.c <<<'
extern int shared;
int shared = 3;'
catches symbols 'knows no clock and no entropy but its own' sim/bad.c <<<'
long clock(void);
long now(void);
long now(void) { return clock(); }'

catches symbols 'a study follows from its seed and opens nothing: clock' study/bad.c <<<'
long clock(void);
long now(void);
long now(void) { return clock(); }'
catches symbols 'analysis/bad.o: keeps a writable variable: count' analysis/bad.c <<<'
int next(void);
int next(void) { static int count; return ++count; }'
catches symbols 'analysis answers its caller and asks nobody: puts' analysis/bad.c <<<'
#include <stdio.h>
void tell(const char *word);
void tell(const char *word) { puts(word); }'

catches symbols 'analysis answers its caller and asks nobody' analysis/bad.c <<<'
#include <stdio.h>
void tell(const char *word);
void tell(const char *word) { puts(word); }'

passes defaults
catches defaults 'name every case instead' protocol/bad.c <<<'
int f(int n);
int f(int n)
{
    switch (n) {
    case 1:
        return 2;
    default:
        return 3;
    }
}'

long_function() {
    printf 'int f(int n);\n\nint f(int n)\n{\n'
    for _ in $(seq "$1"); do
        printf '    n++;\n'
    done
    printf '    return n;\n}\n'
}
passes sizes
catches sizes 'a function of 62 lines' game/bad.c < <(long_function 60)
catches sizes 'a function of 61 lines' tests/unit/bad.c < <(long_function 59)
catches sizes 'a file of more than 900 lines' node/bad.c < <(seq -f '/* %g */' 901)

passes folders
catches folders './game/utils' game/utils/bad.c <<<''
catches folders './common' common/bad.c <<<''

passes licence
catches licence './game/bad.c:1: no "SPDX' game/bad.c <<<'int n;'
catches licence './scripts/bad.sh:1: no "SPDX' scripts/bad.sh < <(
    printf '#!/bin/sh\n\n\n# SPDX-License-Identifier: MIT\n')

passes links
catches links './docs/bad.md:2: links to ../game/none.c' docs/bad.md \
    <<<$'See [this](../game/good.c#L3), [that](https://nowhere.example/x)\nand [it](../game/none.c).'

passes format
catches format 'game/bad.c:1' game/bad.c <<<'int  f( int n );'
passes gcc
catches gcc 'conversion' game/bad.c <<<'
char f(int n);
char f(int n)
{
    return n;
}'
catches gcc 'unknown type name' game/bad.h <<<'uint8_t f(void);'
passes clang
catches clang 'self-assign' game/bad.c <<<'
int f(int n);
int f(int n)
{
    n = n;
    return n;
}'
passes cppcheck
catches cppcheck 'arrayIndexOutOfBounds' game/bad.c <<<'
int f(void);
int f(void)
{
    int v[2] = {1, 2};
    return v[2];
}'
passes gcc tidy
catches tidy 'bugprone-branch-clone' game/bad.c <<<'
int f(int n);
int f(int n)
{
    if (n)
        return 1;
    else
        return 1;
}'

exit $failed
