#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Nodes among strangers with bad manners, and beside a member that floods them with its
# own key: play goes on, and neither memory nor signature checks nor descriptors grow
# beyond what docs/transport.md says.
. "$(dirname "$0")/cluster.bash"

hostile=$(dirname "$treaty")/tests/cluster/wire/hostile
relay=$(dirname "$treaty")/tests/cluster/wire/relay
[ -x "$hostile" ] && [ -x "$relay" ] || fail "there is no $hostile: make tests builds it"

descriptors=256
memory_kib_max=$((12 * 1024 + descriptors * 16))
# A sanitizer's own memory and time would be measured instead.
measurable=true
case $treaty in *san*) measurable=false ;; esac

listens() { # listens PORT
    (exec 3<>"/dev/tcp/127.0.0.1/$1")
}

trap 'kill -9 $(jobs -rp) 2>/dev/null; wait 2>/dev/null; clean_up' EXIT

# Fifty ports in a row at which nobody answers.
port=$((20000 + $$ * 50 % 10000))
taken() {
    local p
    for ((p = port; p < port + 50; p++)); do
        ! listens $p 2>/dev/null || return 0
    done
    return 1
}
while taken; do port=$((port + 50)); done

start() { # start DIR K OPTIONS...: pid[K]
    (
        ulimit -n $descriptors
        exec "$treaty" node "$1/node-$2/node.yaml" --quiet "${@:3}"
    ) >>"$1/$2.err" 2>&1 &
    pid[$2]=$!
}
crash() { # crash K...
    local k
    for k in "$@"; do
        kill -9 "${pid[$k]}"
        wait "${pid[$k]}" 2>/dev/null || true
    done
}
records() { # records DIR/node-K: what it has logged so far
    "$treaty" log "$1" --json 2>/dev/null || true
}
value() { # value FIELD: from its last line on standard input
    sed -n "s/.*\"$1\": \"*\([^, \"}]*\).*/\1/p" | tail -n 1
}
field() { # field DIR/node-K NAME: of its result
    value "$2" < <(tr -d '\n' <"$1/result.json")
}
# Twenty stages more are played.
advances() { # advances AFTER_WHAT
    local stage
    kill -0 "${pid[1]}" || fail "node 1 did not survive $1: $(cat "$work/run/1.err")"
    stage=$(records "$work/run/node-1" | grep '"note": "stage"' | value stage)
    noted "$work/run/node-1" "\"note\": \"stage\", \"stage\": $((stage + 20)),"
}

# --- in the place of a peer ------------------------------------------------------------
# Node 1 calls node 2, finds somebody who resets its first connections in the middle of
# the handshake, then somebody who greets it and takes nothing. When node 2 is there, it
# says that it hears nothing, and the link is made again, though nobody ended it.
"$treaty" deal "$games/prisoners-dilemma.nfg" "$work/place" --base-port $port \
    --budget 4 --stages 20 --deadline 60 >/dev/null
timeout "$limit_s" "$hostile" slam $((port + 2)) 3 &
slam=$!
start "$work/place" 1
wait $slam || fail "node 1 did not call again after a reset in the handshake"
"$hostile" hold $((port + 2)) 100 >"$work/held" &
hold=$!
wait_for "node 1 to call again" test -s "$work/held"
start "$work/place" 2
wait_for "node 1 to hear of a peer in whose place another was" \
    test -s "$work/place/node-1/result.json"
wait "${pid[1]}" || fail "node 1 of two: $(cat "$work/place/1.err")"
wait "${pid[2]}" || fail "node 2 of two: $(cat "$work/place/2.err")"
kill -0 $hold || fail "the held link was ended by its holder: this shows nothing"
kill $hold
[ "$(field "$work/place/node-1" stages_played)" = 20 ] || fail "the two did not play"
[ "$(field "$work/place/node-1" links_remade)" -ge 1 ] || fail "no link was made again"

# --- strangers ---------------------------------------------------------------------------
# A session of the same roster and terms goes before, for its words to be repeated.
"$treaty" deal "$games/public-goods-3.nfg" "$work/run" --base-port $port --budget 4 \
    --stages 1000000 --deadline 60 >/dev/null
for k in 1 2 3; do
    sed -i "s|^listen: .*|listen: \"tcp://127.0.0.1:$((port + 10 + k))\"|" \
        "$work/run/node-$k/node.yaml"
done
# Ten milliseconds lie between the nodes; no stranger comes that way.
"$relay" 1 10 0 $((port + 1))-$((port + 11)) $((port + 2))-$((port + 12)) \
    $((port + 3))-$((port + 13)) &
