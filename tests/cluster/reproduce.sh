#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The paper's table and figures from the command line: the same bytes for any number of
# processes, files that are drawn, words where gnuplot is missing, refusals.
. "$(dirname "$0")/cluster.bash"
cd "$work"

run 0 table "$treaty" reproduce table1
has table 'MP      0.1   0.0509       0.0509      0.0260' \
    'CG      0.9   0.0284       0.0284      0.0145'
run 0 table "$treaty" reproduce table1 --json
has table '"reproduced": "table1"' '"game": "PD", "delta": 0.1, "published": 0.0569'

# (Figure 3 looks at so many points that once is enough, below.)
for figure in figure2 figure4; do
    run 0 one "$treaty" reproduce $figure --runs 2 --seed 5 --jobs 1 --quiet --json
    [ "$(wc -l <one.out)" = 1 ] || fail "$figure: not one line"
    [ ! -s one.err ] || fail "$figure: --quiet is not quiet"
    run 0 two "$treaty" reproduce $figure --runs 2 --seed 5 --jobs 2 --quiet --json
    cmp one.out two.out || fail "$figure: two processes say something else than one"
done
run 0 other "$treaty" reproduce figure4 --runs 3 --seed 6 --quiet --json
! cmp -s one.out other.out || fail "the seed changes nothing"

run 0 counted "$treaty" reproduce figure4 --runs 20 --jobs 2 --json
[ "$(grep -c 'of 20 runs$' counted.err)" = 10 ] || fail "progress is not a line for each tenth"

# What is drawn is a picture, and the rows are beside it; a second time replaces them.
for figure in table1 figure2 figure3 figure4; do
    run 0 drawn "$treaty" reproduce $figure --runs 2 --jobs 1 --out a/b --quiet
    [ -s drawn.out ] || fail "$figure says nothing"
    [ "$(wc -l <"a/b/$figure.csv")" -gt 12 ] || fail "$figure: rows are missing"
    [ $figure = table1 ] || grep -q '</svg>' "a/b/$figure.svg" || fail "$figure: no picture"
done
awk -F, 'NF != 9 { exit 1 }' a/b/figure2.csv || fail "figure2.csv: a row has other columns"
awk -F, 'NF != 12 { exit 1 }' a/b/figure3.csv || fail "figure3.csv: a row has other columns"
grep -q "^PD,0.9,authors,NE,op1,1,.*,100,1.918$" a/b/figure3.csv || fail "figure3.csv: what was recorded is missing"
cp a/b/figure4.csv first.csv
run 0 again "$treaty" reproduce figure4 --runs 2 --seed 2 --out a/b --quiet
! cmp -s first.csv a/b/figure4.csv || fail "the rows of before are still there"
rm a/b/figure2.svg
(cd a/b && gnuplot figure2.gp) && grep -q '</svg>' a/b/figure2.svg ||
    fail "the commands do not draw the figure by themselves"

# Without gnuplot the rows are written all the same.
PATH=/nowhere run 1 missing "$treaty" reproduce figure4 --runs 2 --out without --quiet
grep -q 'gnuplot is not installed' missing.err || fail "nobody says that gnuplot is missing"
[ -s without/figure4.csv ] && [ -s without/figure4.gp ] || fail "rows are missing"
[ -s missing.out ] || fail "the table is missing"

refused() { # refused 'WORDS' ARGUMENTS...
    local words=$1
    shift
    run 2 wrong "$treaty" reproduce "$@"
    grep -q -e "$words" wrong.err || fail "reproduce $*: '$words' is not said"
}
refused "'figure5' is not known: table1, figure2, figure3 or figure4" figure5
refused '--runs' figure2 --runs 0
refused '--runs' figure2 --runs many
refused '--jobs' figure2 --jobs 0
refused '--seed' figure2 --seed -1
touch file
refused "'file/there' is no directory that can be written to" figure2 --out file/there
refused "'file' is no directory" table1 --out file
