#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Sessions that are over and nodes that have lost their memory: nothing begins again by
# itself, what a person begins has its limits, and nobody says anything that contradicts
# what it has forgotten. Names that begin with t_ are rows of the threat table.
. "$(dirname "$0")/cluster.bash"

fate=$(dirname "$treaty")/tests/cluster/fate.so
[ -e "$fate" ] || fail "there is no $fate: make tests builds it"
export ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
port=$((22000 + $$ % 90 * 10))
deal() { # deal DIR PORT: silence ends a session after 0.2 s, and hellos after 2 s
    run 0 "deal-$2" "$treaty" deal "$games/prisoners-dilemma.nfg" "$1" \
        --base-port $((port + $2)) --budget 4 --stages 100000
    sed -i 's/^soft_ms: .*/soft_ms: 20/; s/^hard_ms: .*/hard_ms: 200/' "$1/terms.yaml"
}
node() { # node STATUS NAME DIR [OPTIONS]: in the foreground
    local status=$1 name=$2 dir=$3
    shift 3
    run "$status" "$name" "$treaty" node "$dir/node.yaml" "$@"
}
start() { # start DIR: in the background, its number in $!
    "$treaty" node "$1/node.yaml" 2>"$1/stderr" &
}
restart_after() { # restart_after DIR COOLDOWN_MS BUDGET
    sed -i "s/cooldown_ms: .*/cooldown_ms: $2/; s/budget: .*/budget: $3/" \
        "$1/node.yaml"
}
session_of() {
    sed -n 's/ *"session": "\([0-9a-f]*\)",*/\1/p' "$1/result.json"
}

# Killed at each call in turn: the old session is there as it was, or kept whole under its
# number once the node was started again. It cannot listen, so it ends at once.
die_while_it_is_put_away() {
    local copy=$work/a/copy k status file n_kept=0
    restart_after "$a" 0 9
    for ((k = 1; k <= 24; k++)); do
        rm -rf "$copy"
        cp -r "$a" "$copy"
        sed -i 's/^listen: .*/listen: tcp:\/\/192.0.2.1:9/' "$copy/node.yaml"
        status=0
        FATE=kill FATE_AT=$k LD_PRELOAD=$fate "$treaty" node "$copy/node.yaml" --again \
            >"$work/die.out" 2>&1 || status=$?
        case $status in 137 | 1) ;; *) fail "killed at call $k, it ended with $status" ;; esac
        node 1 mended "$copy"
        if [ -e "$copy/node-3.log" ]; then
            n_kept=$((n_kept + 1))
            for file in node.log:node-3.log session.seed:session-3.seed \
                result.json:result-3.json; do
                cmp "$a/${file%:*}" "$copy/${file#*:}" || fail "killed at call $k"
            done
            ! cmp -s "$a/session.seed" "$copy/session.seed" || fail "an old seed at $k"
        else
            cmp "$a/session.seed" "$copy/session.seed" || fail "killed at call $k"
            cmp "$a/node.log" "$copy/node.log" || fail "killed at call $k"
        fi
        [ ! -e "$copy/renewing" ] || fail "the marker is left"
    done
    [ $n_kept -gt 3 ] && [ $n_kept -lt 24 ] || fail "killed too early or too late: $n_kept"
}

