#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Plays real clusters for hours, one after the other, while everything happens to them
# that a seed thinks of (the seed decides what happens; the machine, in which moment):
# processes are killed and started again, stopped and continued, connections cut, ports
# flooded, agreements broken, the protocol too. From the logs of each cluster the laws are
# checked. Beside them one cluster lives all the time, and its processes must not grow.
#     scripts/soak.sh BUILD HOURS [SEED]
# A line a minute, then a summary; 1 if a law broke, and the directory of that cluster is
# kept. TREATY_SOAK_PORT: the first of 100 ports (default 24100).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

build=$1
hours=${2:-1}
seed=${3:-$((EPOCHSECONDS % 1000000))}
treaty=$(realpath "$build/treaty")
relay=$(realpath "$build/tests/cluster/wire/relay")
hostile=$(realpath "$build/tests/cluster/wire/hostile")
port=${TREATY_SOAK_PORT:-24100}
deadline_s=20
limit_s=240 # for a cluster to end, whatever happens to it

# What the nodes of the cluster that lives all the time may have more at the end than
# after two minutes.
grow_kib_max=4096
grow_descriptors_max=16

directory=$(mktemp -d "${TMPDIR:-/tmp}/treaty-soak.XXXXXX")
end_s=$(awk -v h="$hours" 'BEGIN { printf "%d", h * 3600 }')
verifies=false
"$treaty" help verify >/dev/null 2>&1 && verifies=true

n_worlds=0 n_stages=0 n_kills=0 n_stops=0 n_floods=0 n_cheats=0
declare -a helpers=() broken=()

