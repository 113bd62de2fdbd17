#!/bin/bash
# SPDX-License-Identifier: MIT
# docs/correlated.md prints what it says it prints: every line that begins with "$ treaty"
# is run, and what follows it up to the end of its block is compared. With WRITE=1 the
# document is written anew instead.
set -u
treaty=${1:-$TREATY}
cd "$(dirname "$0")/../.." || exit 1
doc=docs/correlated.md
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

# A gain that is nothing but rounding differs between compilers.
rounded() { sed -E 's/more than [0-9.e-]+ by/more than E by/'; }

n=0 command=
: >"$work/new" && : >"$work/expected"
while IFS= read -r line; do
    if [[ $line == '$ treaty '* ]]; then
        command=${line#'$ treaty '}
        eval "set -- $command"
        timeout 100 "$treaty" "$@" >"$work/out" 2>&1
        status=$?
        if [ $status -gt 1 ]; then
            echo "treaty $command: exit code $status" >&2
            exit 1
        fi
        { echo "$line" && cat "$work/out"; } >>"$work/new"
        : >"$work/expected"
        n=$((n + 1))
        continue
    fi
    if [ -z "$command" ]; then
        echo "$line" >>"$work/new"
    elif [[ $line == '```' ]]; then
        echo "$line" >>"$work/new"
        if [ -z "${WRITE:-}" ] &&
            ! diff <(rounded <"$work/expected") <(rounded <"$work/out") >"$work/diff"; then
            echo "$doc: treaty $command prints something else:" >&2
            cat "$work/diff" >&2
            exit 1
        fi
        command=
    else
        echo "$line" >>"$work/expected"
    fi
done <"$doc"
if [ $n -lt 8 ]; then
    echo "$doc: only $n commands were found" >&2
    exit 1
fi
[ -z "${WRITE:-}" ] || cp "$work/new" "$doc"
