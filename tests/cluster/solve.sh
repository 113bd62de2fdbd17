#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Questions about a game from the command line: every question answers on every game that
# it fits, as text and as JSON, refuses the others with the code that is fixed for it, and
# draws a picture that is well-formed.
. "$(dirname "$0")/cluster.bash"
cd "$work"

python=$(command -v python3 || true)
json() { # json NAME: the output is one line, kept to be read as JSON
    [ "$(wc -l <"$work/$1.out")" = 1 ] || fail "$1: not one line"
    cat "$work/$1.out" >>"$work/all.jsonl"
}

for game in "$games"/*.nfg; do
    for what in pure correlated coarse minmax dominance potential anarchy repeated; do
        run 0 text "$treaty" solve "$game" --what "$what"
        [ -s text.out ] || fail "$what of $game says nothing"
        run 0 answer "$treaty" solve "$game" --what "$what" --json
        json answer
        has answer "\"what\": \"$what\""
    done
done

[ -z "$python" ] || "$python" -c 'import json, sys
for line in open(sys.argv[1]): json.loads(line)' all.jsonl || fail "that is no JSON"

run 0 sexes "$treaty" solve "$games/battle-of-the-sexes.nfg"
has sexes '3 equilibria' 'Opera 2/3 + Football 1/3; Opera 1/3 + Football 2/3  (2/3, 2/3)'
run 0 sexes "$treaty" solve "$games/battle-of-the-sexes.nfg" --json
has sexes '"exact": [["2/3", "1/3"], ["1/3", "2/3"]]' '"degenerate": false'
run 0 aumann "$treaty" solve "$games/aumann-chicken.nfg" --what correlated
has aumann 'pays (5.25, 5.25)' 'Nobody gains by disobeying'
run 0 chicken "$treaty" solve "$games/chicken.nfg" --what ess
has chicken 'Straight 0.1 + Swerve 0.9'
run 0 pennies "$treaty" solve "$games/matching-pennies.nfg" --what zero-sum
has pennies 'Value for Matcher: 0'
run 0 radios "$treaty" solve "$games/channel-access-4.nfg" --what anarchy --json
has radios '"anarchy": 4, "stability": 4'

# A game in which nothing matters is as degenerate as can be, and has an answer.
printf 'NFG 1 R "t" { "a" "b" } { 2 2 } 0 0 0 0 0 0 0 0' >flat.nfg
run 0 flat "$treaty" solve flat.nfg
has flat '4 extreme equilibria, of a degenerate game' '1, 2, 3, 4'

# What is held, from which discount factor on, and the picture of it.
for concept in public private nash; do
    run 0 plane "$treaty" solve "$games/prisoners-dilemma.nfg" --what repeated \
        --delta 0.5 --concept "$concept" --profile '1;1' --svg "$concept.svg"
    has plane '0.3333' 'it needs a discount factor of 0.333333'
    [ -z "$python" ] || "$python" -c "import sys, xml.dom.minidom as m; m.parse(sys.argv[1])" \
        "$concept.svg" || fail "$concept.svg is no XML"
done
run 0 more "$treaty" solve "$games/channel-access-4.nfg" --what repeated --plane 2,4 \
    --delta 0.8 --json
has more '"plane": [2, 4], "exact": true' '"welfare": 240' '"held_out": 0, "error": null'
# A sample says how far it may be off, and twice the same.
run 0 sample "$treaty" solve "$games/public-goods-3.nfg" --what repeated --concept private
has sample 'Every payoff shown is sustainable; the error,' 'that were held out'
run 0 sample "$treaty" solve "$games/public-goods-3.nfg" --what repeated --concept private --json
run 0 again "$treaty" solve "$games/public-goods-3.nfg" --what repeated --concept private --json
cmp -s sample.out again.out || fail "a sample is not the same twice"
has sample '"held_out": 500, "error": 0.'

refuse() { # refuse TEXT COMMAND...
    local text=$1
    shift
    run 2 refused "$treaty" solve "$@"
    says refused "$text"
    [ ! -s refused.out ] || fail "treaty solve $* printed something all the same"
}
dilemma=$games/prisoners-dilemma.nfg
refuse "'everything' is not known" "$dilemma" --what everything
refuse 'for two players' "$games/public-goods-3.nfg" --what nash
refuse 'not zero-sum' "$dilemma" --what zero-sum
refuse 'does not look the same' "$games/matching-pennies.nfg" --what ess
refuse "--aim: 'best'" "$dilemma" --what correlated --aim best
refuse "--aim: '3'" "$dilemma" --what correlated --aim best:3
refuse '--plane' "$dilemma" --what repeated --plane 1,1
refuse "--concept: 'all'" "$dilemma" --what repeated --concept all
refuse "--delta: '1'" "$dilemma" --what repeated --delta 1
refuse 'missing.nfg' missing.nfg
printf 'NFG 1 R "t" { "a" "b" } { 2 2 } 0 0' >short.nfg
refuse 'short.nfg:1:' short.nfg

# What no action dominates a mixture may, and both say with which shares.
printf 'NFG 1 R "m" { "a" "b" } { { "T" "M" "B" } { "L" "R" } } 6 0 0 0 2 0 0 0 6 0 2 0' >mix.nfg
run 0 mix "$treaty" solve mix.nfg --what dominance
has mix 'round 1: a: B is strictly dominated by T 0.5 + M 0.5'
run 0 mix "$treaty" solve mix.nfg --what dominance --weak --json
has mix '"by": null, "mixture": [' '"exact_mixture": ["2/3", "1/3", "0"]'

# A small action graph is answered as the table that it stands for; a large one stays as
# it is, and is expanded only when asked.
run 0 fd "$treaty" game fd --players 4 --format agg --out fd.agg
run 0 fd "$treaty" solve fd.agg --what pure
has fd '4 equilibria among 16' '2, 1, 1, 1  (1, 2, 2, 2)  strict'
run 0 fd "$treaty" check fd.agg --delta 0.5 --profile '1;1;1;2' --json
run 0 fd "$treaty" game fd --players 13 --format agg --out fd-13.agg
refuse '8192 profiles: --expand makes it' fd-13.agg --what potential
run 0 fd "$treaty" solve fd-13.agg --what potential --expand
run 0 fd "$treaty" game fd --players 1000 --format agg --out fd-1000.agg
refuse 'answer without a table' fd-1000.agg --what minmax --expand
run 0 fd "$treaty" solve fd-1000.agg --what pure
has fd '1 kind of pure equilibrium' 'strict  1000         999 do 1 (2), 1 do 2 (1)'
run 0 fd "$treaty" solve fd-1000.agg --what pure --json
has fd '"counts": [[999, 1]], "payoffs": [[2, 1]]'

# Apart, two players cannot make three events equally likely.
printf 'NFG 1 R "t" { "a" "b" "c" } { 3 2 2 } 1 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0
    0 0 0 1 0 0 0 0 0 0 0 0 0 0 0 1 0 0' >events.nfg
run 0 events "$treaty" solve events.nfg --what minmax
has events 'a: to 4/9, and never below 0.44444' 'b: 0, by 1; 1'
run 0 events "$treaty" solve events.nfg --what minmax --json
has events '"exact_minmax": "1/3"' '"known": false, "least": 0.44444' '"exact_most": "4/9"'
