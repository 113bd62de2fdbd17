#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A node is never given another's payoffs: not in its files, its arguments, its
# environment, nor in any message that it has seen.
. "$(dirname "$0")/cluster.bash"

# Payoffs that stand nowhere else; each player's have ten digits of their own, which no
# digest and no time has by chance.
cat >"$work/game.nfg" <<'END'
NFG 1 R "Secrets" { "One" "Two" "Three" }
{ { "a" "b" } { "c" "d" } { "e" "f" } }

20.4711471147301 20.4822482248301 20.4933493349301
30.4711471147302 10.4822482248302 10.4933493349302
10.4711471147303 30.4822482248303 10.4933493349303
15.4711471147304 15.4822482248304 5.4933493349304
10.4711471147305 10.4822482248305 30.4933493349305
15.4711471147306 5.4822482248306 15.4933493349306
5.4711471147307 15.4822482248307 15.4933493349307
8.4711471147308 8.4822482248308 8.4933493349308
END
marks=(none 4711471147 4822482248 4933493349)

# The eight bytes of each payoff of a player, as a log would hold them.
doubles() { # PLAYER=K doubles: hexadecimal, little-endian, one a line
    perl -ne 'print unpack("H*", pack("d<", (split)[$ENV{PLAYER} - 1])), "\n" if /^[0-9]/' \
        "$work/game.nfg"
}

"$treaty" cluster "$work/game.nfg" --lambda 1 --budget 12 --stages 1000000 --quiet \
    --out "$work/run" >/dev/null 2>&1 &
launcher=$!
noted "$work/run/node-1" '"note": "stage", "stage": 3,'
for k in 1 2 3; do
    pid=$(node_pid "$work/run" $k)
    tr '\0' '\n' <"/proc/$pid/cmdline" >"$work/arguments"
    tr '\0' '\n' <"/proc/$pid/environ" >"$work/environment"
    [ "$(wc -l <"$work/arguments")" = 3 ] || fail "node $k has more than one argument"
    [ "$(grep -vc '^PATH=' "$work/environment")" = 0 ] ||
        fail "node $k was given $(cat "$work/environment")"
    # Open files are its own, or no files at all.
    for file in /proc/"$pid"/fd/*; do
        target=$(readlink "$file" || true)
        case $target in
        "$work/run/node-$k/"* | /dev/* | socket:* | pipe:* | anon_inode:* | '') ;;
        *) fail "node $k holds $target" ;;
        esac
    done
done
kill -TERM $launcher
wait $launcher || true

for k in 1 2 3; do
    grep -q "${marks[$k]}" "$work/run/node-$k/payoffs.yaml" ||
        fail "node $k does not know its own payoffs"
    "$treaty" log "$work/run/node-$k" --json >"$work/records"
    od -An -v -tx1 "$work/run/node-$k/node.log" | tr -d ' \n' >"$work/bytes"
    for other in 1 2 3; do
        [ $other != $k ] || continue
        ! grep -rlF "${marks[$other]}" "$work/run/node-$k" --include='*.yaml' \
            --include='*.json' --include='*.log' --include='key*' ||
            fail "node $k's files have payoffs of player $other"
        for double in $(PLAYER=$other doubles); do
            ! grep -qF "$double" "$work/bytes" "$work/records" ||
                fail "node $k has seen a payoff of player $other: $double"
        done
    done
done
for file in terms.yaml roster.yaml agreement.json; do
    for k in 1 2 3; do
        ! grep -q "${marks[$k]}" "$work/run/$file" || fail "$file has payoffs"
    done
done

echo "no node was given another's payoffs"
