#!/usr/bin/env bash
# How fast honest nodes play while somebody sends 10,000 useless messages a second to one
# of them:
#     bench/flood.sh BUILD [RATE]
# Four nodes play over loopback, as fast as they can; quiet seconds and floods take turns.
# Garbage is bytes that are no message, from a stranger. Forged is a message in the
# session, with a signature that does not hold; signed is one that holds and says nothing
# new. Only a member knows the session, so these come from one, with its key.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
rate=${2:-10000}
treaty=$(realpath "$build/treaty")
hostile=$(realpath "$build/tests/cluster/wire/hostile")
directory=$(mktemp -d)
launcher=
trap '[ -z "$launcher" ] || kill -TERM $launcher; wait; rm -rf "$directory"' EXIT
turns=4
seconds=2

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
            "$hostile" flood "$port" "$rate" $seconds 1 "$source" >/dev/null
        fi
        echo "$kind $from $(now_ms)" >>"$directory/spans"
    done
done
"$treaty" log "$run/node-1" --json | grep '"note": "stage"' |
    sed 's/.*"time_ms": \([0-9]*\).*/\1/' >"$directory/stages"
awk -v rate="$rate" '
    NR == FNR { kind[NR] = $1; from[NR] = $2; to[NR] = $3; n = NR; next }
    {
        while (at < n && $1 >= to[at + 1]) at++
        if (at < n && $1 >= from[at + 1]) stages[kind[at + 1]]++
    }
    END {
        for (i = 1; i <= n; i++) ms[kind[i]] += to[i] - from[i]
        split("none garbage forged signed", names, " ")
        quiet = 1000 * stages["none"] / ms["none"]
        print "Four nodes over loopback; one is sent " rate " useless messages a second\n"
        printf "%-8s %9s %7s\n", "flood", "stages/s", "ratio"
        for (i = 1; i <= 4; i++) {
            speed = 1000 * stages[names[i]] / ms[names[i]]
            printf "%-8s %9.0f %7.2f\n", names[i], speed, speed / quiet
        }
    }' "$directory/spans" "$directory/stages"
