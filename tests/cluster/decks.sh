#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Real clusters agree on what nothing else can keep up, and each node is told its own part
# of it by decks that no node can read.
. "$(dirname "$0")/cluster.bash"

# docs/correlated.md says why at this discount neither mixed play nor a public lottery is
# kept in this game.
capture=("$games/capture-3.nfg" --delta 0.3 --threat '2/3,1/3;2/3,1/3;2/3,1/3' --seed 3 --json
    --quiet)
run 0 public "$treaty" cluster "${capture[@]}" --concept public --budget 20 --stages 3 \
    --out "$work/public"
has public '"agreed": false'
run 0 private "$treaty" cluster "${capture[@]}" --concept private --resolution 16 \
    --stages 6 --out "$work/private"
has private '"concept": "private"' '"agreed": true' '"distribution": [' '"signatures": 3' \
    '"stages": 6' '"deviations": []' '"outcome": "played"' '"failed": false'
has_not private logs_disagree
run 0 verify "$treaty" verify "$work/private"
has verify '6 stages; 6 decks opened again'
run 0 records "$treaty" log "$work/private" --json
has records '"message": "deal"' '"kind": "work"' '"note": "worked"'
run 0 replay "$treaty" replay "$work/private/node-2"

# Nothing of what a node is told stands in its log before the message in which it shows
# it, and no secret of decks at all: whoever finds the log of the others reads no more.
if grep -qaF "$(head -c 32 "$work/private/node-1/session.seed")" \
    "$work"/private/node-?/node.log; then
    fail "the seed of a session stands in a log"
fi

# Who does something else is seen at that stage; the decks stand still while it is
# punished, and go on.
run 0 deviation "$treaty" cluster "$games/battle-of-the-sexes.nfg" --concept private \
    --resolution 16 --strategy finite:2 --delta 0.9 --stages 8 --defect 2@3 --seed 5 \
    --budget 40 --out "$work/deviation" --json --quiet
has deviation '"stage": 3, "node": 2, "kind": "action"' '"from": 4, "to": 5' \
    '"stages": 8' '"outcome": "played"'
run 0 proven "$treaty" verify "$work/deviation"
has proven 'stage 3: '
evidence=("$work"/deviation/node-1/evidence-*-player2-action.ev)
run 0 evidence "$treaty" verify "${evidence[0]}" \
    --roster "$work/deviation/roster.yaml"
has evidence 'in stage 3 where'

