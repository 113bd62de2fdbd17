#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# SIGKILL at writes and sends that a seed picks, then the same node again, from its log
# and its seed: all stages are played, everybody holds the same agreement, and nobody
# ever says two things.
#     TREATY_KILLS=200 TREATY_SEED=7 tests/cluster/crash.sh build/treaty
#     TREATY_KILLS=every: one death in each session, at the first call, the second, ...
. "$(dirname "$0")/fates.bash"

kills=${TREATY_KILLS:-40}

words=(kill tear power)

# Soon after the start, somewhat later, in the midst of things.
plans() { # plans COUNT: in $plan
    local k ranges=(6 30 90)
    plan=
    for ((k = 0; k < $1; k++)); do
        plan+="${words[RANDOM % 3]}:$((1 + RANDOM % ranges[RANDOM % 3])) "
    done
}

session() { # session NUMBER
    local k fates=()
    dir=$work/session-$1
    deal "$1"
    n_nodes=$(find "$dir" -name payoffs.yaml | wc -l)
    for ((k = 1; k <= n_nodes; k++)); do
        plan=
        if [ "$kills" = every ]; then
            [ $k != 2 ] || plan="${words[$1 % 2 * 2]}:$(($1 / 3 + 1))"
        elif [ $((($1 + k) % n_nodes)) = 0 ]; then
            plans 10
        elif [ $(($1 % 4)) = 3 ]; then # two of them at the same time
            plans 5
        fi
        fates+=("$plan")
    done
    play "${fates[@]}"
    total=$((total + befell))
    rm -rf "$dir"
}

total=0
if [ "$kills" = every ]; then
    # Until all three games are over before the call at which a node was to die.
    for ((n = 0, survived = 0; survived < 3; n++)); do
        session "$n"
        survived=$((befell == 0 ? survived + 1 : 0))
    done
else
    for ((n = 0; total < kills; n++)); do
        session "$n"
    done
fi
echo "$total kills in $n sessions (seed $seed): all was played, nobody said two things"