# Whatever was started ends with this script, by its number.
clean_up() {
    local id
    for id in "${helpers[@]}" $(jobs -rp); do
        kill -CONT "$id" 2>/dev/null
        kill -9 "$id" 2>/dev/null
    done
    wait 2>/dev/null
    [ ${#broken[@]} -gt 0 ] || rm -rf "$directory"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# draw N: REPLY is from 0 to N - 1. In a subshell the sequence would begin anew.
draw() {
    REPLY=$(((RANDOM * 32768 + RANDOM) % $1))
}

public_goods() { # public_goods N: each has one unit; what is given grows by half
    awk -v n="$1" 'BEGIN {
        printf "NFG 1 R \"Public goods of %d\" {", n
        for (i = 1; i <= n; i++) printf " \"Player %d\"", i
        printf " } {"
        for (i = 1; i <= n; i++) printf " 2"
        printf " }\n\n"
        for (k = 0; k < 2 ^ n; k++) {
            given = 0
            for (i = 0; i < n; i++) given += int(k / 2 ^ i) % 2 == 0
            for (i = 0; i < n; i++)
                printf "%.17g ", (int(k / 2 ^ i) % 2) + 1.5 * given / n
            printf "\n"
        }
    }'
}

# --- a cluster behind a relay ---------------------------------------------------------

# deal DIR GAME FIRST_PORT OPTIONS...: node K hears at FIRST_PORT + 10 + K, and everybody
# is told FIRST_PORT + K, where the relay listens.
deal() {
    local dir=$1 game=$2 first=$3 k
    shift 3
    "$treaty" deal "$game" "$dir" --base-port "$first" "$@" >/dev/null || return 1
    for ((k = 1; k <= n; k++)); do
        sed -i "s|^listen: .*|listen: \"tcp://127.0.0.1:$((first + 10 + k))\"|" \
            "$dir/node-$k/node.yaml"
    done
}
ways() { # ways FIRST_PORT: the relay's operands
    local k
    for ((k = 1; k <= n; k++)); do
        printf '%d-%d ' $(($1 + k)) $(($1 + 10 + k))
    done
}

# break_law DIR WHAT: told at once, and again at the end
break_law() {
    broken+=("$1: $2")
    printf 'BROKEN  seed %d, cluster %d: %s (%s)\n' "$seed" "$n_worlds" "$2" "$1"
}

# The laws, from the logs of a directory. cheats: " 2 5 ", who may be found guilty;
# kind: how; must: how many stages everybody has to have played, empty where the cluster
# may end earlier.
check_laws() { # check_laws DIR
    local dir=$1 k found
    for ((k = 1; k <= n; k++)); do
        "$treaty" log "$dir/node-$k" --json >"$dir/$k.json" 2>"$dir/$k.words" || {
            break_law "$dir" "log $k: $(cat "$dir/$k.words")"
            return
        }
    done
    found=$("$treaty" log "$dir" 2>&1 >/dev/null) || break_law "$dir" "the logs: $found"
    # What a cheat has logged of itself may be as false as the rest.
    for ((k = 1; k <= n; k++)); do
        { ! $verifies || [[ -n $kind && $cheats == *" $k "* ]]; } && continue
        found=$("$treaty" verify "$dir/node-$k" 2>&1) ||
            break_law "$dir" "treaty verify: $(tail -n 1 <<<"$found")"
    done
    found=$(cd "$dir" && awk -v n="$n" -v cheats="$cheats" -v kind="$kind" \
        -v must="$must" -f "$laws" $(seq -f '%g.json' 1 "$n")) || true
    [ -z "$found" ] || break_law "$dir" "$found"
    n_stages=$((n_stages + $(grep -c '"note": "stage"' "$dir/1.json")))
}

# The same agreement, the same actions and deviations at the same stages, each stage once,
# nobody found guilty but who is.
laws=$directory/laws.awk
cat >"$laws" <<'LAWS'
function field(name,    text) {
    if (!match($0, "\"" name "\": [^,}]*")) return ""
    text = substr($0, RSTART, RLENGTH)
    sub(/^[^:]*: /, "", text)
    gsub(/"/, "", text)
    return text
}
function wrong(what) { if (!said++) print "node " node ": " what }
function guilty(node) { return index(cheats, " " node " ") > 0 }
FNR == 1 { node = FILENAME + 0; last = 0; closed[node] = 0; stages[node] = 0 }
guilty(node) && kind != "" { next }
/"kind": "end"/ { closed[node] = 1 }
!/"kind": "note"/ { next }
/"note": "agreed"/ {
    if (agreed == "") agreed = field("digest")
    if (agreed != field("digest")) wrong("another agreement")
}
/"note": "stage"/ {
    stage = field("stage")
    if (stage != last + 1) wrong("stage " stage " follows stage " last)
    last = stages[node] = stage
    match($0, /"actions".*"chain"/)
    row = substr($0, RSTART, RLENGTH)
    if (!(stage in rows)) rows[stage] = row
    if (rows[stage] != row && kind != "equivocate") wrong("stage " stage " was another one")
}
/"note": "deviation"/ && !guilty(field("node")) { wrong("honest node " field("node") " deviated") }
/"note": "blamed"/ && !guilty(field("node")) { wrong("honest node " field("node") " is proven guilty") }
/"note": "ended"/ { outcome[node] = field("outcome") }
END {
    for (node = 1; node <= n; node++) {
        if (guilty(node) && kind != "") continue
        if (!closed[node]) wrong("its log has no end")
        if (must != "" && (outcome[node] != "played" || stages[node] != must))
            wrong("ended after stage " stages[node] " of " must ": " outcome[node])
    }
}
LAWS

# --- one cluster, and what happens to it ----------------------------------------------

start_node() {
    "$treaty" node "$dir/node-$1/node.yaml" --quiet >>"$dir/$1.err" 2>&1 &
    pid[$1]=$!
    state[$1]=up
}

now_ms() {
    REPLY=$((${EPOCHREALTIME/[.,]/} / 1000))
}

# A fault, if its victim has had a quiet moment.
hurt() { # hurt K
    local k=$1 what
    [ "${state[$k]}" = up ] && [ "$now" -ge "${quiet_until[$k]}" ] || return 0
    draw 10
    what=$REPLY
    draw 1500
    quiet_until[$k]=$((now + 3000 + REPLY))
    due[$k]=$((now + REPLY))
    if [ "$what" -lt 4 ]; then
        kill -9 "${pid[$k]}"
        wait "${pid[$k]}" 2>/dev/null
        state[$k]=killed n_kills=$((n_kills + 1))
    elif [ "$what" -lt 7 ]; then
        kill -STOP "${pid[$k]}" && state[$k]=stopped && n_stops=$((n_stops + 1))
    elif [ "$what" = 7 ]; then
        timeout 10 "$hostile" resets $((first + 10 + k)) 300 >/dev/null &
        n_floods=$((n_floods + 1))
    elif [ "$what" = 8 ]; then
        timeout 10 "$hostile" flood $((first + 10 + k)) 5000 1 4 garbage:200 >/dev/null &
        n_floods=$((n_floods + 1))
    else
        timeout 10 "$hostile" squat $((first + 10 + k)) 60 2 >/dev/null &
        n_floods=$((n_floods + 1))
    fi
}

# What has become due: continued, started again; or the process has ended by itself.
look_after() { # look_after K
    local k=$1 code=0
    case ${state[$k]} in
    stopped)
        [ "$now" -lt "${due[$k]}" ] || { kill -CONT "${pid[$k]}" && state[$k]=up; }
        ;;
    killed)
        [ "$now" -lt "${due[$k]}" ] || start_node "$k"
        ;;
    up)
        kill -0 "${pid[$k]}" 2>/dev/null && return
        wait "${pid[$k]}" || code=$?
        state[$k]=ended
        [ $code = 0 ] || break_law "$dir" "node $k ended with $code: $(tail -n 1 "$dir/$k.err")"
        ;;
    ended) ;;
    esac
}