# t_no_auto_restart: node 2 dies in the midst of play, and node 1 is left.
begin_again() {
    deal "$work/a" 0
    a=$work/a/node-1
    start "$a" && one=$!
    start "$work/a/node-2" && two=$!
    noted "$a" '"note": "stage", "stage": 5,'
    kill -9 $two
    wait $one || fail "an omission is an outcome, not a failure"
    grep -q '"outcome": "omission"' "$a/result.json" || fail "there was no omission"
    session=$(session_of "$a")

    # Started once more it says the same again, and begins nothing.
    node 0 over "$a"
    says over 'this session is over (omission, '
    [ "$(session_of "$a")" = "$session" ] || fail "another session has begun by itself"
    [ ! -e "$a/node-1.log" ] || fail "the log was put away by itself"

    # t_restart_budget: what a person asks for waits, and ends.
    node 1 early "$a" --again
    says early 'wait 60 s more'
    restart_after "$a" 0 1
    node 0 again "$a" --again # nobody else is there: an omission of the hellos
    for file in node-1.log session-1.seed result-1.json node.log session.seed; do
        [ -e "$a/$file" ] || fail "there is no $file"
    done
    ! cmp -s "$a/session-1.seed" "$a/session.seed" || fail "the seed is the old one"
    run 0 first "$treaty" log "$a/node-1.log"
    has first 'Player 1 will not go on, and signs that Player 2 fell'
    node 1 spent "$a" --again
    says spent '2 sessions with this roster and these terms ended early'
    says spent '1: Player 2; 2: Player 2'
    [ ! -e "$a/node-2.log" ] || fail "a session that was refused was put away"
    restart_after "$a" 0 2
    node 0 third "$a" --again
    [ -e "$a/node-2.log" ] || fail "the second session is not kept"
    die_while_it_is_put_away

    # A session that is not over is not given up.
    restart_after "$work/a/node-2" 0 9
    node 2 alive "$work/a/node-2" --again
    says alive 'this session is not over'

    # t_amnesia: a node without its log or its seed does not go on, and says so.
    b=$work/a/node-2
    mv "$b/session.seed" "$work/seed"
    node 1 seedless "$b"
    says seedless 'session.seed: is lost'
    mv "$work/seed" "$b/session.seed"
    mv "$b/node.log" "$work/log"
    node 1 logless "$b"
    says logless 'node.log: is lost'
    # Given up by a person, it is a new session, and the old seed is not used again.
    node 0 given_up "$b" --again
    ! cmp -s "$b/session-1.seed" "$b/session.seed" || fail "the seed is the old one"
}

# With an empty disk it is a stranger to its own session: it signs nothing in it.
empty_disk() {
    deal "$work/c" 2
    c=$work/c/node-1
    start "$c" && one=$!
    start "$work/c/node-2" && two=$!
    noted "$c" '"note": "stage", "stage": 5,'
    kill -9 $one
    wait $one || true
    rm "$c/node.log" "$c/session.seed"
    node 0 empty "$c"
    wait $two || fail "an omission is an outcome, not a failure"
    grep -q '"outcome": "omission"' "$c/result.json" || fail "it went on with an empty disk"
    "$treaty" log "$c" --json >"$work/words"
    [ "$(grep -c '"kind": "out"' "$work/words")" -le 2 ] || fail "it said more than hello and fail"
    ! grep -q '"note": "session"' "$work/words" || fail "it came into a session"
    "$treaty" log "$work/c/node-2" --json >"$work/words"
    ! grep -qE '"note": "(blamed|double)"' "$work/words" || fail "it contradicted itself"
}

# t_double_instance: two processes with one key.
double() {
    deal "$work/d" 4
    d=$work/d/node-1
    start "$d" && one=$!
    wait_for "node 1 to begin" test -s "$d/node.log"
    node 1 twice "$d"
    says twice 'another node runs with this data directory'
    cp -r "$d" "$work/d/copy"
    node 1 copied "$work/d/copy"
    says copied 'another node on this machine runs with a copy of this key'
    sed -i 's/^data: .*/data: elsewhere/' "$d/node.yaml"
    node 1 moved "$d"
    says moved 'another node runs with this key'
    wait $one || fail "an omission is an outcome, not a failure"
}

# Most of the time goes by in waiting for those who do not come.
parts=()
for part in begin_again empty_disk double; do
    $part &
    parts+=($!)
done
for part in "${parts[@]}"; do
    wait "$part"
done
echo "nothing began by itself, and nobody contradicted what it had forgotten"
