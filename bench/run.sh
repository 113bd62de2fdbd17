#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every figure of speed, each beside a bound, as one table (docs/performance.md):
#     bench/run.sh BUILD [PART...]
# Without PART all of them; they are the names of the functions below. With CSV=FILE the
# rows go there, too. With BENCH_TINY=1 sizes are small and times worth nothing: that is
# how a test looks at the table.
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
shift
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
tiny=${BENCH_TINY:-}
export BENCH_TINY
[ -n "$tiny" ] || unset BENCH_TINY
bench=$build/bench

part() { # TITLE
    printf 'part\t%s\n' "$1"
}

# N players have one unit each; what is given grows by half and is shared by all. Above
# 16 players the payoffs go by count.
public_goods() { # N: into $game
    game=$directory/game-$1.$([ "$1" -gt 16 ] && echo counts || echo nfg)
    [ "$1" -le 16 ] || awk -v n="$1" 'BEGIN {
        printf "COUNTS 1 \"Public goods of %d\"\nplayers %d\n", n, n
        printf "actions \"Give\" \"Keep\"\npayoffs\n  \"Give\" by \"Give\":"
        for (k = 0; k < n; k++) printf " %.10g", 1.5 * (k + 1) / n
        printf "\n  \"Keep\" by \"Give\":"
        for (k = 0; k < n; k++) printf " %.10g", 1 + 1.5 * k / n
        print ""
    }' >"$game"
    [ "$1" -gt 16 ] || awk -v n="$1" 'BEGIN {
        printf "NFG 1 R \"Public goods of %d\" {", n
        for (i = 1; i <= n; i++) printf " \"Player %d\"", i
        printf " } {"
        for (i = 1; i <= n; i++) printf " 2"
        printf " }\n\n"
        for (profile = 0; profile < 2 ^ n; profile++) {
            given = 0
            rest = profile
            for (i = 0; i < n; i++) {
                gives[i] = 1 - rest % 2
                rest = int(rest / 2)
                given += gives[i]
            }
            for (i = 0; i < n; i++)
                printf "%s%.10g", i ? " " : "", 1 - gives[i] + 1.5 * given / n
            print ""
        }
    }' >"$game"
}

machine() {
    local caches=
    printf 'machine\t%s, %d cores, %s %s, %s\n' \
        "$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1 | grep . || uname -m)" \
        "$(nproc)" "$(uname -s)" "$(uname -r)" "$(date +%Y-%m-%d)"
    caches=$(getconf -a 2>/dev/null | awk '
        $1 ~ /^LEVEL(1_D|2_|3_)CACHE_SIZE$/ && $2 > 0 { printf " %d", $2 / 1024 }')
    printf 'machine\tcaches of%s KiB, libuv %s, nanomsg %s, libsodium %s, %s\n' \
        "${caches:- unknown}" "$(pkg-config --modversion libuv)" \
        "$(pkg-config --modversion nanomsg)" "$(pkg-config --modversion libsodium)" \
        "$("${CC:-cc}" --version | head -n 1)"
    "$bench/crypto" 8 | awk '
        { price[$1] = 1e6 * $2 }
        END {
            printf "machine\tall cores at once: signature %.1f us, verification by a known " \
                "key %.1f, of seven together %.1f, by any key %.1f, hash of 200 bytes %.2f\n",
                price["sign"], price["verify"], price["verify-together"],
                price["verify-any"], price["hash"]
        }'
}

# The sessions of both parts. N BUDGET STAGES: what grows with N is asked for less often.
sessions() { # COMMAND
    [ -z "$tiny" ] || { "$1" 2 4 5 && "$1" 3 2 5 && return; }
    "$1" 2 100 2000
    "$1" 4 100 1000
    "$1" 8 60 500
    "$1" 16 10 100
    "$1" 32 1 20
    "$1" 64 1 10
}

# One process per player. Signatures and verifications are priced before and after.
over_loopback() { # N BUDGET STAGES
    local n=$1 run=$directory/run-$1
    "$bench/crypto" "$n" >"$directory/prices"
    "$build/treaty" cluster "$game" --delta 0.9 --sampler soo --budget "$2" --stages "$3" \
        --seed 1 --deadline 120 --json --quiet --out "$run" >"$directory/report" || true
    grep -q '"outcome": "played"' "$directory/report" ||
        echo "bench: $n nodes did not come to the end" >&2
    "$bench/phases" rounds "$run" >"$directory/rounds"
    "$bench/mesh" <"$directory/rounds" >"$directory/mesh"
    "$bench/crypto" "$n" >>"$directory/prices"
    "$bench/phases" table "$run" "$directory/prices" "$directory/mesh" "$(nproc)" "$3"
    rm -rf "$run"
}
# A negotiation among few takes a tenth of a second, in which much can come between: of
# several sessions the one with the median ratio.
median_over_loopback() { # N BUDGET STAGES
    local k n_sessions=5 ratios=$directory/ratios
    [ "$1" -le 8 ] && [ -z "$tiny" ] || n_sessions=1
    public_goods "$1"
    : >"$ratios"
    for ((k = 0; k < n_sessions; k++)); do
        over_loopback "$@" >"$directory/rows-$k"
        awk -F'\t' -v k=$k '/negotiation, all of these/ { print $4 / $5, k }' \
            "$directory/rows-$k" >>"$ratios"
    done
    read -r _ k < <(sort -g "$ratios" | tail -n +$((n_sessions / 2 + 1)))
    cat "$directory/rows-$k"
}
play() {
    part 'Negotiation and play over loopback: public goods, --delta 0.9 --sampler soo'
    sessions median_over_loopback
}

in_simulator() { # N BUDGET STAGES
    "$bench/crypto" "$1" >"$directory/prices"
    "$bench/world" "$1" "$2" "$3" "$directory/prices"
}
simulator() {
    part 'The same in the simulator: one process on one core'
    sessions in_simulator
}

incentive() {
    part 'Incentive checks: one candidate, one player, one thread'
    "$bench/incentive"
}
counts() {
    part 'The same with payoffs by count'
    "$bench/counts"
}
threat() {
    part 'The search for a threat: random payoffs, one thread'
    "$bench/threat"
}
candidates() {
    part 'The table of candidates: one of so many, with so many weights'
    "$bench/candidates"
}
decks() {
    part 'Private recommendations: one player, one stage, one core'
    "$bench/deck"
}
paper() {
    part "The paper's second simulation, one core"
    "$bench/paper"
}
solve() {
    part 'Questions to a game: random payoffs, one thread'
    "$bench/solve"
}
security() {
    part 'Security notions: all six, with full fronts, one thread'
    "$bench/security"
}
flood() {
    part 'Four nodes over loopback; one is sent 10,000 useless messages a second'
    bench/flood.sh "$build"
}

parts=(play simulator incentive counts threat candidates decks paper solve security flood)
wanted=("$@")
[ ${#wanted[@]} -gt 0 ] || wanted=("${parts[@]}")
for name in "${wanted[@]}"; do
    [[ " ${parts[*]} " == *" $name "* ]] || {
        echo "bench: there is no part '$name': ${parts[*]}" >&2
        exit 2
    }
done
{
    machine
    for name in "${wanted[@]}"; do
        echo "bench: $name" >&2
        "$name"
    done
} | awk -v csv="${CSV:-}" -f bench/table.awk
