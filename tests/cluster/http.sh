#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A node is watched over HTTP: it says whom it misses, its numbers are what the formats
# say, its events have no gap and no repeat over any break, and nobody can do anything to
# it, whatever they send.
. "$(dirname "$0")/cluster.bash"

run 0 deal "$treaty" deal "$games/public-goods-3.nfg" "$work/run" --delta 0.9 \
    --strategy finite --stages 2000000 --budget 12 --deadline 600 --base-port "$((20000 + $$ % 6000))"

# start K [OPTION...]: its interface is on a port that was free, kept in port_K
start() {
    local k=$1
    shift
    : >"$work/words-$k"
    "$treaty" node "$work/run/node-$k/node.yaml" --http "${port[$k]:-0}" "$@" \
        2>"$work/words-$k" &
    disown
    wait_for "node $k to answer" grep -q 'watch it at http://' "$work/words-$k"
    port[k]=$(sed -n 's|.*watch it at http://127.0.0.1:\([0-9]*\)/.*|\1|p' "$work/words-$k")
}
port=()

# ask K NAME PATH [HEADER]: the head to NAME.head, the body to NAME.out, the code to $code
ask() {
    exec 5<>"/dev/tcp/127.0.0.1/${port[$1]}"
    printf 'GET %s HTTP/1.0\r\n%s\r\n' "$3" "${4:+$4$'\r\n'}" >&5
    timeout "$limit_s" cat <&5 >"$work/$2.answer" || fail "$3 has no end"
    exec 5<&-
    sed '/^\r$/q' "$work/$2.answer" >"$work/$2.head"
    sed '1,/^\r$/d' "$work/$2.answer" >"$work/$2.out"
    code=$(sed -n '1s/[^ ]* \([0-9]*\).*/\1/p' "$work/$2.head")
}
answers() { # answers K PATH CODE
    ask "$1" answers "$2"
    [ "$code" = "$3" ]
}
shows() { # shows K TEXT...: its status has each text
    ask "$1" shows /status
    local k=$1 text
    shift
    for text in "$@"; do
        grep -qF -- "$text" "$work/shows.out" || return 1
    done
}

# --- one peer is missing ---
start 1
start 2
answers 1 /livez 200 || fail "a node whose loop turns is not alive"
answers 1 /readyz 503 || fail "a node without its peers is ready"
has answers 'not ready' 'Player 3 (player 3) was never heard' 'start it with treaty node'
wait_for "node 2 to be heard" shows 1 '"node":2,"name":"Player 2"' '"state":"up"'
shows 1 '"health":"degraded"' '"state":"unheard"' '"session":null' ||
    fail "a node that misses a peer is not degraded"
start 3
wait_for "the play" answers 1 /readyz 200
[ "$(cat "$work/answers.out")" = ready ] || fail "a node that is ready gives reasons"
shows 1 '"health":"ok"' '"why":[]' '"agreement":{"profile":' || fail "no agreement is shown"
# There is something to tell, and nobody need play while that is looked at.
long_enough() {
    [ "$("$treaty" log "$work/run/node-1" --json | wc -l)" -gt 500 ]
}
wait_for "some stages" long_enough
third=$(node_pid "$work/run" 3)
kill -STOP "$third"

# --- events, over breaks ---
listen() { # listen K [ID]: in the background, to the file `heard`
    exec 6<>"/dev/tcp/127.0.0.1/${port[$1]}"
    printf 'GET /events?kinds=header,note,play,in,out,end HTTP/1.0\r\n%s\r\n' \
        "${2:+Last-Event-ID: $2$'\r\n'}" >&6
    cat <&6 >>"$work/heard" &
    listener=$!
    exec 6<&-
}
last_id() {
    sed -n 's/^id: //p' "$work/heard" | tail -1
}
# What was cut in the middle was never heard.
hang_up() {
    kill $listener 2>/dev/null || true
    wait $listener 2>/dev/null || true
    awk 'BEGIN { RS = ""; ORS = "\n\n" } { event[++n] = $0 }
         END { for (i = 1; i < n; i++) print event[i] }' "$work/heard" >"$work/whole"
    mv "$work/whole" "$work/heard"
}
more_than() { # more_than N: records were heard
    [ "$(grep -c '^id: ' "$work/heard")" -gt "$1" ]
}
: >"$work/heard"
listen 1
wait_for "the first events" more_than 100
hang_up
listen 1 "$(last_id)"
wait_for "more events" more_than 300
hang_up
# The same stream over the death of the node itself.
listen 1 "$(last_id)"
wait_for "even more" more_than 400
kill -9 "$(node_pid "$work/run" 1)"
wait $listener || true
hang_up

