#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is left of a run is true, bit by bit; what somebody changed in it is found, named
# and ends with 3; evidence convinces who has nothing but the roster; and a node led
# through its log says the same again. Run as: verify.sh PATH/TO/treaty
. "$(dirname "$0")/cluster.bash"
cd "$work"

# flip FILE BYTE: turns over one byte of a file.
flip() {
    local value
    value=$(od -An -tu1 -j"$2" -N1 "$1")
    printf "\\x$(printf %x $((value ^ 255)))" |
        dd of="$1" bs=1 seek="$2" conv=notrunc 2>/dev/null
}

# tampered NAME WORDS: what was done to the copy is found, and said with these words.
tampered() {
    run 3 "$1" "$treaty" verify copy
    says "$1" "$2"
    run 3 "$1-json" "$treaty" verify copy --json
    has "$1-json" '"true": false' '"reason": '
}
fresh() { rm -rf copy && cp -r defected copy; }

run 0 defected "$treaty" cluster "$games/channel-access-4.nfg" --delta 0.9 \
    --strategy finite:3 --stages 12 --budget 10 --defect 3@4 --seed 1 --quiet --out defected
run 0 verified "$treaty" verify defected
has verified 'stage 4: Radio 3 played Greedy instead of Polite'
awk 'length > 80 { exit 1 }' verified.out || fail "a line is longer than 80"
run 0 verified-json "$treaty" verify defected --json
has verified-json '{"true": true' '"node": 4' '"results": 4' '"contract": true' \
    '"deviations": 1' '"restorations": 1' '"evidence": 3'
run 0 one-log "$treaty" verify defected/node-2/node.log

# Where reports select, what they select is worked out again, and told.
run 0 selected "$treaty" cluster "$games/prisoners-dilemma.nfg" --selection nash-bargaining \
    --stages 3 --budget 10 --opening none --seed 1 --json --quiet --out selected
has selected '"pruning": {"selection": "nash-bargaining", "rounds": 1}' '"agreed": true'
run 0 select-log "$treaty" log selected
has select-log 'selected  '
run 0 select-json "$treaty" log selected/node-1 --json
has select-json '"note": "selected", "selection": "nash-bargaining", "best": '
run 0 select-verify "$treaty" verify selected
run 0 select-replay "$treaty" replay selected/node-1/node.log

# Everybody but its author can prove it, to a stranger with a roster.
mkdir elsewhere
cp defected/node-1/evidence-*.ev elsewhere/proof.ev
cp defected/roster.yaml elsewhere/keys.yaml
run 2 whose "$treaty" verify elsewhere/proof.ev
run 0 proof "$treaty" verify elsewhere/proof.ev --roster elsewhere/keys.yaml --json
has proof '"true": true' '"player": 3' '"kind": "action"' '"stage": 4'
flip elsewhere/proof.ev 60
run 3 disproof "$treaty" verify elsewhere/proof.ev --roster elsewhere/keys.yaml

# A byte, in the middle and in the header; a tail; another's log; other files.
fresh
flip copy/node-2/node.log 9000
tampered byte 'does not continue the chain'
grep -q 'node-2/node.log: record [0-9]* at byte [0-9]*' byte.err || fail "not named"
fresh
flip copy/node-1/node.log 6
tampered header 'record 1 at byte 0'
fresh
truncate -s -300 copy/node-4/node.log
tampered torn 'the file ends in the middle of it'
fresh
cp copy/node-1/node.log copy/node-2/node.log
tampered copied 'the log of node 1 lies in the directory of node 2'
fresh
sed -i 's/"stages_played": 12/"stages_played": 11/' copy/node-1/result.json
tampered result 'says 11 where the log leads to 12'
fresh
sed -i 's/"grim"\|"finite"/"none"/' copy/agreement.json
tampered contract 'agreement.json'
fresh
flip copy/node-4/evidence-*.ev 60
tampered proof-beside 'evidence-'
printf 'nothing at all, really nothing at all, and no log' >no.log
cp defected/terms.yaml defected/roster.yaml .
run 2 no-log "$treaty" verify no.log

# The same program with the same secrets says the same; with others it does not.
for k in 1 2 3 4; do
    run 0 "replayed-$k" "$treaty" replay "defected/node-$k"
done
fresh
flip copy/node-1/session.seed 3
run 3 differs "$treaty" replay copy/node-1/node.log
grep -q 'record [0-9]* at byte [0-9]*: the player' differs.err || fail "not named"
run 2 private "$treaty" replay elsewhere/proof.ev

# A simulated run leaves the same, but no secrets.
run 0 simulated "$treaty" simulate "$games/public-goods-3.nfg" --loss 0.2 --seed 7 \
    --stages 5 --quiet --out simulated
run 0 simulated-verified "$treaty" verify simulated

echo "what is true was verified, and what was changed was found"
