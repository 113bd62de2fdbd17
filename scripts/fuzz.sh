#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Each fuzz target against hostile bytes for FUZZ_SECONDS, as many at a time as there are
# cores:   scripts/fuzz.sh BUILD TARGET...
# What they learn stays in BUILD/corpus; an input that breaks one is left in BUILD/crash-*
# and belongs, with the mend, into tests/fuzz/corpus.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

build=$1
shift
seconds=${FUZZ_SECONDS:-60}
fuzz() {
    local target=$1 saved=tests/fuzz/corpus/${1%-sealed} status
    mkdir -p "$build/corpus/$target" "$saved"
    "$build/tests/fuzz/$target" -max_total_time="$seconds" -print_final_stats=1 \
        -timeout=10 -artifact_prefix="$build/crash-$target-" \
        "$build/corpus/$target" "$saved" >"$build/$target.log" 2>&1
    status=$?
    rmdir "$saved" 2>/dev/null
    if [ $status -eq 0 ]; then
        printf '  ok      %s: %s runs in %d s\n' "$target" \
            "$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$target.log")" \
            "$seconds"
    else
        printf '  FAILED  %s: %s\n' "$target" "$build/$target.log"
        tail -n 30 "$build/$target.log" | sed 's/^/      /'
    fi
    return $status
}
export -f fuzz
export build seconds
printf '%s\n' "$@" | xargs -r -P "$(nproc)" -I{} bash -c 'fuzz {}'
