#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What an agreement costs, for 2, 4 and 8 players of a public-goods game:
#     bench/run.sh BUILD
set -euo pipefail
cd "$(dirname "$0")/.."

build=$1
directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT

# N players have one unit each; what is given grows by half and is shared by all.
public_goods() {
    awk -v n="$1" 'BEGIN {
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
    }'
}

"$build/bench/crypto" >"$directory/crypto"
sign=$(awk '$1 == "sign" { print $2 }' "$directory/crypto")
verify=$(awk '$1 == "verify" { print $2 }' "$directory/crypto")
cores=$(nproc)

processor=$(sed -n 's/^model name[^:]*: *//p' /proc/cpuinfo | head -n 1)
printf '%s, %d cores, %s %s, %s\n' "${processor:-$(uname -m)}" "$cores" \
    "$(uname -s)" "$(uname -r)" "$(date +%Y-%m-%d)"
awk '{ printf "%s %.1f us  ", $1, 1e6 * $2 } END { print "(medians, 200 bytes)\n" }' \
    "$directory/crypto"
cat <<'END'
Public goods over loopback, one process per player; --delta 0.9 --sampler soo
--budget 100 --stages 100. Crypto: the seconds that the signatures and one
verification of each message take at least, on all cores.

 N  phase         messages       bytes  signatures   seconds    crypto
END
for n in 2 4 8; do
    public_goods $n >"$directory/game-$n.nfg"
    "$build/treaty" cluster "$directory/game-$n.nfg" --delta 0.9 --sampler soo \
        --budget 100 --stages 100 --seed 1 --json --quiet --out "$directory/run-$n" \
        >"$directory/report-$n.json"
    "$build/bench/phases" "$directory/report-$n.json" "$directory/run-$n" \
        "$sign" "$verify" "$cores"
done

printf '\nSecurity notions: all six, with full fronts\n\n'
"$build/bench/security"

printf '\nPrivate recommendations: milliseconds of one core, for one player and stage\n\n'
"$build/bench/deck"

printf '\nQuestions to a game: random payoffs, one thread\n\n'
"$build/bench/solve"

echo
bench/flood.sh "$build"
