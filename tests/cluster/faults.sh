#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Nodes that die, pause, find their port taken; a launcher that is killed: what is said,
# with which exit code, and that nothing is left running.
. "$(dirname "$0")/cluster.bash"

few=(--budget 6 --quiet)
long=(--stages 1000000)

# A node is killed in the middle: the others end by themselves and say who fell silent.
"$treaty" cluster "$games/channel-access-4.nfg" "${few[@]}" "${long[@]}" --deadline 3 \
    --out "$work/kill" --json >"$work/kill.out" 2>"$work/kill.err" &
launcher=$!
noted "$work/kill/node-1" '"note": "stage", "stage": 5,'
kill -9 "$(node_pid "$work/kill" 3)"
status=0
wait $launcher || status=$?
[ $status = 1 ] || fail "a node died and the launcher ended with $status"
has kill '"kind": "omission"' '"node": 3, "failed": true, "exit_code": null, "signal": 9' \
    '"node": 3, "kind": "omission", "gain": null' '"claims": 3' \
    '"node": 1, "failed": false' '"outcome": "omission"'
has_not kill logs_disagree
none_running "$work/kill" || fail "nodes are left running"

# A node pauses for less than the deadline: the others wait, and all is played.
"$treaty" cluster "$games/prisoners-dilemma.nfg" "${few[@]}" --stages 4000 \
    --deadline 60 --out "$work/pause" --json >"$work/pause.out" 2>"$work/pause.err" &
launcher=$!
noted "$work/pause/node-1" '"note": "stage", "stage": 5,'
paused=$(node_pid "$work/pause" 2)
kill -STOP "$paused"
noted "$work/pause/node-1" '"note": "waiting"'
kill -CONT "$paused"
wait $launcher || fail "a pause was taken for a death"
has pause '"stages": 4000' '"deviations": []' '"outcome": "played"'
run 0 healed "$treaty" log "$work/pause/node-1"
has healed 'waiting ' 'healed '

# The launcher is killed in the hardest way: no node outlives it.
"$treaty" cluster "$games/channel-access-4.nfg" "${few[@]}" "${long[@]}" \
    --out "$work/orphans" >/dev/null 2>&1 &
launcher=$!
noted "$work/orphans/node-1" '"note": "session"'
kill -9 $launcher
wait $launcher 2>/dev/null || true
launcher=
wait_for "the nodes to end" none_running "$work/orphans"

# SIGTERM stops all, and the report is still given.
"$treaty" cluster "$games/prisoners-dilemma.nfg" "${few[@]}" "${long[@]}" \
    --out "$work/term" --json >"$work/term.out" 2>"$work/term.err" &
launcher=$!
noted "$work/term/node-1" '"note": "stage", "stage": 5,'
kill -TERM $launcher
status=0
wait $launcher || status=$?
[ $status = 1 ] || fail "an interrupted launcher ended with $status"
has term '"agreed": true'
says term 'interrupted; the nodes were stopped'
none_running "$work/term" || fail "nodes are left running"

# A port is taken, by a node of another cluster.
"$treaty" cluster "$games/prisoners-dilemma.nfg" "${few[@]}" "${long[@]}" \
    --out "$work/first" >/dev/null 2>&1 &
launcher=$!
noted "$work/first/node-1" '"note": "stage", "stage": 1,'
taken=$(sed -n 's/.*tcp:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$work/first/roster.yaml" | head -1)
run 1 taken "$treaty" cluster "$games/prisoners-dilemma.nfg" "${few[@]}" \
    --base-port $((taken - 1)) --out "$work/second" --json
says taken "node 1 would listen on port $taken: Address already in use"
[ ! -e "$work/second" ] || fail "a taken port leaves a directory behind"
kill -TERM $launcher
wait $launcher || true

# What a node has heard is in its log while it waits, long before it asks for more.
launcher=
port=$((24000 + $$ % 90 * 10))
run 0 heard "$treaty" deal "$games/public-goods-3.nfg" --base-port $port --deadline 200 \
    "$work/heard"
sed -i 's/^soft_ms: .*/soft_ms: 100000/' "$work/heard/terms.yaml"
for k in 1 2; do
    "$treaty" node "$work/heard/node-$k/node.yaml" >/dev/null 2>&1 &
done
limit_s=20 noted "$work/heard/node-1" '"kind": "in"'
kill -TERM "$(node_pid "$work/heard" 1)" "$(node_pid "$work/heard" 2)"
wait

# No node can start: it is told why, the others do not wait, and nothing is left behind.
(
    ulimit -n 20
    run 1 unborn "$treaty" cluster "$games/prisoners-dilemma.nfg" "${few[@]}" \
        --out "$work/unborn" --json
)
has unborn '"failed": true, "exit_code": 1' 'raise the limit with ulimit -n'
none_running "$work/unborn" || fail "nodes are left running"
[ ! -e "$work/unborn" ] || fail "a cluster that never began leaves a directory behind"

echo "every fault was told, and nothing was left running"
