#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A study and a series of simulations in parts, run by GNU parallel, are the whole to the
# byte, over any number of processes; and what is missing, doubled or of another study is
# refused by name.
. "$(dirname "$0")/cluster.bash"
cd "$work"
asked=(study --games "tuning,$games/chicken.nfg" --count 2 --players 2:3 --actions 2:2 --concept nash,public
    --delta 0.9 --budget 4,9 --runs 2 --effort 400 --quiet --samplers soo,grid,soo-published)

run 0 whole "$treaty" "${asked[@]}" --json
run 0 again "$treaty" "${asked[@]}" --json --jobs 3
cmp whole.out again.out || fail "the number of processes shows"
run 0 other "$treaty" "${asked[@]}" --json --seed 2
! cmp -s whole.out other.out || fail "two seeds, one study"
has whole '"frontier": "exact"' '"sampler": "soo"' '"sampler": "soo-published"'

run 0 parallel parallel --will-cite -j2 "$treaty" "${asked[@]}" --shard {}/4 '>' part-{} \
    ::: 1 2 3 4
run 0 merged "$treaty" study --merge --json part-4 part-2 part-1 part-3
cmp whole.out merged.out || fail "four parts are not the whole"
run 0 table "$treaty" "${asked[@]}" --against grid
run 0 merged-table "$treaty" study --merge part-[1-4] --against grid
cmp table.out merged-table.out || fail "four parts have another table"
has table "Chicken, public, delta 0.9 (frontier: exact)" 'questions     4               9'
run 0 csv "$treaty" study --merge part-[1-4] --csv
grep -m 1 '^"Chicken"' csv.out >row
[ "$(head -n 1 csv.out | tr -cd , | wc -c)" = "$(tr -cd , <row | wc -c)" ] ||
    fail "a row has not the columns of the head"
has csv '"Chicken",public,0.9,soo,9,1,0,0,exact,'
run 0 none "$treaty" study --games paper --concept nash --delta 0 --budget 5 --samplers soo --runs 1 --csv --quiet
has none '"matching pennies",nash,0,soo,5,0,1,0,,,,,,,,,,,,,'
run 0 narrow "$treaty" study --games "$games/chicken.nfg" --concept public --delta 0.9 --budget 5 --samplers soo \
    --runs 1 --quiet
has narrow 'distance +- error  volume  agreed %'

# What one punishment for each deviator adds: the same over any number of processes.
threats=(study --threats --games "coordination,$games/chicken.nfg" --concept public --delta 0.1,0.5 --quiet)
run 0 threats "$treaty" "${threats[@]}" --csv
run 0 threats-3 "$treaty" "${threats[@]}" --csv --jobs 3
cmp threats.out threats-3.out || fail "the number of processes shows in threats"
has threats '"Chicken",public,0.5,1,0,1,' '"capture",public,0.1,1,0,1,'
[ "$(awk -F, '{ print NF }' threats.out | sort -u)" = 23 ] || fail "a row has not the columns of the head"
run 0 threats-table "$treaty" "${threats[@]}"
[ "$(grep -c '^.* public   ' threats-table.out)" = 10 ] || fail "not a row for each game and discount factor"

refuse() { # refuse TEXT OPTIONS...: exit code 2, and the text on standard error
    local text=$1
    shift
    run 2 refused "$treaty" study "$@"
    grep -qF -- "$text" refused.err || fail "study $*: $(cat refused.err)"
}
head -n 3 part-2 >cut
refuse 'shard 3 of 4 is missing' --merge part-1 part-2 part-4
refuse './part-3: is shard 3, as part-3 is' --merge part-[1-4] ./part-3
refuse 'cut:4: ends before it is whole' --merge part-1 cut part-3 part-4
run 0 second "$treaty" "${asked[@]}" --shard 2/4 --runs 3
refuse 'second.out: is of another study' --merge part-1 second.out part-3 part-4
refuse "$games/chicken.nfg: does not begin as" --merge "$games/chicken.nfg"
refuse '--merge: which files?' --merge
refuse "--shard: '5/4' is not I/N with I" --shard 5/4
refuse "--shard: '1/4x' is not I/N" --shard 1/4x
refuse "--shard: '2/5' has more parts than there are games, concepts and discount factors together: 4" \
    --shard 2/5 --concept nash --delta 0.9
refuse '--games: names something twice' --games coordination,paper,coordination
refuse '--concept: names something twice' --concept nash,public,nash
refuse '--delta: names something twice' --delta 0.5,.50
refuse '--budget: names something twice' --budget 5,20,5
refuse '--samplers: names something twice' --samplers soo,soo
refuse '--samplers: names nothing' --samplers ''
refuse '--csv or --fairness, not both' --csv --fairness
refuse '--csv: a shard has lines' --csv --shard 1/4
refuse '--threats: nothing is negotiated, so --budget does nothing' --threats --budget 5
refuse '--threats: nothing is negotiated, so --shard does nothing' --threats --shard 1/2
refuse '--merge: --threats was settled' --merge --threats part-1
refuse '--merge: --seed was settled' --merge part-1 --seed 2
refuse "--samplers: 'sooo' is none of soo, grid" --samplers sooo
refuse 'surrogate-no-hope' --samplers surrogate-no
refuse '--samplers: paper is for' --samplers paper --games random
refuse '--samplers: paper is for' --samplers paper --budget 201
refuse "--games: 'papers' is neither" --games papers
refuse 'no.nfg: cannot be opened' --games no.nfg
refuse "--concept: 'mixed' is not nash" --concept mixed
refuse '--players: ' --players 3:2
refuse "--against: 'crab' is not among" --against crab
refuse "'paper' is one too many" paper

small=(simulate "$games/chicken.nfg" --budget 4 --stages 3 --loss 0.1 --seed 5 --runs 9)
run 0 runs "$treaty" "${small[@]}"
run 0 parts parallel --will-cite -j2 --keep-order "$treaty" "${small[@]}" --shard {}/4 \
    ::: 1 2 3 4
cmp runs.out parts.out || fail "four parts are not all simulations"

echo "parts become the whole"
