#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Looks at all the C of this checkout: a line per rule, and what each found. Fails if any
# found something. scripts/lint/ has the rules that no tool knows. With arguments, only
# these rules: scripts/lint.sh includes tidy
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
. scripts/lint/rooms.sh

read -ra make <<<"${MAKE:-make}"
wanted=("$@")
failed=()

# rule KEY 'what must hold' COMMAND...
rule() {
    local key=$1 name=$2 started=$EPOCHREALTIME found status
    shift 2
    [ ${#wanted[@]} -eq 0 ] || [[ " ${wanted[*]} " == *" $key "* ]] || return 0
    found=$("$@" 2>&1)
    status=$?
    local ms=$(((${EPOCHREALTIME/[.,]/} - ${started/[.,]/}) / 1000)) word=ok
    [ $status -eq 0 ] || word=FAILED
    printf '  %-6s %5d.%d s  %s\n' $word $((ms / 1000)) $((ms % 1000 / 100)) "$key: $name"
    if [ $status -ne 0 ]; then
        sed 's/^/      /' <<<"$found"
        failed+=("$key")
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
# fills for unset; both compilers and the sanitizers watch over those), calls that are
# only wrong among threads, of which there are none, the idiom CHECK(false && "why"), and
# leaks, which LeakSanitizer sees where they happen.
cppcheck_all() {
    mkdir -p build/lint/cppcheck
    c_files | grep '\.c$' | xargs -r cppcheck --quiet -j2 --std=c11 --language=c \
        --enable=warning,performance,portability --inline-suppr --error-exitcode=1 \
        --suppress=uninitvar --suppress=ctuuninitvar --suppress=legacyUninitvar \
        --suppress=readdirCalled --suppress=strtokCalled \
        --suppress=incorrectStringBooleanError --suppress=memleak \
        --suppress=missingIncludeSystem --library=posix \
        --cppcheck-build-dir=build/lint/cppcheck -I.
}

# with_gcc TARGET. Little is optimised: plain mode already asks for the warnings of -O2.
with_gcc() {
    "${make[@]}" -s -k QUIET=1 MODE=lint-gcc CC=gcc CFLAGS=-O1 "$1"
}
# In the directory of the build, whose objects tell what has changed.
as_built() {
    "${make[@]}" -s -k QUIET=1 "$1"
}
with_clang() {
    "${make[@]}" -s -k QUIET=1 MODE=lint-clang CC=clang CFLAGS=-O0 "$1"
}

# Rules change less often than what they look at.
selftest() {
    local passed=build/lint/selftest
    [ -n "$(find Makefile .clang-format .clang-tidy scripts tests/lint -newer $passed \
        2>&1)" ] || return 0
    tests/lint/selftest.sh && touch $passed
}

rule includes "a room knows only what is below it" scripts/lint/includes.sh
rule defaults "no default: in the core" scripts/lint/defaults.sh
rule sizes "functions of 60 lines, files of 900" scripts/lint/sizes.sh
rule folders "folders are named after what they hide" scripts/lint/folders.sh
rule licence "every source file names it" scripts/lint/licence.sh
rule links "documents link to what is there" scripts/lint/links.sh
rule format "clang-format" formatted
rule gcc "no warning, and every header compiles alone" with_gcc lint-objects
rule symbols "the core calls and keeps only what it may" \
    scripts/lint/symbols.sh build/lint/gcc
rule clang "no warning, and every header compiles alone" with_clang lint-objects
rule cppcheck "no finding" cppcheck_all
rule tidy "no finding" as_built lint-tidy
[ ! -d tests/lint ] || rule selftest "every rule fails on its bad example" selftest

if [ ${#failed[@]} -gt 0 ]; then
    printf 'lint: failed: %s\n' "${failed[*]}"
    exit 1
fi
