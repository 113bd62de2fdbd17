#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What treaty observe serves: everything that a run's logs hold, to nobody else's payoffs,
# only by GET, whatever is asked for; and what running nodes tell. Run as: observe.sh PATH/TO/treaty
. "$(dirname "$0")/cluster.bash"
. "$here/../web/run.bash"

base=$((20000 + $$ % 6000 + 80))
cp "$games/battle-of-the-sexes.nfg" game.nfg
run 0 deal "$treaty" deal game.nfg dealt --base-port "$base" --seed 3 --budget 20 \
    --stages 20 --defect 2@8:1 --defect 2@9:2 --strategy finite:2
for k in 1 2; do
    "$treaty" node "dealt/node-$k/node.yaml" --http $((base + 10 + k)) --stay \
        2>>"node-$k.err" &
done
timeout "$limit_s" node "$web/site.mjs" "$treaty" "$work" $((base + 11)) $((base + 12)) ||
    fail "what is served"
run 2 too-many "$treaty" observe $((base + 11)) $((base + 12)) $((base + 12)) --listen 0
says too-many '3 addresses, but the session has 2 players'
run 2 once "$treaty" observe $((base + 11)) --once
for pid in $(node_pid dealt 1) $(node_pid dealt 2); do
    kill "$pid"
done

# Messages that come early, and rows without proposals, hide no question from any log.
for seed in 7 8; do
    run 0 late "$treaty" simulate "$games/channel-access-4.nfg" --delay 1:400 --loss 0.1 \
        --seed $seed --stages 3 --budget 20 --out "late-$seed" --quiet --json
    asked=$(grep -o '"asked": [0-9]*' late.out)
    for k in 1 2 3 4; do
        run 0 told "$treaty" log "late-$seed/node-$k" --verbose
        told=$(grep -cE '^ +[0-9.]+ +(yes|no) ' told.out)
        [ "$asked" = "\"asked\": $told" ] || fail "node $k told $told of $asked, seed $seed"
    done
done

run 2 nowhere "$treaty" observe nowhere
says nowhere 'there is no such file or directory'
run 2 other-game "$treaty" observe run --game "$games/chicken.nfg"
says other-game 'give the game that was dealt'
run 2 no-port "$treaty" observe run --listen there
says no-port 'expected PORT, or ADDRESS:PORT'

echo "what was served was looked at"
