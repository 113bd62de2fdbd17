#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The table of `make bench`, on sizes so small that its times are worth nothing: every row
# has its columns, what is counted is counted right, and whatever is wrong ends it.
# (Floods need seconds: their rows are made of two turns that are written here.)
. "$(dirname "$0")/cluster.bash"
root=$here/../..
build=$(dirname "$treaty")
cd "$work"
parts=(play simulator incentive counts threat candidates decks paper solve security)

export BENCH_TINY=1 CSV=$work/rows.csv
run 0 table "$root/bench/run.sh" "$build" "${parts[@]}"
unset BENCH_TINY CSV
[ "$(cat table.err)" = "$(printf 'bench: %s\n' "${parts[@]}")" ] || fail "progress is not a line for each part"
head -n 1 table.out | grep -q ", [0-9]* cores, " || fail "the machine is not named"

# Each part has a heading and rows; a ratio is what was measured through its bound; and each
# bound is explained at the foot.
[ "$(grep -c '^[A-Z]' table.out)" -ge ${#parts[@]} ] || fail "headings are missing"
# A comma in quotes is none between fields.
awk -F, '
    { while (match($0, /"[^"]*"/))
        $0 = substr($0, 1, RSTART - 1) "quoted" substr($0, RSTART + RLENGTH) }
    NR == 1 { if ($0 != "part,what,size,seconds,bound_seconds,ratio,bound,details") exit 1; next }
    NF != 8 || $8 == "" || $2 == "" || $3 == "" || !($4 >= 0) || $5 == 0 { print; bad = 1 }
    $7 == "-" && ($5 != -1 || $6 != "-") { print; bad = 1 }
    $7 != "-" && ($6 * $5 > 1.001 * $4 || $6 * $5 < 0.999 * $4) { print; bad = 1 }
    END { exit bad }' rows.csv || fail "a row is wrong"
[ "$(cut -d, -f1 rows.csv | sed 1d | uniq | sort -u | wc -l)" = ${#parts[@]} ] || fail "a part has no rows"
rows=$(($(wc -l <rows.csv) - 1))
[ "$(grep -c '^  ' table.out)" -ge "$rows" ] || fail "the table has fewer rows than the file"
for key in mesh mesh-cpu words pass replies crowds check hash products sampled goal supports actions pairs -; do
    grep -q "^  .*  $key  *[a-z]" table.out || fail "no row has the bound $key"
    grep -q -e "^$key  *[a-z]" table.out || fail "nobody explains the bound $key"
done

# What was counted of one phase, over loopback and in the simulator.
counted() { # PART PHASE N
    awk -v phase="$2" -v size="N=$3" -v title="$1" '
        /^[A-Z]/ { inside = index($0, title) == 1 }
        inside && $1 == phase && $2 == size {
            for (k = 3; k <= NF; k++) if ($k ~ /^(rounds|messages|bytes|signed)=/) print $k
        }' table.out
}
for n in 2 3; do
    for phase in threat sampling signing; do
        counted Negotiation $phase $n >one
        counted 'The same in the simulator' $phase $n >two
        [ -s one ] && cmp one two || fail "$phase of $n: the simulator says something else"
    done
done
awk '/ verified=/ && / mesh / {
        split($0, part, /(rounds|messages|bytes|signed|verified)=/)
        n = substr($0, index($0, "N=") + 2) + 0
        if (part[2] * n != part[5] + 0 || part[3] + 0 != part[5] * (n - 1) || part[6] + 0 != part[3] + 0) exit 1
        lines++
    }
    END { if (lines != 12) exit 1 }' table.out || fail "each word goes to all others, who verify it"
# In the simulator players say what they verified: each word once by each other one.
awk '/ verified=/ && / words / && !/all of these/ {
        split($0, part, /(messages|verified|bytes)=/)
        messages += part[2]; verified += part[4]
    }
    END { exit !(messages > 0 && verified - messages >= 0 && verified < 1.2 * messages) }' table.out ||
    fail "the simulator verified something else than what was said"

# Some parts alone, and what is no part.
BENCH_TINY=1 run 0 some "$root/bench/run.sh" "$build" threat counts
[ "$(grep -c "^  one player's round" some.out)" = 1 ] || fail "the part asked for is missing"
has_not some 'Security'
run 2 wrong "$root/bench/run.sh" "$build" speed
grep -q "there is no part 'speed': play simulator" wrong.err || fail "a wrong part is not named"

# What is no row ends it, and so does a bound that nobody explains.
printed() { # STATUS LINE
    printf '%b\n' "$2" >line
    run "$1" printed awk -f "$root/bench/table.awk" line
}
printed 0 'row\twhat\t2 x 2\t3e-06\t2e-06\tpass\ta=1'
has printed 'what                           2 x 2          3.000 us     2.000    1.50  pass      a=1'
printed 1 'row\twhat\t2 x 2\t3e-06\t2e-06\tpast\ta=1'
printed 1 'row\twhat\t2 x 2\t3e-06\t-1\tpass\ta=1'
printed 1 'row\twhat\t2 x 2\t3e-06\t2e-06\t-\ta=1'
printed 1 'row\twhat\t2 x 2\tnan\t2e-06\tpass\ta=1'
printed 1 'row\twhat\t2 x 2\t3e-06\t2e-06\tpass'
printed 1 'Segmentation fault'

# A hundred stages in a quiet second, and fewer beside two of the floods.
awk 'BEGIN {
    split("none garbage forged signed", kind, " "); split("10 10 20 25", pause, " ")
    for (turn = 0; turn < 2; turn++)
        for (k = 1; k <= 4; k++) {
            start = 1000 * (4 * turn + k)
            print kind[k], start, start + 1000 >"spans"
            for (at = start; at < start + 1000; at += pause[k]) print at >"stages"
        }
    for (k = 2; k <= 4; k++) print kind[k], 100, 100 + 20 * k, 1000 * k >"costs"
}'
run 0 flood awk -v rate=500 -v verify=4e-5 -f "$root/bench/flood.awk" costs spans stages
run 0 flooded awk -f "$root/bench/table.awk" flood.out
sed -i 's/  */ /g' flooded.out
has flooded 'one stage without a flood N=4 10.00 ms 10.00 1.00 quiet stages_per_s=100' \
    'one stage beside garbage N=4 10.00 ms 10.00 1.00 quiet stages_per_s=100' \
    'one stage beside forged N=4 20.00 ms 10.00 2.00 quiet stages_per_s=50' \
    'one stage beside signed N=4 25.00 ms 10.00 2.50 quiet stages_per_s=40' \
    'one message, garbage N=4 20.00 us - - - per_s=500' \
    'one message, forged N=4 20.00 us 40.00 0.50 verify per_s=500'

# The page takes the table in, and twice is once.
mkdir -p copy/bench copy/docs
cp "$root/bench/paste.sh" copy/bench
printf 'before\n<!-- make bench -->\n```text\nold\n```\n<!-- end of make bench -->\nafter\n' >copy/docs/performance.md
copy/bench/paste.sh table.out
cp copy/docs/performance.md once
copy/bench/paste.sh table.out
cmp once copy/docs/performance.md || fail "pasted twice is another page"
{ printf 'before\n<!-- make bench -->\n```text\n' && cat table.out && printf '```\n<!-- end of make bench -->\nafter\n'; } |
    cmp - once || fail "the page is not what was pasted"