for k in 1 2 3; do start "$work/run" $k; done
noted "$work/run/node-1" '"note": "stage", "stage": 5,'
crash 1 2 3
records "$work/run/node-1" | sed -n 's/.*"envelope": "\([0-9a-f]*\)".*/\1/p' >"$work/old"
[ "$(wc -l <"$work/old")" -gt 30 ] || fail "the session before left no words"
for k in 1 2 3; do rm "$work/run/node-$k/node.log"; done

victim=$((port + 11))
for k in 1 2 3; do start "$work/run" $k --again; done
wait_for "node 1 to listen" listens $victim
"$hostile" repeat $victim 20 "$work/old" # while they say hello
noted "$work/run/node-1" '"note": "stage", "stage": 5,'
records "$work/run/node-1" >"$work/now"
session=$(grep '"note": "session"' "$work/now" | value session)
sed -n 's/.*"envelope": "\([0-9a-f]*\)".*/\1/p' "$work/now" >"$work/words"
[ -n "$session" ] && [ -s "$work/words" ] || fail "node 1 has no session"
# An old hello may come first, and gives way to the new one.
! sed '1,/"note": "session"/d' "$work/now" | grep -qFf "$work/old" ||
    fail "an old session's words were taken for new"
advances "the words of an earlier session"

"$hostile" slow $victim 40 200 >/dev/null &
"$hostile" trickle $victim "$work/words" 0 &
"$hostile" resets $victim 400
"$hostile" noise $victim 200 7
"$hostile" oversize $victim 20 1099511627776
"$hostile" oversize $victim 20 18446744073709551615
"$hostile" repeat $victim $((100000 / $(wc -l <"$work/words") + 1)) "$work/words"
advances "duplicates, resets, random bytes and endless sizes"

# As many frames as go, of eight strangers: garbage, heartbeats in a member's name, and
# hellos of another session in its name.
"$hostile" flood $victim 0 1 8 garbage:300 >"$work/garbage"
"$hostile" flood $victim 0 1 2 heartbeat:1 >/dev/null
"$hostile" seal "$work/place/node-1/key" 2 "$session" 1 0 100 1 |
    sed "s/$session/${session//[0-9a-f]/e}/" >"$work/hellos"
"$hostile" flood $victim 20000 1 8 "$work/hellos" >/dev/null
advances "floods from strangers"

# Silent connections and frames that never end, more than there are descriptors; node 2
# dies and comes back while they are there.
"$hostile" idle $victim 40 60 >/dev/null &
"$hostile" endless $victim 60 500 60 >"$work/endless" &
"$hostile" squat $victim 300 60 >"$work/squat" &
wait_for "three hundred squatters" test -s "$work/squat"
crash 2
start "$work/run" 2
advances "more silent connections than there are descriptors"
[ "$(find "/proc/${pid[1]}/fd" | wc -l)" -le $descriptors ] || fail "too many descriptors"

# --- a member, with its own key ----------------------------------------------------------
# Requests and evidence that is none, rounds of the far future, and in others' names
# words with signatures that do not hold.
key=$work/run/node-3/key
{
    "$hostile" seal "$key" 3 "$session" 64 7 12 300
    "$hostile" seal "$key" 3 "$session" 66 7 700 100
    "$hostile" seal "$key" 3 "$session" 13 1000000000 1 300
    "$hostile" seal "$key" 2 "$session" 65 1000000 12 300
    "$hostile" seal "$key" 2 "$session" 66 7 700 100
    "$hostile" seal "$key" 1 "$session" 13 7 1 100
} >"$work/member"
"$hostile" flood $victim 10000 1 1 "$work/member" >/dev/null
advances "a flood from a member"
[ -z "$(records "$work/run/node-1" | grep -m 1 -E '"note": "(blamed|refused)"')" ] ||
    fail "a flood was taken for a fault"

if $measurable; then
    kib=$(awk '$1 == "VmHWM:" { print $2 }' "/proc/${pid[1]}/status")
    [ "$kib" -le $memory_kib_max ] || fail "node 1 needed $kib KiB: more than $memory_kib_max"
fi
kill -TERM "${pid[1]}"
wait "${pid[1]}" || fail "node 1: $(cat "$work/run/1.err")"
[ "$(field "$work/run/node-1" crowded)" -ge 1 ] || fail "nobody was sent away"
rounds=$(records "$work/run/node-1" | grep -c '"note": "round"')
checks=$(field "$work/run/node-1" verifications)
# Two others' words a round, and the member's that are in its session and its round.
[ "$checks" -le $((3 * rounds + 12000)) ] ||
    fail "$checks signatures were checked in $rounds rounds"
echo "nobody was kept from playing: $rounds rounds, $checks signature checks, ${kib:-?} KiB," \
    "$(tail -n 1 "$work/garbage") of garbage in a second"
