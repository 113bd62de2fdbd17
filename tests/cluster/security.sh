#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Coalitions and Byzantine players from the command line: the games of the paper with
# their levels in both formats, demands as exit codes, refusals with their place, and a
# bound so far when interrupted.
. "$(dirname "$0")/cluster.bash"
cd "$work"

for n in 3 5; do
    for format in nfg agg; do
        run 0 made "$treaty" game ioc --players "$n" --format "$format" --out "ioc.$format"
        run 0 ioc "$treaty" security "ioc.$format" --profile '2*' --json --explain
        [ "$(wc -l <ioc.out)" = 1 ] || fail "ioc: not one line"
        has ioc "\"resiliency\": 1, \"repellence\": $((n - 1)), \"immunity\": $n" \
            "\"robustness\": [[0, $n], [1, $((n - 1))]]" "\"stability\": $((n - 1))" \
            '"witnesses": [{"notion": "resiliency", "size": 2, "faulty": 0'
        run 0 made "$treaty" game fd --players "$n" --format "$format" --out "fd.$format"
        run 0 fd "$treaty" security "fd.$format" --profile '2;1*' --json
        has fd "\"resiliency\": 1, \"repellence\": $n, \"immunity\": 0" \
            "\"robustness\": [[0, $n], [1, 0]]" "\"resistance\": [[0, $n], [$n, 0]]" \
            '"stability": 0'
    done
done
run 0 text "$treaty" security ioc.nfg --profile 'D*' --explain
has text 'resiliency  1 of 5' 'resistance  (l,t): (0,5) (1,4) (2,3) (3,2) (4,1)' \
    'resiliency: P1 plays L, P2 plays D: P2 gets 20 instead of 10'
run 0 all "$treaty" security fd.nfg --all --json
has all '"equilibria": [{"profile": [2, 1, 1, 1, 1]'
[ "$(grep -o '"profile"' all.out | wc -l)" = 5 ] || fail "FD of 5 has 5 equilibria"

# Both ways between the formats, and nothing is lost but names.
run 0 back "$treaty" game convert ioc.nfg --out there.agg
run 0 back "$treaty" game convert there.agg --out back.nfg
tail -n +9 ioc.nfg | cmp - <(tail -n +9 back.nfg) || fail "payoffs changed on the way"

run 0 met "$treaty" security ioc.nfg --profile 'D*' --require k=1,m=4,resistant=2:3,robust=1:5
run 3 unmet "$treaty" security ioc.nfg --profile 'D*' --require k=2
run 3 unmet "$treaty" security ioc.nfg --profile 'D*' --require robust=2:0
# Every size up to the level is met, none above it, however large it is written.
for demand in k=:1 l=:4 t=:5 m=:4 robust=1::5 resistant=3::5; do
    level=${demand##*:}
    for n in "$level" $((level + 1)) 4294967295 4294967297 99999999999999999999; do
        [ "$n" = "$level" ] && wanted=0 || wanted=3
        run $wanted demanded "$treaty" security ioc.nfg --profile 'D*' \
            --require "${demand%:*}$n"
    done
done
for demand in x=2 k= k=-1 k=1x k=1, ,k=1 k=1,k=2 robust=1 robust=1: robust=1:2:3 ''; do
    run 2 wrong "$treaty" security ioc.nfg --profile 'D*' --require "$demand"
done
run 2 wrong "$treaty" security ioc.nfg --profile 'D;D'
run 2 wrong "$treaty" security ioc.nfg
run 2 wrong "$treaty" game ioc --players 1
printf '#AGG\n2 2 0\n2 2\n0 1\n0 1\n1 0\n1 1\n0 1 x\n' >wrong.agg
run 2 wrong "$treaty" security wrong.agg --profile '1;1'
grep -q 'wrong.agg:8:5: expected payoff 2 of 2 on node 0, found x' wrong.err ||
    fail "wrong.agg: its place is not told"

# 200 alike with 3 actions each: too much to wait for.
awk 'BEGIN {
    print "#AGG\n200 3 0"
    for (i = 0; i < 200; i++) print 3
    for (i = 0; i < 200; i++) print "0 1 2"
    for (v = 0; v < 3; v++) print "3 0 1 2"
    for (v = 0; v < 3; v++) {
        print 0
        for (i = 0; i < 20100; i++) print 0
    }
}' >large.agg
status=0
timeout --foreground -s INT -k 60 4 "$treaty" security large.agg --profile '1*' --json \
    >large.out 2>large.err || status=$?
has large '"complete": false' '"resiliency": 200'
[ "$status" = 124 ] || fail "interrupted: $status"
