#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Real clusters agree on a distribution and draw each stage's profile in public.
. "$(dirname "$0")/cluster.bash"

# At this discount nothing is kept but lotteries over the two meetings, so whichever is
# agreed on, each stage pays three to both together, and the log says what was drawn.
meetings=("$games/battle-of-the-sexes.nfg" --concept public --delta 0.3 --budget 12
    --quiet)
run 0 two "$treaty" cluster "${meetings[@]}" --stages 60 --opening none --sampler grid \
    --out "$work/two" --json
has two '"concept": "public"' '"agreed": true' '"distribution": [' '"signatures": 2' \
    '"stages": 60' '"deviations": []' '"outcome": "played"' '"failed": false'
has_not two logs_disagree
has_not two '"agreement": {"profile"'
grep -o '"average_payoffs": \[[^]]*\]' "$work/two.out" | tr -d 'a-z_":[],' |
    awk '{ exit !($1 + $2 > 2.999999 && $1 + $2 < 3.000001) }' ||
    fail "they did not meet in every stage: $(cat "$work/two.out")"

# Whether both meetings were played follows from the weights: with a quarter on each, to
# see one alone in 60 stages happens once in ten million.
"$treaty" log "$work/two" --json >"$work/two.records"
met=$(grep '"note": "tossed"' "$work/two.records" | grep -o '"actions": \[[^]]*\]' |
    sort -u | wc -l)
if grep -o '"distribution": \[[^]]*\]' "$work/two.out" | tr -d 'a-z":[],' |
    awk '{ exit !($1 > 0.25 && $4 > 0.25) }'; then
    [ "$met" = 2 ] || fail "a lottery over two profiles has drawn $met of them"
fi
[ "$(grep -c '"note": "tossed"' "$work/two.records")" = 60 ] || fail "60 stages, other draws"
run 0 log "$treaty" log "$work/two"
has log 'drawn: ' "the other one agrees with it"
run 0 verify "$treaty" verify "$work/two"
has verify '60 stages; 60 profiles drawn again'
run 0 replay "$treaty" replay "$work/two/node-1/node.log"

# Who breaks what was drawn, or the draw itself, is proven and punished; then they draw
# again.
run 0 three "$treaty" cluster "$games/public-goods-3.nfg" --concept public --budget 6 \
    --strategy finite:2 --delta 0.95 --stages 20 --defect 2@5 --misbehave 3:grind@14 \
    --out "$work/three" --json
has three '"concept": "public"' '"agreed": true' \
    '"stage": 5, "node": 2, "kind": "action"' \
    '"from": 6, "to": 7, "strategy": "finite", "length": 2' \
    '"stage": 13, "node": 3, "kind": "opening"' '"from": 14'
has_not three logs_disagree
says three 'DEVIATION     stage 5: '
run 0 proven "$treaty" verify "$work/three"
has proven 'stage 13: ' 'opening'

# Eight players with two actions each have as many profiles as a distribution may have.
public_goods_8 >"$work/eight.nfg"
run 0 eight "$treaty" cluster "$work/eight.nfg" --concept public --budget 2 --stages 5 \
    --seed 3 --out "$work/eight" --json --quiet
has eight '"agreed": true' '"signatures": 8' '"stages": 5' '"deviations": []'
run 0 verify-eight "$treaty" verify "$work/eight"

# More are refused, with the limit; and so is what concerns mixed profiles alone.
awk 'BEGIN { printf "NFG 1 R \"Large\" { \"A\" \"B\" } { 17 16 }\n\n"
    for (k = 0; k < 272; k++) printf "%d 0 ", k }' >"$work/large.nfg"
run 2 large "$treaty" cluster "$work/large.nfg" --concept public
says large 'distributions are over at most 256 pure profiles, and this game has 272'
run 2 ex-ante "$treaty" cluster "${meetings[@]}" --incentive ex-ante
says ex-ante 'incentive: ex-ante is equation (7), which is for concept nash'
echo "clusters agreed on lotteries, drew, played and punished"
