#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Real clusters of 2, 4 and 8 processes agree, sign, play, catch defectors and punish.
. "$(dirname "$0")/cluster.bash"

few=(--budget 8 --quiet)

# Two players, nobody defects.
run 0 two "$treaty" cluster "$games/prisoners-dilemma.nfg" "${few[@]}" --stages 40 \
    --seed 1 --out "$work/two" --json
has two '"agreed": true' '"signatures": 2' '"stages": 40' '"deviations": []' \
    '"punishments": []' '"outcome": "played"' '"failed": false' \
    '"threat": {"profile": [[0, 1], [0, 1]], "payoffs": [0, 0], "epsilon": [0, 0]'
has_not two logs_disagree
for file in terms.yaml roster.yaml agreement.json node-1/node.log node-2/node.log \
    node-2/result.json; do
    [ -s "$work/two/$file" ] || fail "there is no $file"
done
[ "$(stat -c %a "$work/two/node-1")" = 700 ] || fail "others may look into node-1"
[ "$(stat -c %a "$work/two/node-1/key")" = 600 ] || fail "others may read the key"

# The log tells it, to people and to programs, and the status knows how it ended.
run 0 log "$treaty" log "$work/two"
has log 'agreed ' 'signed ' 'stages 1-' "the other one agrees with it"
[ "$(awk '{ n = gsub(/[^\200-\277]/, ""); if (n > m) m = n } END { print m }' \
    "$work/log.out")" -le 80 ] || fail "the log has lines of more than 80 columns"
run 0 records "$treaty" log "$work/two/node-2" --json
has records '"note": "signed"' '"message": "propose"' '"kind": "end"'
run 0 status "$treaty" status "$work/two" --json
has status '"outcome": "played"' '"closed": true'

# Two of four defect, one of them twice, and once while it is punished.
run 0 four "$treaty" cluster "$games/channel-access-4.nfg" "${few[@]}" --stages 30 \
    --strategy finite:3 --defect 3@5 --defect 3@6:Polite --defect 1@15 --seed 2 \
    --delta 0.95 --out "$work/four" --json
has four '"agreed": true' '"signatures": 4' '"stages": 30' \
    '"stage": 5, "node": 3, "kind": "action"' '"stage": 6, "node": 3, "kind": "action"' \
    '"stage": 15, "node": 1, "kind": "action"' \
    '"from": 6, "to": 9, "strategy": "finite", "length": 3' \
    '"from": 16, "to": 18, "strategy": "finite", "length": 3'
has_not four logs_disagree

# Eight, and a defector that is punished for ever.
public_goods_8 >"$work/eight.nfg"
run 0 eight "$treaty" cluster "$work/eight.nfg" --budget 3 --stages 12 --defect 8@4 \
    --seed 3 --out "$work/eight" --json
has eight '"signatures": 8' '"stages": 12' '"stage": 4, "node": 8, "kind": "action"' \
    '"from": 5, "to": null, "strategy": "grim"'
has_not eight logs_disagree
says eight 'DEVIATION     stage 4: P8 played'

# Nothing to agree on is a result.
run 0 none "$treaty" cluster "$games/matching-pennies.nfg" "${few[@]}" --stages 5 \
    --out "$work/none" --json
has none '"stages": 5'

# A threat that is no equilibrium ends the session with that word.
run 0 threat "$treaty" cluster "$games/prisoners-dilemma.nfg" "${few[@]}" --stages 5 \
    --threat 'Cooperate;Cooperate' --out "$work/threat" --json
has threat '"threat": null' '"agreed": false' \
    '"why": "the threat is no static equilibrium for' '"stages": 0'

echo "all clusters agreed, played and punished"
