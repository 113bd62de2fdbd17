#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every way to misbehave, in a real cluster: four processes, one of which does it. What
# the report says, in JSON and in words; what the logs of the honest say; and that
# nothing fails, hangs or is left running.
. "$(dirname "$0")/cluster.bash"

# A session of some twenty rounds. Where nobody falls silent nobody waits for long, so
# that a busy machine is taken for no cheat.
small=(--budget 2 --sampler soo --stages 5 --seed 3 --json --threat 'Greedy;Greedy;Greedy;Greedy')
patient=(--deadline 20)
hasty=(--deadline 4)

# cheat NAME MISDEEDS...: its report in NAME.out, its story in NAME.err
cheat() {
    local name=$1
    shift
    run 0 "$name" timeout 60 "$treaty" cluster "$games/channel-access-4.nfg" \
        "${small[@]}" "${patient[@]}" --out "$work/$name" "$@"
    has_not "$name" logs_disagree
    has_not "$name" '"failed": true'
}

# Node 2 is proven guilty of that in the report, and in the log of each honest node.
proven() {
    local name=$1 kind=$2 node
    has "$name" "\"node\": 2, \"kind\": \"$kind\""
    says "$name" 'PROVEN        Radio 2'
    for node in 1 3 4; do
        run 0 "$name-$node" "$treaty" log "$work/$name/node-$node" --json
        has "$name-$node" "\"note\": \"blamed\", \"node\": 2, \"fault\": \"$kind\""
    done
}
harmless() { # harmless KIND [WHEN]: all is played as if nothing were
    cheat "$1" --misbehave "2:$1${2-}"
    has "$1" '"agreed": true' '"stages": 5' '"deviations": []' '"outcome": "played"' \
        '"idle_misdeeds": []'
}
fatal() { # fatal KIND PROOF [WHEN]: the session ends with that proof
    cheat "$1" --misbehave "2:$1${3-}"
    proven "$1" "$2"
    has "$1" '"outcome": "fault"' '"idle_misdeeds": []'
}
fades() { # fades KIND STAGES [WHEN]: silence ends it, and proves nothing
    cheat "$1" --misbehave "2:$1${3-}" "${hasty[@]}"
    has "$1" "\"stages\": $2" '"kind": "omission"' '"outcome": "omission"' \
        '"idle_misdeeds": []'
    for kind in equivocation opening illegal action; do
        has_not "$1" "\"kind\": \"$kind\""
    done
}

# Just before the deadline or just after it: that is for the machine to say, and for the
# traces to test. Nobody is guilty either way.
at_the_last_moment() {
    cheat "$1" --misbehave "2:$1$2" "${hasty[@]}"
    has "$1" '"idle_misdeeds": []'
    grep -qE '"outcome": "(played|omission)"' "$work/$1.out" || fail "$1: another outcome"
    for kind in equivocation opening illegal action; do
        has_not "$1" "\"kind\": \"$kind\""
    done
}

# ---- what each kind is followed by, some clusters at a time ----

never_heard() {
    harmless garbage
    harmless forge
    harmless replay
    harmless flood
    harmless future
    harmless nag
    harmless slander
    harmless stuff
    harmless start-some
    # What is drawn is for the tickets to say, and with it whether there is an occasion.
    cheat never-content --misbehave 2:never-content
    cheat over-prune --misbehave 2:over-prune
    for kind in never-content over-prune; do
        has $kind '"agreed": true' '"stages": 5' '"deviations": []' '"outcome": "played"'
    done
}
reports() {
    small+=(--selection egalitarian)
    fatal bad-report opening
    cheat misreport --misbehave 2:misreport
    has misreport '"agreed": true' '"stages": 5' '"deviations": []' \
        '"selection": "egalitarian"' '"idle_misdeeds": []'
}
silent() {
    fades silent 3 @4
    fades withhold 0
    fades withhold-sign 0
}
split() {
    at_the_last_moment split @r9
}
accuse() {
    cheat accuse --misbehave 2:accuse@3
    has accuse '"node": 3, "kind": "omission"' '"claims": 1' '"outcome": "omission"'
}
selective() {
    # As the tickets have it: an agreement, or silence.
    cheat conspire --misbehave 2:conspire "${hasty[@]}"
    has_not conspire '"outcome": "fault"'
    has conspire '"idle_misdeeds": []'
    harmless mute-towards @4
}
slow() {
    at_the_last_moment late @4
    cheat fail-and-go-on --misbehave 2:fail-and-go-on@3
    proven fail-and-go-on exclusive
    cheat adaptive --misbehave 2:adaptive "${hasty[@]}"
}
proofs() {
    fatal equivocate equivocation @r4
    fatal two-hellos equivocation
    fatal bad-opening opening
    fatal grind opening
    fatal copy opening
}
decks() {
    for kind in marked-deck old-proof bad-share rogue-key; do
        cheat $kind --misbehave 2:$kind --concept private --resolution 16
        proven $kind proof
        has $kind '"outcome": "fault"' '"idle_misdeeds": []'
    done
}
proofs_of_illegal() {
    fatal illegal illegal
    fatal bad-proposal illegal
    fatal bad-prune illegal
    cheat sign-twice --misbehave 2:sign-twice
    has sign-twice '"agreed": false' '"outcome": "fault"' '"stage": 0, "node": 2'
}
plays() {
    cheat relapse --misbehave 2:relapse --strategy finite:3 --delta 0.95 --stages 6 \
        --budget 3
    has relapse '"stage": 1, "node": 2, "kind": "action"' \
        '"stage": 5, "node": 2, "kind": "action"' '"from": 2, "to": 4' \
        '"from": 6, "to": 6' '"stages": 6'
    cheat no-penance --misbehave 2:no-penance --defect 2@1 --strategy finite:3 \
        --delta 0.95 --budget 3
    has no-penance '"stage": 5, "node": 2, "kind": "action"' '"from": 2, "to": 5'
    cheat false-yes --misbehave 2:false-yes --delta 2=0
    has false-yes '"agreed": true' '"stage": 1, "node": 2, "kind": "action"' \
        '"from": 2, "to": null'
    # Two tricks in one node, and two nodes with one each.
    cheat both --misbehave 2:garbage --misbehave 2:equivocate@r4
    proven both equivocation
    cheat two --misbehave 2:nag --misbehave 3:replay --defect 4@5
    has two '"stages": 5' '"stage": 5, "node": 4, "kind": "action"'
    # What had no effect is told.
    cheat idle --misbehave 2:no-penance --misbehave 3:garbage@r5000 --defect 4@5:Greedy \
        --defect 1@5
    has idle '"misdeed": "--misbehave 2:no-penance", "why": "there was no occasion' \
        '"misdeed": "--misbehave 3:garbage@r5000", "why": "round 5000 was never'
}

pids=()
for group in split accuse selective silent slow never_heard reports proofs decks \
    proofs_of_illegal plays; do
    (
        trap - EXIT
        $group
    ) &
    pids+=($!)
done
for pid in "${pids[@]}"; do
    wait "$pid" || fail "see above"
done

# Every kind that help names was tried but two, which need a mixed agreement and the key
# of another.
run 0 help "$treaty" help misbehave
for kind in $(sed -n 's/^  \([a-z][a-z-]*\)  *.*/\1/p' "$work/help.out"); do
    [ "$kind" = picky ] || [ "$kind" = impersonate ] || [ -s "$work/$kind.out" ] ||
        fail "$kind was not tried"
done
for dir in "$work"/*/; do
    none_running "${dir%/}" || fail "nodes of $dir are left running"
done

echo "every cheat was ignored, waited for, or proven"
