# SPDX-License-Identifier: MIT
# What the scripts beside this one share: a directory that is removed at the end, claims
# that end the script with what was found, and waiting for conditions instead of times.
#     . tests/cluster/cluster.bash TREATY
set -euo pipefail
shopt -s inherit_errexit

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
export games=$here/../../games
treaty=$(realpath "${1:-$here/../../build/treaty}")
work=$(mktemp -d "${TMPDIR:-/tmp}/treaty-test.XXXXXX")
limit_s=${TREATY_TEST_LIMIT:-120}

# Every process of this script has the directory in its arguments.
node_pid() { # node_pid DIR K
    pgrep -f "node $1/node-$2/node.yaml" || true
}
running() { # running DIR: how many nodes
    pgrep -fc "node $1/node-[0-9]*/node.yaml" || true
}

clean_up() {
    local pid
    for pid in $(pgrep -f "$work/" || true); do
        [ "$pid" = $$ ] || kill -9 "$pid" 2>/dev/null || true
    done
    rm -rf "$work"
}
trap clean_up EXIT

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

# run STATUS NAME COMMAND...: output in $work/NAME.out and .err
run() {
    local expected=$1 name=$2 status=0
    shift 2
    "$@" >"$work/$name.out" 2>"$work/$name.err" || status=$?
    [ "$status" = "$expected" ] || {
        cat "$work/$name.out" "$work/$name.err" >&2
        fail "$* ended with $status, expected $expected"
    }
}

# has NAME TEXT...: each text stands in the output
has() {
    local name=$1 text
    shift
    for text in "$@"; do
        grep -qF -- "$text" "$work/$name.out" || {
            cat "$work/$name.out" >&2
            fail "$name: there is no $text"
        }
    done
}
has_not() {
    ! grep -qF -- "$2" "$work/$1.out" || fail "$1: there is $2"
}
says() { # says NAME TEXT: on standard error
    grep -qF -- "$2" "$work/$1.err" || {
        cat "$work/$1.err" >&2
        fail "$1 does not say: $2"
    }
}

# wait_for WHAT COMMAND...: until the command succeeds, while the launcher, if there is
# one, runs
launcher=
wait_for() {
    local what=$1 until_s=$((SECONDS + limit_s))
    shift
    until "$@" >/dev/null 2>&1; do
        [ -z "$launcher" ] || kill -0 "$launcher" 2>/dev/null ||
            fail "the launcher ended before: $what"
        [ $SECONDS -lt $until_s ] || fail "waited $limit_s s for: $what"
        sleep 0.05
    done
}
# noted DIR/node-K TEXT: until its log has a note with this text, seen as it is written
noted() {
    wait_for "$1 to begin" test -s "$1/node.log"
    grep -qF -- "$2" < <(timeout "$limit_s" "$treaty" log "$1" --follow --json 2>&1) ||
        fail "$1 never noted $2"
}
none_running() {
    [ "$(running "$1")" = 0 ]
}

# Everybody has an endowment of 1, to keep or to give; what is given is multiplied by 4
# and shared by all 8. All give: 4 each; all keep: 1 each.
public_goods_8() {
    awk 'BEGIN {
        n = 8
        printf "NFG 1 R \"Public goods, 8 players\" {"
        for (i = 1; i <= n; i++) printf " \"P%d\"", i
        printf " } {"
        for (i = 1; i <= n; i++) printf " { \"Give\" \"Keep\" }"
        printf " }\n\n"
        for (k = 0; k < 2 ^ n; k++) {
            given = 0
            for (i = 0; i < n; i++) given += int(k / 2 ^ i) % 2 == 0
            for (i = 0; i < n; i++)
                printf "%.17g ", (int(k / 2 ^ i) % 2) + 4 * given / n
            printf "\n"
        }
    }'
}
