#!/usr/bin/env bash
# Looks at all the C of this checkout: a line per rule, and what each found. Fails if any
# found something. scripts/lint/ has the rules that no tool knows.
set -uo pipefail
cd "$(dirname "$0")/.."
. scripts/lint/rooms.sh

make=${MAKE:-make}
failed=()

rule() {
    local name=$1 started=$EPOCHREALTIME found status
    shift
    found=$("$@" 2>&1)
    status=$?
    local ms=$(((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}) / 1000))
    if [ $status -eq 0 ]; then
        printf '  ok      %4d.%d s  %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$name"
    else
        printf '  FAILED  %4d.%d s  %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$name"
        sed 's/^/      /' <<<"$found"
        failed+=("$name")
    fi
}

formatted() {
    local crooked
    crooked=$(c_files | xargs -r clang-format --dry-run --Werror 2>&1 |
        sed -n 's/^\([^:]*:[0-9]*\):.*error: .*/\1: not as clang-format has it/p')
    # One place per file is enough: `make format FILES=...` mends them all.
    [ -z "$crooked" ] || { sort -t: -u -k1,1 <<<"$crooked" && return 1; }
}

# Left out: what cppcheck cannot see across files (it takes every buffer that another file
# fills for unset; both compilers and the sanitizers watch over those).
cppcheck_all() {
    mkdir -p build/lint/cppcheck
    c_files | grep '\.c$' | xargs -r cppcheck --quiet -j2 --std=c11 --language=c \
        --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=uninitvar --suppress=ctuuninitvar --suppress=missingIncludeSystem \
        --library=posix --cppcheck-build-dir=build/lint/cppcheck -I.
}

rule "rooms include only what they may" scripts/lint/includes.sh
rule "no default: in the core" scripts/lint/defaults.sh
rule "functions of 60 lines, files of 900" scripts/lint/sizes.sh
rule "folders have names" scripts/lint/folders.sh
rule "clang-format" formatted
rule "gcc without warnings, every header alone" \
    $make -s -k QUIET=1 MODE=lint-gcc CC=gcc CFLAGS=-O2 lint-objects
rule "the core calls and keeps only what it may" scripts/lint/symbols.sh build/lint/gcc
rule "clang without warnings" $make -s -k QUIET=1 MODE=lint-clang CC=clang CFLAGS=-O1 lint-objects
rule "cppcheck" cppcheck_all
rule "clang-tidy" $make -s -k QUIET=1 MODE=lint-gcc CC=gcc CFLAGS=-O2 lint-tidy
[ ! -x tests/lint/selftest.sh ] || rule "every rule catches its bad example" \
    tests/lint/selftest.sh

[ ${#failed[@]} -eq 0 ] || { printf 'lint: %d rules failed\n' ${#failed[@]} && exit 1; }
