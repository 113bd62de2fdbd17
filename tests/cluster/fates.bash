# SPDX-License-Identifier: MIT
# What crash.sh and disk.sh share: small sessions of real processes in which something
# befalls a node at calls that a seed picks (fate.c), over and over, and what must hold
# when all have come to their end.
#     . tests/cluster/fates.bash TREATY
. "$(dirname "${BASH_SOURCE[0]}")/cluster.bash"

seed=${TREATY_SEED:-1}
fate=$(dirname "$treaty")/tests/cluster/fate.so
[ -e "$fate" ] || fail "there is no $fate: make tests builds it"
# Where a sanitizer wants to be loaded first, it is told that it need not be.
export ASAN_OPTIONS=verify_asan_link_order=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}
RANDOM=$seed
dir=
fail() { # with what is needed to see it again
    echo "FAILED: $* (TREATY_SEED=$seed, session ${n:-0})" >&2
    [ -z "$dir" ] || tail -n 40 "$dir/befell" "$dir"/node-*.out >&2
    exit 1
}

# Three games: pure stages; mixed ones, in two rounds each; a defector among three, who
# is punished and forgiven.
deal() { # deal SESSION: into $dir
    local options=(--base-port "$(free_ports)" --seed "$1" --budget 4 --deadline 60)
    case $(($1 % 3)) in
    0) options=("$games/prisoners-dilemma.nfg" --stages 12 "${options[@]}") ;;
    1) options=("$games/matching-pennies.nfg" --stages 6 "${options[@]}") ;;
    2) options=("$games/public-goods-3.nfg" --stages 12 --strategy finite:2
        --defect 2@3 "${options[@]}") ;;
    esac
    run 0 deal "$treaty" deal "${options[@]}" "$dir"
    # What was missed while a node was dead is asked for sooner.
    sed -i 's/^soft_ms: .*/soft_ms: 50/' "$dir/terms.yaml"
    grep -q '^soft_ms: 50' "$dir/terms.yaml" || fail "terms.yaml has no soft_ms"
}
# The start of four ports on which nobody listens.
port=$((23000 + $$ % 90 * 10))
free_ports() {
    local k
    for ((; ; port += 10)); do
        for k in 1 2 3; do
            ! (: <"/dev/tcp/127.0.0.1/$((port + k))") 2>/dev/null || continue 2
        done
        echo "$port"
        return
    done
}

# A node and what is to befall it, "kill:12 full:7": each is written down once it has
# happened, with the words that go with it; then the node is left alone.
live() { # live NODE FATES
    local status plan expected said
    for plan in $2; do
        case $plan in
        full:*) expected=1 said='No space left on device' ;;
        sync:*) expected=1 said='Input/output error' ;;
        *) expected=137 said= ;;
        esac
        status=0
        FATE=${plan%:*} FATE_AT=${plan#*:} LD_PRELOAD=$fate "$treaty" \
            node "$dir/node-$1/node.yaml" >"$dir/node-$1.last" 2>&1 || status=$?
        cat "$dir/node-$1.last"
        [ $status != 0 ] || return 0 # it came to its end first
        if [ $status != $expected ] ||
            ! grep -qF "$said" <(echo; cat "$dir/node-$1.last"); then
            echo "node $1 ended with $status, $plan"
            return 1
        fi
        echo "$1 $plan" >>"$dir/befell"
    done
    "$treaty" node "$dir/node-$1/node.yaml"
}

# What the others heard of each node is what stands in its own log, which has one word
# for each round.
check_words() {
    local k other rounds
    for ((k = 1; k <= n_nodes; k++)); do
        "$treaty" log "$dir/node-$k" --json >"$dir/json-$k" || fail "node $k's log"
        sed -n 's/.*"kind": "out".* "envelope": "\([0-9a-f]*\)".*/\1/p' "$dir/json-$k" |
            sort >"$dir/said-$k"
        rounds=$(sed -n 's/.*"kind": "out".* "round": \([0-9]*\),.*/\1/p' "$dir/json-$k")
        [ -z "$(sort <<<"$rounds" | uniq -d)" ] || fail "node $k spoke twice in a round"
        [ "$(grep -c '"kind": "play"' "$dir/json-$k")" = "$stages" ] ||
            fail "node $k did not play each stage once"
        ! grep -E '"note": "(blamed|refused|double)"' "$dir/json-$k" ||
            fail "node $k accuses somebody"
    done
    for ((k = 1; k <= n_nodes; k++)); do
        for ((other = 1; other <= n_nodes; other++)); do
            sed -n 's/.*"kind": "in".* "sender": '"$k"',.* "envelope": "\([0-9a-f]*\)".*/\1/p' \
                "$dir/json-$other" | sort | comm -13 "$dir/said-$k" - >"$work/unsaid"
            [ ! -s "$work/unsaid" ] || fail "node $other heard what node $k did not say"
        done
    done
}

check_end() {
    local field
    run 0 logs "$treaty" log "$dir"
    grep -qE 'agrees? with it' "$work/logs.out" || fail "the logs do not agree"
    for ((k = 1; k <= n_nodes; k++)); do
        grep -q '"outcome": "played"' "$dir/node-$k/result.json" || fail "node $k"
    done
    for field in session agreement_digest certificate stages_played length; do
        [ "$(cat "$dir"/node-*/result.json | grep "\"$field\":" | sort -u | wc -l)" = 1 ] ||
            fail "they do not have the same $field"
    done
}

# All nodes of $dir at once, each with its own fates, until all have come to their end.
play() { # play FATES...: of node 1, node 2, ...
    local k
    n_nodes=$(find "$dir" -name payoffs.yaml | wc -l)
    stages=$(sed -n 's/^stages: //p' "$dir/terms.yaml")
    touch "$dir/befell"
    for ((k = 1; k <= n_nodes; k++)); do
        live "$k" "${!k:-}" >"$dir/node-$k.out" 2>&1 &
    done
    for ((k = 1; k <= n_nodes; k++)); do
        wait -n || fail "a node ended as it should not"
    done
    check_end
    check_words
    befell=$(wc -l <"$dir/befell")
}
