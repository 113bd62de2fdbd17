#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A simulation is repeatable to the byte, whatever it goes through, and over any number of
# processes.
. "$(dirname "$0")/cluster.bash"
radios=$games/channel-access-4.nfg
rough=(--loss 0.2 --duplicate 0.1 --reorder 0.1 --delay 5:80 --partition '1+2,3+4@1s:2s'
    --crash 2@3s:500ms --defect 4@6 --budget 5 --stages 20 --quiet --json)

run 0 once "$treaty" simulate "$radios" "${rough[@]}" --seed 7
run 0 again "$treaty" simulate "$radios" "${rough[@]}" --seed 7
cmp "$work/once.out" "$work/again.out" || fail "one seed, two reports"
has once '"signatures": 4' '"stages": 20' '"stage": 6, "node": 4' '"broken_laws": []'
run 0 other "$treaty" simulate "$radios" "${rough[@]}" --seed 8
! cmp -s "$work/once.out" "$work/other.out" || fail "two seeds, one report"

run 0 left "$treaty" simulate "$radios" "${rough[@]}" --seed 7 --out "$work/left"
run 0 log "$treaty" log "$work/left"
has log 'DEVIATION     stage 6' "all the others' agree with it"

small=(--budget 4 --stages 6 --loss 0.1)
run 0 one "$treaty" simulate "$games/chicken.nfg" "${small[@]}" --seed 1 --runs 12
run 0 three "$treaty" simulate "$games/chicken.nfg" "${small[@]}" --seed 1 --runs 12 --jobs 3
cmp "$work/one.out" "$work/three.out" || fail "the number of processes shows"
[ "$(wc -l <"$work/one.out")" = 12 ] || fail "not a line for each run"
for shard in 1 2 3 4 5; do
    run 0 part "$treaty" simulate "$games/chicken.nfg" "${small[@]}" --seed 1 --runs 12 \
        --shard $shard/5
    cat "$work/part.out" >>"$work/parts"
done
cmp "$work/one.out" "$work/parts" || fail "five parts are not the whole"
run 2 part "$treaty" simulate "$games/chicken.nfg" --runs 12 --shard 6/5
run 2 part "$treaty" simulate "$games/chicken.nfg" --runs 12 --shard 1
for seed in 1 12; do
    has one "\"seed\": $seed,"
done

echo "simulations repeat themselves"