# Sets game, options, cheats, kind, must.
invent() {
    local stages k
    draw 5
    n=$((REPLY + 2))
    game=$directory/game-$n.nfg
    [ -e "$game" ] || public_goods $n >"$game"
    draw 3
    [ "$n" = 2 ] && game=$(set -- prisoners-dilemma battle-of-the-sexes chicken &&
        shift "$REPLY" && echo "games/$1.nfg")
    [ "$n" = 4 ] && [ "$REPLY" = 0 ] && game=games/channel-access-4.nfg
    draw 600
    stages=$((REPLY + 200))
    must=$stages cheats=' ' kind=
    options=(--budget 4 --stages "$stages" --deadline "$deadline_s"
        --seed "$((seed + n_worlds))")
    draw 2
    [ "$REPLY" = 0 ] || options+=(--strategy finite:3)
    draw 4
    [ "$REPLY" -lt 2 ] && return
    n_cheats=$((n_cheats + 1))
    draw $n
    k=$((REPLY + 1))
    cheats=" $k "
    draw 2
    if [ "$REPLY" = 0 ]; then
        draw 100
        options+=(--defect "$k@$((REPLY + 20))" --defect "$k@$((REPLY + 90))")
        return
    fi
    local kinds=(silent equivocate bad-opening garbage forge mute-towards illegal withhold copy)
    draw ${#kinds[@]}
    kind=${kinds[$REPLY]}
    draw 150
    case $kind in
    garbage | forge) ;;
    mute-towards) # a request in each round from then on: half a second each
        REPLY=$((stages - 1 - REPLY / 3))
        [ "$n" -gt 2 ] || must=
        ;;
    *) must= ;;
    esac
    options+=(--misbehave "$k:$kind@$((REPLY + 1))")
}

world() {
    local game options cheats kind must k now until_s=$((SECONDS + limit_s)) open
    local dir first=$((port + 50)) delay cuts relay_pid
    local -a pid=() state=() due=() quiet_until=()
    invent
    dir=$directory/$n_worlds
    deal "$dir" "$game" $first "${options[@]}" || {
        break_law "$dir" "it cannot be dealt: ${options[*]}"
        end_s=0
        return
    }
    draw 12
    delay=$((REPLY + 3))
    draw 40
    cuts=$REPLY
    # shellcheck disable=SC2046
    "$relay" $((seed + n_worlds)) $delay $cuts $(ways $first) >>"$directory/cuts" &
    relay_pid=$!
    for ((k = 1; k <= n; k++)); do
        quiet_until[$k]=0
        start_node "$k"
    done
    for (( ; ; )); do
        now_ms
        now=$REPLY
        open=0
        for ((k = 1; k <= n; k++)); do
            look_after "$k"
            [ "${state[$k]}" = ended ] || open=$((open + 1))
        done
        [ $open -gt 0 ] || break
        if [ $SECONDS -ge $until_s ]; then
            break_law "$dir" "$open nodes still run after $limit_s s"
            for ((k = 1; k <= n; k++)); do
                [ "${state[$k]}" = ended ] || kill -9 "${pid[$k]}"
            done
            break
        fi
        draw 8
        if [ "$REPLY" = 0 ] && [ $((until_s - SECONDS)) -gt $((limit_s - 60)) ]; then
            draw $n
            hurt $((REPLY + 1))
        fi
        minute
        sleep 0.1
    done
    kill "$relay_pid"
    wait "$relay_pid" 2>/dev/null
    check_laws "$dir"
    [[ " ${broken[*]-} " == *" $dir: "* ]] || rm -rf "$dir"
    n_worlds=$((n_worlds + 1))
}

# --- the cluster that lives all the time ----------------------------------------------

long_start() {
    local n=3 k
    long_dir=$directory/long
    public_goods 3 >"$directory/long.nfg"
    deal "$long_dir" "$directory/long.nfg" "$port" --budget 4 --stages 1000000 \
        --deadline 60 --strategy finite:3 --seed "$seed" --defect 3@1000 || exit 1
    # shellcheck disable=SC2046
    "$relay" "$seed" 25 6 $(ways "$port") >>"$directory/cuts" &
    helpers+=($!)
    for ((k = 1; k <= n; k++)); do
        "$treaty" node "$long_dir/node-$k/node.yaml" --quiet >"$directory/long-$k.err" 2>&1 &
        long_pid[k]=$!
        helpers+=($!)
    done
}

