#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A node under a service manager: what it tells it, over a path and over a name outside of
# the file system, and the key that it is handed. They find one another by name.
. "$(dirname "$0")/cluster.bash"
manager=$here/service/manager.pl
port=$((23000 + $$ % 90 * 10))

run 0 deal "$treaty" deal "$games/prisoners-dilemma.nfg" "$work/d" --host localhost \
    --base-port $port --budget 4 --stages 40
told() { # told NODE TEXT: in a datagram of node NODE, so far
    grep -q "$2" "$work/told-$1"
}
start() { # start NODE SOCKET: its number in $!
    "$manager" "$2" "$treaty" node "$work/d/node-$1/node.yaml" \
        >"$work/told-$1" 2>"$work/err-$1" &
}

# Half of the time that a watchdog gives has always passed when it is 2 ms.
WATCHDOG_USEC=2000 start 1 "$work/socket"
first=$! launcher=$!
wait_for "a node that is ready" told 1 '^READY=1$'
wait_for "whom it waits for" told 1 '^STATUS=waiting for the hello message of .*(player 2)'
wait_for "a sign of life" told 1 '^WATCHDOG=1$'
start 2 "@treaty-test-$$"
second=$!
wait $first || fail "node 1: $(tail -n 3 "$work/err-1")"
wait $second || fail "node 2: $(tail -n 3 "$work/err-2")"
for node in 1 2; do
    told $node '^STATUS=everybody has signed' || fail "node $node does not tell of signing"
    told $node '^STATUS=over: played, 40 stages' || fail "node $node does not tell of the end"
    [ "$(tail -n 1 "$work/told-$node")" = STOPPING=1 ] || fail "node $node's last word"
    ! told $node 'own payoff\|own regret' || fail "node $node tells its own payoffs"
    ! told $node "process" || fail "node $node tells details instead of whom it misses"
done
# While it plays, messages come all the time.
sed -n '/^STATUS=everybody has signed/,/^STATUS=over/p' "$work/told-1" >"$work/told-play"
told play '^WATCHDOG=1$' || fail "node 1 gives no sign of life while it plays"
! told 2 WATCHDOG || fail "node 2 was asked for no sign of life"

# What stops a node from starting is told as well; a manager that is gone is no obstacle.
start 1 "$work/socket-2" # the session is over: it says so and ends
wait $! || fail "node 1, again: $(tail -n 3 "$work/err-1")"
told 1 '^STATUS=this session is over' || fail "node 1 does not tell that all is over"
run 0 gone env NOTIFY_SOCKET="$work/nobody" "$treaty" node "$work/d/node-1/node.yaml"
mv "$work/d/node-1/key" "$work/key"
"$manager" "$work/socket-3" "$treaty" node "$work/d/node-1/node.yaml" \
    >"$work/told-1" 2>/dev/null && fail "a node ran without its key"
told 1 '^STATUS=.*key: cannot be opened' || fail "why it does not start is not told"

# A key that was handed over: read without write access, for a group of one, by root's leave.
mkdir "$work/credentials"
mv "$work/key" "$work/credentials/key"
export CREDENTIALS_DIRECTORY=$work/credentials
run 0 handed "$treaty" node "$work/d/node-1/node.yaml"
if [ "$(id -u)" = 0 ]; then
    chmod 440 "$work/credentials/key"
    run 0 root-s "$treaty" node "$work/d/node-1/node.yaml"
fi
chmod 444 "$work/credentials/key"
run 2 open "$treaty" node "$work/d/node-1/node.yaml"
says open 'lets others at a secret'

echo "told: ready, whom it waits for, alive, stopping; handed over: a key"
