#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# How fast honest nodes play while somebody sends 10,000 useless messages a second to one
# of them:
#     bench/flood.sh BUILD [RATE]
# Four nodes play over loopback, as fast as they can; quiet seconds and floods take turns,
# and what stands there is the median of the turns: a busy machine changes by the second.
# Rows of bench/table.awk.
# Garbage is bytes that are no message, from a stranger. Forged is a message in the
# session, with a signature that does not hold; signed is one that holds and says nothing
# new. Only a member knows the session, so these come from one, with its key. The first of
# each ends its connection, so each comes over one of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
rate=${2:-10000}
treaty=$(realpath "$build/treaty")
hostile=$(realpath "$build/tests/cluster/wire/hostile")
directory=$(mktemp -d)
launcher=
trap '[ -z "$launcher" ] || kill -TERM $launcher; wait; rm -rf "$directory"' EXIT
turns=8
seconds=1

"$treaty" cluster games/channel-access-4.nfg --budget 4 --stages 10000000 --seed 1 --quiet \
    --out "$directory/run" >/dev/null 2>&1 &
launcher=$!
run=$directory/run
for ((i = 0; i < 600; i++)); do
    "$treaty" log "$run/node-1" --json >"$directory/log" 2>/dev/null || true
    grep -q '"note": "stage"' "$directory/log" && break
    sleep 0.1
done
port=$(sed -n 's/.*tcp:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$run/roster.yaml" | head -n 1)
session=$(sed -n 's/.*"note": "session", "session": "\([0-9a-f]*\)".*/\1/p' "$directory/log")
# Evidence of nothing: only its signature can tell.
"$hostile" seal "$run/node-4/key" 3 "$session" 66 7 200 100 >"$directory/forged"
"$hostile" seal "$run/node-4/key" 4 "$session" 66 7 200 100 >"$directory/signed"

now_ms() {
    echo $((${EPOCHREALTIME/[.,]/} / 1000))
}
for ((i = 0; i < turns; i++)); do
    for kind in none garbage forged signed; do
        source=$directory/$kind
        [ $kind = garbage ] && source=garbage:300
        from=$(now_ms)
        if [ $kind = none ]; then
            sleep $seconds
        else
            "$hostile" anew "$port" "$rate" $seconds "$source" >/dev/null
        fi
        echo "$kind $from $(now_ms)" >>"$directory/spans"
    done
done
# What one message costs, where nothing else is to be done: the others are stopped, and the
# processor time of the one is looked at, which a busy machine does not change much.
processor_ms() {
    awk -v hz="$(getconf CLK_TCK)" '{ print 1000 * ($14 + $15) / hz }' \
        "/proc/$(pgrep -f "node $run/node-1/node.yaml")/stat"
}
others=$(pgrep -f "node $run/node-[234]/node.yaml")
# shellcheck disable=SC2086
kill -STOP $others
for kind in garbage forged signed; do
    source=$directory/$kind
    [ $kind = garbage ] && source=garbage:300
    before=$(processor_ms)
    sent=$("$hostile" anew "$port" "$rate" 2 "$source" | awk '/frames/ { print $1 }')
    echo "$kind $before $(processor_ms) $sent" >>"$directory/costs"
done
# shellcheck disable=SC2086
kill -CONT $others
"$treaty" log "$run/node-1" --json | grep '"note": "stage"' |
    sed 's/.*"time_ms": \([0-9]*\).*/\1/' >"$directory/stages"
verify=$("$build/bench/crypto" 4 | awk '$1 == "verify" { print $2 }')
awk -v rate="$rate" -v verify="$verify" -f bench/flood.awk \
    "$directory/costs" "$directory/spans" "$directory/stages"