# What strangers do to it each minute, while it is not being measured.
long_hurt() {
    local k=$((minutes % 3 + 1))
    (
        "$hostile" resets $((port + 10 + k)) 1000
        "$hostile" noise $((port + 10 + k)) 100 "$minutes"
        "$hostile" flood $((port + 10 + k)) 3000 3 4 garbage:200
        "$hostile" squat $((port + 10 + k)) 50 2
        kill -STOP "${long_pid[$k]}"
        sleep 2
        kill -CONT "${long_pid[$k]}"
    ) >/dev/null 2>&1 &
}

minutes=0 next_s=60 grown_kib=0 grown_descriptors=0
declare -a long_pid=() first_kib=() first_descriptors=() long_size=()
measure() {
    local k kib descriptors size
    sizes=
    for k in 1 2 3; do
        kib=$(awk '$1 == "VmRSS:" { print $2 }' "/proc/${long_pid[$k]}/status" 2>/dev/null)
        descriptors=$(ls "/proc/${long_pid[$k]}/fd" 2>/dev/null | wc -l)
        size=$(stat -c %s "$long_dir/node-$k/node.log")
        if [ -z "$kib" ]; then
            break_law "$long_dir" "node $k is gone: $(tail -n 1 "$directory/long-$k.err")"
            end_s=0
            return
        fi
        [ "$size" -gt "${long_size[$k]:-0}" ] ||
            break_law "$long_dir" "node $k has written nothing for a minute"
        long_size[k]=$size
        sizes+=" $kib/$descriptors"
        if [ "$minutes" = 2 ]; then
            first_kib[k]=$kib
            first_descriptors[k]=$descriptors
        elif [ "$minutes" -gt 2 ]; then
            [ $((kib - first_kib[k])) -le $grown_kib ] || grown_kib=$((kib - first_kib[k]))
            [ $((descriptors - first_descriptors[k])) -le $grown_descriptors ] ||
                grown_descriptors=$((descriptors - first_descriptors[k]))
        fi
    done
}

minute() {
    [ $SECONDS -ge $next_s ] || return 0
    next_s=$((next_s + 60))
    minutes=$((minutes + 1))
    measure
    printf '%4d min  %4d clusters %7d stages  %4d killed %4d stopped %4d floods %5d cuts %4d cheats  KiB/fds%s  %s\n' \
        $minutes $n_worlds $n_stages $n_kills $n_stops $n_floods \
        "$(wc -l <"$directory/cuts")" $n_cheats "$sizes" \
        "$([ ${#broken[@]} = 0 ] && echo ok || echo "${#broken[@]} BROKEN")"
    long_hurt
}

long_end() {
    local n=3 k cheats=' 3 ' kind='' must='' code
    for k in 1 2 3; do
        kill -CONT "${long_pid[$k]}" 2>/dev/null
        kill -TERM "${long_pid[$k]}" 2>/dev/null
        code=0
        wait "${long_pid[$k]}" || code=$?
        [ $code = 0 ] || break_law "$long_dir" "node $k ended with $code"
    done
    long_stages=$n_stages
    check_laws "$long_dir"
    long_stages=$((n_stages - long_stages))
    [ $grown_kib -le $grow_kib_max ] ||
        break_law "$long_dir" "a node grew by $grown_kib KiB: more than $grow_kib_max"
    [ $grown_descriptors -le $grow_descriptors_max ] || break_law "$long_dir" \
        "a node holds $grown_descriptors descriptors more: the bound is $grow_descriptors_max"
}

printf 'soak: %s h, seed %d, %s\n' "$hours" "$seed" "$("$treaty" --version 2>/dev/null)"
$verifies || echo 'soak: there is no treaty verify in this build: laws are read from the logs alone'
RANDOM=$seed
: >"$directory/cuts"
long_start
while [ $SECONDS -lt "$end_s" ]; do
    world
done
long_end
printf '\n%d s, seed %d: %d clusters of 2 to 6 nodes ended, %d of them with a cheat; %d stages.\n' \
    $SECONDS "$seed" $n_worlds $n_cheats $((n_stages - long_stages))
printf '%d nodes killed and started again, %d stopped and continued, %d connections cut, %d floods.\n' \
    $n_kills $n_stops "$(wc -l <"$directory/cuts")" $n_floods
printf 'The long one: %d stages; its nodes grew by at most %d KiB (bound %d) and %d descriptors (bound %d).\n' \
    "$long_stages" $grown_kib $grow_kib_max $grown_descriptors $grow_descriptors_max
if [ ${#broken[@]} -gt 0 ]; then
    printf 'BROKEN  %s\n' "${broken[@]}"
    exit 1
fi
echo 'No law broke.'