# --- peers are gone: the others name them, and they come back ---
named() {
    shows 2 '"health":"degraded"' '"node":1,"name":"Player 1"' '"state":"missing"' &&
        answers 2 /readyz 503 &&
        grep -q 'Player 1 (player 1) is missing for .* start it again' "$work/answers.out"
}
wait_for "node 2 to miss node 1" named
overdue() {
    shows 2 '"waiting":{"message":' '"missing":[' '"until_ms":' '"todo":["Player '
}
wait_for "its message to be overdue" overdue
"$treaty" status "localhost:${port[2]}" >"$work/told.out" || fail "status does not ask"
has told 'node 2 ' 'degraded' 'Player 1 (player 1) is'
run 1 unready "$treaty" status "localhost:${port[2]}" --ready
start 1
kill -CONT "$third"
wait_for "all to be well again" answers 2 /readyz 200
kill -STOP "$third"
listen 1 "$(last_id)"

# --- numbers ---
for kind in openmetrics prometheus; do
    ask 2 $kind /metrics "Accept: $(
        [ $kind = openmetrics ] && echo 'application/openmetrics-text; version=1.0.0' ||
            echo text/plain
    )"
    awk -v openmetrics=$([ $kind = openmetrics ]; echo $((!$?))) -v show=1 \
        -f "$here/metrics.awk" "$work/$kind.out" >"$work/$kind.samples" ||
        fail "$kind: $(cat "$work/$kind.samples")"
done
if command -v promtool >/dev/null; then
    promtool check metrics <"$work/prometheus.out" || fail "promtool has found something"
fi
grep -q 'openmetrics-text; version=1.0.0' "$work/openmetrics.head" || fail "another type"
for sample in 'treaty_build_info{version=' 'treaty_peer_up{node="1",name="Player 1"} 1' \
    'treaty_peer_waits_total{node="1",name="Player 1"} ' 'treaty_ready{} 1' \
    'treaty_action_promised_ratio{node="1",name="Player 1",action=' \
    'treaty_actions_total{node="3",name="Player 3",action='; do
    grep -qF -- "$sample" "$work/openmetrics.samples" || fail "there is no $sample"
done
awk '/^treaty_action_(promised|observed)_ratio/ { sum[$1 " " gensub_free($0)] += $NF }
     function gensub_free(text) { sub(/.*node="/, "", text); sub(/".*/, "", text); return text }
     END { for (k in sum) n += sum[k]; exit !(n > 0 && n == int(n + 0.5)) }' \
    <(sed 's/_ratio{/_ratio {/' "$work/openmetrics.samples") || fail "shares are no shares"

# --- nothing can be done, whatever comes ---
# The node hangs up on some of this in the middle.
trap '' PIPE
send() { # send BYTES: what comes back, if anything
    exec 7<>"/dev/tcp/127.0.0.1/${port[2]}" || return 0
    printf "$1" >&7 2>/dev/null || true
    timeout "$limit_s" head -1 <&7 || true
    exec 7<&-
}
for method in POST PUT DELETE PATCH OPTIONS TRACE CONNECT BREW; do
    send "$method /status HTTP/1.0\r\n\r\n" | grep -q ' 405 ' || fail "$method is answered"
done
send 'POST /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nx' |
    grep -q ' 405 ' || fail "a body is waited for"
send 'GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n' |
    grep -q ' 413 ' || fail "a body is taken"
send 'GET /status HTTP/1.1\r\nHost: evil.example\r\n\r\n' | grep -q ' 403 ' ||
    fail "another name is answered"
answers 2 '/../etc/passwd' 404 || fail "a path that does not exist is $code"
answers 2 '/events?kinds=bananas' 400 || fail "kinds that do not exist are $code"
send "GET /$(printf 'a%.0s' {1..30000}) HTTP/1.0\r\n\r\n" >/dev/null
send "GET / HTTP/1.0\r\n$(printf 'X-%s: y\\r\\n' {1..4000})\r\n" >/dev/null
send 'GET /events HTTP/1.0\r\nLast-Event-ID: 999999999999999999999-zz\r\n\r\n' |
    grep -q ' 200 ' || fail "an id of nobody's is refused"
awk -v seed=7 'BEGIN { srand(seed); for (i = 0; i < 60; i++) { n = 1 + rand() * 400
    line = i % 3 ? "GET /status?" : ""
    for (k = 0; k < n; k++) line = line sprintf("\\x%02x", int(rand() * 256))
    print line } }' >"$work/hostile"
