#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every figure of speed, each beside a bound (docs/performance.md):
#     bench/run.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

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

processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
cores=$(nproc)
printf '%s, %d cores, %s %s, %s\n' "${processor:-$(uname -m)}" "$cores" \
    "$(uname -s)" "$(uname -r)" "$(date +%Y-%m-%d)"
pkg-config --modversion libuv nanomsg libsodium | paste -sd' ' |
    awk '{ printf "libuv %s, nanomsg %s, libsodium %s, ", $1, $2, $3 }'
"${CC:-cc}" --version | head -n 1

cat <<'END'

Public goods over loopback, one process per player; --delta 0.9 --sampler soo.
rounds: signed words of each player. messages: each word to N - 1 others.
bound: (signatures S + messages V) / cores + the seconds in which bare libuv connections
move the same bytes; S and V are measured before and after each run, on all cores at
once. The same in processor seconds, of all processes: without "/ cores".

                                                             wall clock       processor seconds
 N  phase        rounds messages      bytes   signed  seconds    bound ratio   seconds    bound ratio
END
# N BUDGET STAGES: what grows with N is asked for less often.
over_loopback() {
    local n=$1 game run=$directory/run-$1
    public_goods "$n"
    "$build/bench/crypto" "$n" >"$directory/crypto-$n"
    "$build/treaty" cluster "$game" --delta 0.9 --sampler soo --budget "$2" --stages "$3" \
        --seed 1 --deadline 120 --json --quiet --out "$run" >"$directory/report-$n.json" || true
    grep -q '"outcome": "played"' "$directory/report-$n.json" ||
        echo "$n nodes did not come to the end:"
    "$build/bench/phases" rounds "$run" >"$directory/rounds-$n"
    "$build/bench/mesh" <"$directory/rounds-$n" >"$directory/mesh-$n"
    "$build/bench/crypto" "$n" >>"$directory/crypto-$n"
    "$build/bench/phases" table "$run" "$directory/crypto-$n" "$directory/mesh-$n" "$cores" |
        tee "$directory/table-$n"
    awk -v n="$n" -v stages="$3" '
        FILENAME ~ /crypto/ { price[$1] += 1e6 * $2 / 2; next }
        $2 == "negotiation" { rate = $3 / $7; ratio = $9 }
        $2 == "play" && $4 > 0 {
            printf "%2d  %9.1f %11.1f %9.0f %9.0f %6.2f %12.1f %12.1f\n", n, rate,
                $3 / stages, stages / $7, stages / $8, $9, 1e6 * $10 / $4, 1e6 * $11 / $4
        }' "$directory/crypto-$n" "$directory/table-$n" >>"$directory/growth"
    echo
    rm -rf "$run"
}
over_loopback 2 100 2000
over_loopback 4 100 1000
over_loopback 8 60 500
over_loopback 16 10 100
over_loopback 32 1 20
over_loopback 64 1 10

cat <<'END'
How it grows: rounds of negotiation and stages of play in a second; microseconds of
processor time for one message of play, from its signature to what is done about it.

 N   rounds/s  rounds/stage stages/s   bound  ratio   us/message        bound
END
cat "$directory/growth"

cat <<'END'

The same sessions in the simulator, in one process on one core, against S and V alone.

 N   messages   signed  verified   seconds    bound ratio
END
# The processor seconds of a command whose output goes to a file.
processor_seconds() { # FILE COMMAND...
    local TIMEFORMAT='%3U %3S' out=$1
    shift
    { time "$@" >"$out" 2>/dev/null; } 2>&1 | awk '{ print $1 + $2 }'
}
in_simulator() { # N BUDGET STAGES
    local n=$1 game seconds
    public_goods "$n"
    "$build/bench/crypto" "$n" >"$directory/crypto"
    seconds=$(processor_seconds "$directory/report.json" "$build/treaty" simulate \
        "$game" --delta 0.9 --sampler soo --budget "$2" --stages "$3" \
        --seed 1 --json --quiet)
    "$build/bench/crypto" "$n" >>"$directory/crypto"
    awk -v n="$n" -v seconds="$seconds" '
        FILENAME ~ /crypto$/ { price[$1] += $2 / 2; next }
        /"network": / {
            for (line = $0; match(line, /"(messages|signatures|verifications)": *[0-9]+/);) {
                split(substr(line, RSTART, RLENGTH), part, /[": ]+/)
                count[part[2]] = part[3]
                line = substr(line, RSTART + RLENGTH)
            }
        }
        END {
            bound = count["signatures"] * price["sign"] + count["verifications"] * price["verify"]
            printf "%2d %10d %8d %9d %9.3f %8.3f %5.2f\n", n, count["messages"],
                count["signatures"], count["verifications"], seconds, bound, seconds / bound
        }' "$directory/crypto" "$directory/report.json"
}
in_simulator 2 100 2000
in_simulator 4 100 1000
in_simulator 8 60 500
in_simulator 16 10 100
in_simulator 32 1 20
in_simulator 64 1 10

printf '\nSecurity notions: all six, with full fronts\n\n'
"$build/bench/security"

printf '\nPrivate recommendations: milliseconds of one core, for one player and stage\n\n'
"$build/bench/deck"

printf '\nQuestions to a game: random payoffs, one thread\n\n'
"$build/bench/solve"

printf "\nThe paper's second simulation, on one core\n\n"
"$build/bench/paper"

printf '\nIncentive checks: microseconds for one candidate and one player, one thread\n\n'
"$build/bench/incentive"

printf '\nThe same with payoffs by count, beside the table, everybody mixing\n\n'
"$build/bench/counts"

printf '\nThe search for a threat: microseconds of one player and round, one thread\n\n'
"$build/bench/threat"

printf '\nThe table of candidates: nanoseconds for one candidate\n\n'
"$build/bench/candidates"

printf '\n'
"$build/bench/selection"

echo
bench/flood.sh "$build"
