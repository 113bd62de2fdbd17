#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Everything that must hold, a line per program: units and traces, simulated worlds,
# saved inputs of the fuzz targets and clusters of real processes, each as it is shipped
# and under AddressSanitizer and UndefinedBehaviorSanitizer; then make lint. What a
# program prints goes to build/test/, and to the terminal where it fails.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

read -ra make <<<"${MAKE:-make}"
worlds=${TREATY_WORLDS:-5000}
worlds_sanitized=${TREATY_WORLDS_SANITIZED:-$((worlds / 4))}
jobs_max=$(nproc)
skipped_status=77 # of a program that says what it lacks
logs=build/test
export UBSAN_OPTIONS=print_stacktrace=1
export ASAN_OPTIONS=detect_stack_use_after_return=1:strict_string_checks=1

# tell STATUS STARTED NAME: the line of a program.
tell() {
    local ms=$(((${EPOCHREALTIME/[.,]/} - ${2/[.,]/}) / 1000)) word=ok
    [ "$1" -eq 0 ] || word=FAILED
    [ "$1" -ne $skipped_status ] || word=skipped
    printf '  %-7s %5d.%d s  %s\n' $word $((ms / 1000)) $((ms % 1000 / 100)) "$3"
}

# one NAME COMMAND...: runs a program and remembers how it ended.
one() {
    local name=$1 log="$logs/${1//[\/ ]/-}" started=$EPOCHREALTIME status
    shift
    "$@" </dev/null >"$log.log" 2>&1
    status=$?
    tell $status "$started" "$name"
    printf '%d %s\n' $status "$name" >"$log.status"
}

# Starts a program once a core is free.
start() {
    while [ "$(jobs -rp | wc -l)" -ge "$jobs_max" ]; do
        wait -n
    done
    one "$@" &
}

build() {
    local name=$1 started=$EPOCHREALTIME
    shift
    "${make[@]}" -k QUIET=1 "$@" tests >"$logs/build.log" 2>&1
    local status=$?
    tell $status "$started" "$name"
    if [ $status -ne 0 ]; then
        cat "$logs/build.log"
        printf '0 passed, 1 failed\n'
        exit 1
    fi
}

rm -rf "$logs"
mkdir -p "$logs"
build "build"
build "build (sanitized)" SAN=1

for source in tests/unit/*.c tests/trace/*.c; do
    [ -e "$source" ] || continue
    name=${source#tests/}
    name=${name%.c}
    start "$name" "build/tests/$name"
    start "$name (sanitized)" "build-san/tests/$name"
done
if [ -e tests/sim/worlds.c ]; then
    start "sim/worlds, $worlds of them" \
        env TREATY_WORLDS="$worlds" build/tests/sim/worlds-sealed
    start "sim/worlds, $worlds_sanitized of them (sanitized)" \
        env TREATY_WORLDS="$worlds_sanitized" build-san/tests/sim/worlds-sealed
    start "sim/many players" build/tests/sim/many-sealed 33 64
    start "sim/many players (sanitized)" build-san/tests/sim/many-sealed 33
    start "sim/crashes" build/tests/sim/crashes-sealed
    start "sim/crashes (sanitized)" \
        env TREATY_CRASH_STRIDE=180 build-san/tests/sim/crashes-sealed
    start "sim/worlds, the same with Ed25519" tests/sim/same-stories.sh build
fi
for source in tests/fuzz/*.c; do
    name=$(basename "$source" .c)
    [ -d "tests/fuzz/corpus/$name" ] || continue
    start "fuzz/$name, saved inputs (sanitized)" \
        "build-san/tests/fuzz/$name" "tests/fuzz/corpus/$name"
done
wait
# Clusters mostly wait, for deadlines and for one another, so lint is at work meanwhile.
nice -n 10 scripts/lint.sh >"$logs/lint.log" 2>&1 &
lint=$!
# Documents that show what commands print are run, too: some of them start nodes.
one "docs" tests/docs/run.sh build/treaty README.md docs/tutorial-*.md docs/verifying.md \
    docs/correlated.md
# A cluster has as many processes as players: one cluster at a time.
for script in tests/cluster/*.sh; do
    [ -x "$script" ] || continue
    name=cluster/$(basename "$script" .sh)
    one "$name" env TREATY="$PWD/build/treaty" "$script" "$PWD/build/treaty"
    # Once is enough where most of the time goes by waiting, or in a browser, or where the
    # sanitizers see the same in units and in simulated sessions. (Times are measured in one
    # build only, whose programs alone are made.)
    [[ $name != cluster/@(bench|misbehave|network|page|reproduce|solve) ]] || continue
    one "$name (sanitized)" \
        env TREATY="$PWD/build-san/treaty" "$script" "$PWD/build-san/treaty"
done

wait $lint
cat "$logs/lint.log"

# The count, and what failed, once more and in full.
passed=$(grep -c '^  ok ' "$logs/lint.log")
failed=$(grep -c '^  FAILED ' "$logs/lint.log")
mapfile -t broken < <(sed -n 's/^  FAILED *[0-9.]* s  /lint: /p' "$logs/lint.log")
skipped=()
for file in "$logs"/*.status; do
    [ -e "$file" ] || continue
    read -r status name <"$file"
    if [ "$status" -eq 0 ]; then
        passed=$((passed + 1))
        continue
    fi
    if [ "$status" -eq $skipped_status ]; then
        skipped+=("$name: $(tail -n 1 "${file%.status}.log")")
        continue
    fi
    failed=$((failed + 1))
    broken+=("$name: ${file%.status}.log")
    printf '\n%s ended with %d:\n' "$name" "$status"
    tail -n 60 "${file%.status}.log" | sed 's/^/    /'
done
[ ${#skipped[@]} -eq 0 ] || printf '\n%s\n' "${skipped[@]}"
if [ "$failed" -gt 0 ]; then
    printf '\nFailed:\n'
    printf '  %s\n' "${broken[@]}"
else
    printf '\nFor more: make sim WORLDS=100000, make fuzz FUZZ_SECONDS=3600, make bench\n'
fi
printf '%d passed, %d failed%s\n' "$passed" "$failed" \
    "$([ ${#skipped[@]} -eq 0 ] || echo ", ${#skipped[@]} skipped")"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
