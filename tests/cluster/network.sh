#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Real nodes on a real network, made of namespaces and removed again: each node has an
# interface of its own on one bridge, 10 ms of wire before it each way, and loses one
# packet in twenty. Nodes agree and play; a partition heals within the deadline and costs
# nothing; one that does not ends cooperation everywhere alike.
#     tests/cluster/network.sh TREATY
# Ends with 77, for skipped, where the system does not allow this. TREATY_NETWORK=long
# has eight nodes and plays longer: `make network`.
. "$(dirname "$0")/cluster.bash"

PATH=$PATH:/usr/sbin:/sbin
delay=$(dirname "$treaty")/tests/cluster/wire/delay
skip() {
    echo "SKIPPED: $*"
    exit 77
}
[ -x "$delay" ] || fail "there is no $delay: make tests builds it"
for tool in ip iptables; do
    command -v $tool >/dev/null || skip "there is no $tool: install iproute2 and iptables"
done

n=4 stages=12 game=$games/channel-access-4.nfg
if [ "${TREATY_NETWORK-}" = long ]; then
    n=8 stages=60 game=$work/eight.nfg
    public_goods_8 >"$game"
fi
space=treaty-$$

within() { # within K COMMAND...: in the namespace of node K; 0 is the switch
    ip netns exec "$space-$1" "${@:2}"
}
drop() { # drop -A|-D FILTER...: at every node
    local k
    for ((k = 1; k <= n; k++)); do within $k iptables -w "$1" INPUT "${@:2}" -j DROP; done
}
# partition -A|-D: between the first half and the second
partition() {
    local k other
    for ((k = 1; k <= n; k++)); do
        for ((other = 1; other <= n; other++)); do
            [ $((k <= n / 2)) = $((other <= n / 2)) ] ||
                within $k iptables -w "$1" INPUT -s 10.77.0.$other -j DROP
        done
    done
}

tear_down() {
    local k
    set +e # whatever is not there is not taken away
    kill -9 $(jobs -rp) 2>/dev/null
    wait 2>/dev/null
    for ((k = 0; k <= n; k++)); do ip netns del "$space-$k" 2>/dev/null; done
    clean_up
}
trap tear_down EXIT

# Node K has eth0; behind it are wire aK, the delay, bK, and cK, which the bridge holds.
build_network() {
    local k ways=()
    for ((k = 0; k <= n; k++)); do ip netns add "$space-$k" || return 1; done
    within 0 ip link add bridge type bridge || return 1
    within 0 ip link set bridge up
    for ((k = 1; k <= n; k++)); do
        within $k ip link add eth0 type veth peer name a$k netns "$space-0" || return 1
        within 0 ip link add b$k type veth peer name c$k || return 1
        within 0 ip link set c$k master bridge
        within $k ip addr add 10.77.0.$k/24 dev eth0
        within $k ip link set eth0 up
        within 0 ip -batch - <<<"link set a$k up
link set b$k up
link set c$k up"
        ways+=("a$k-b$k")
    done
    within 1 iptables -w -A INPUT -m statistic --mode random --probability 0.05 -j DROP ||
        return 1
    within 1 iptables -w -F INPUT
    ip netns exec "$space-0" "$delay" 10 "${ways[@]}" >"$work/delay" 2>&1 &
    wait_for "the slow wire" grep -q ready "$work/delay"
}
build_network 2>"$work/why" || skip "no namespaces, bridges or packet filters here: $(tail -n 1 "$work/why")"

deal() { # deal NAME OPTIONS...
    "$treaty" deal "$game" "$work/$1" --host 10.77.0.%d --budget 2 --batch 2 --lambda 1 \
        --seed 1 "${@:2}" >/dev/null
}
start() { # start NAME
    local k
    for ((k = 1; k <= n; k++)); do
        within $k "$treaty" node "$work/$1/node-$k/node.yaml" --quiet 2>"$work/$1/$k.err" &
        pid[$k]=$!
    done
}
finish() { # finish NAME OUTCOME: everybody ends so
    local k
    for ((k = 1; k <= n; k++)); do
        wait "${pid[$k]}" || fail "$1: node $k: $(cat "$work/$1/$k.err")"
        grep -q "\"outcome\": \"$2\"" "$work/$1/node-$k/result.json" ||
            fail "$1: node $k did not end as $2"
    done
    run 0 "$1" "$treaty" log "$work/$1"
    has "$1" 'agree with it'
    run 0 "$1" "$treaty" verify "$work/$1"
}

# Loss all the time, and a partition in the middle that heals: nothing is lost but time.
drop -A -m statistic --mode random --probability 0.05
deal heals --stages "$stages" --deadline 60
start heals
noted "$work/heals/node-1" '"note": "stage", "stage": 3,'
partition -A
noted "$work/heals/node-1" '"note": "waiting"'
partition -D
finish heals played
for ((k = 1; k <= n; k++)); do
    [ "$("$treaty" log "$work/heals/node-$k" --json | grep -c '"note": "stage"')" = "$stages" ] ||
        fail "node $k did not play all $stages stages"
done

# The network was as slow and as bad as it was to be.
"$treaty" log "$work/heals/node-1" --json | grep '"note": "round"' |
    sed 's/.*"time_ms": \([0-9]*\).*/\1/' >"$work/rounds"
round_ms=$((($(tail -n 1 "$work/rounds") - $(head -n 1 "$work/rounds")) / ($(wc -l <"$work/rounds") - 1)))
[ $round_ms -ge 20 ] || fail "a round took $round_ms ms: nothing delays it"
lost=$(within 1 iptables -w -nvxL INPUT | awk '/statistic/ { print $1 }')
[ "$lost" -gt 0 ] || fail "no packet was lost"

# One that does not heal: both sides stop, at the same stage or one apart, and nobody is
# proven guilty of it.
drop -D -m statistic --mode random --probability 0.05
deal lasts --stages 1000000 --deadline 3
start lasts
noted "$work/lasts/node-$n" '"note": "stage", "stage": 3,'
partition -A
finish lasts omission
for ((k = 1; k <= n; k++)); do
    "$treaty" log "$work/lasts/node-$k" --json >"$work/records"
    ! grep -q '"note": "blamed"' "$work/records" || fail "somebody was found guilty"
    grep '"note": "ended"' "$work/records" | sed 's/.*"stages": \([0-9]*\).*/\1/'
done | sort -n >"$work/stages"
[ $(($(tail -n 1 "$work/stages") - $(head -n 1 "$work/stages"))) -le 1 ] ||
    fail "they ended after different stages: $(tr '\n' ' ' <"$work/stages")"
echo "$n nodes at 20 ms and 5 % loss: $stages stages, $round_ms ms a round," \
    "a partition healed, another ended all alike"