while IFS= read -r bytes; do
    exec 7<>"/dev/tcp/127.0.0.1/${port[2]}" && printf "$bytes" >&7 2>/dev/null || true
    exec 7<&-
done <"$work/hostile"

# More streams than there are.
open_stream() { # a stream that stays open; false where it is too early
    local line
    exec {fd}<>"/dev/tcp/127.0.0.1/${port[2]}"
    printf 'GET /events?kinds=header HTTP/1.0\r\n\r\n' >&"$fd"
    read -r -t "$limit_s" line <&"$fd" && [[ $line == *' 200 '* ]] && streams+=("$fd")
}
one_too_many() {
    send 'GET /events?kinds=header HTTP/1.0\r\n\r\n' | grep -q ' 503 '
}
streams=()
for i in {1..16}; do
    wait_for "stream $i" open_stream
done
wait_for "a stream to be refused" one_too_many
for fd in "${streams[@]}"; do
    exec {fd}<&-
done
wait_for "the node to have room again" shows 2 '"watchers":0'
kill -0 "$(node_pid "$work/run" 2)" || fail "node 2 died of it"

# --- the end of a log that goes on is taken off again; the events were the log ---
gone() {
    [ -z "$(node_pid "$work/run" 1)" ]
}
kill -TERM "$(node_pid "$work/run" 1)"
wait_for "node 1 to end" gone
hang_up
before=$(grep -c '^id: ' "$work/heard")
start 1
listen 1 "$(last_id)"
kill -CONT "$third"
wait_for "events after the end" more_than $((before + 200))
kill -9 "$third" "$(node_pid "$work/run" 2)"
hang_up
! grep -q '^event: reset' "$work/heard" || fail "the history came twice"
sed -n 's/^data: {"record"/{"record"/p' "$work/heard" >"$work/told"
heard=$(wc -l <"$work/told")
"$treaty" log "$work/run/node-1" --json |
    awk -v n="$(wc -l <"$work/told")" 'NR <= n' >"$work/records"
cmp "$work/told" "$work/records" || fail "the events are not the log"

# --- who stays can be asked when all is over ---
run 0 over "$treaty" deal "$games/prisoners-dilemma.nfg" "$work/short" --stages 5 \
    --base-port "$((20000 + $$ % 6000 + 20))"
"$treaty" node "$work/short/node-1/node.yaml" --http 0 --stay 2>"$work/words-4" &
"$treaty" node "$work/short/node-2/node.yaml" --quiet
wait_for "the end" grep -q 'stays at http://' "$work/words-4"
port[4]=$(sed -n 's|.*stays at http://127.0.0.1:\([0-9]*\) .*|\1|p' "$work/words-4")
answers 4 /readyz 200 || fail "a session that was played to its end is not ready"
shows 4 '"state":"over"' '"outcome":"played"' '"health":"ok"' || fail "its end is not shown"
: >"$work/heard"
listen 4
wait_for "the signed end" grep -q '"kind": "end", "records": ' "$work/heard"
kill -TERM "$(node_pid "$work/short" 1)"
wait_for "it to end" none_running "$work/short"

echo "missed and named; $heard events over four breaks, none lost, none" \
    "twice; numbers in both formats; nothing can be done to it"
