#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What treaty observe serves: everything that a run's logs hold, to nobody else's payoffs,
# only by GET, whatever is asked for. Run as: observe.sh PATH/TO/treaty
. "$(dirname "$0")/cluster.bash"
. "$here/../web/run.bash"

timeout "$limit_s" node "$web/site.mjs" "$treaty" "$work" || fail "what is served"

run 2 nowhere "$treaty" observe nowhere
says nowhere 'there is no such file or directory'
run 2 other-game "$treaty" observe run --game "$games/chicken.nfg"
says other-game 'give the game that was dealt'
run 2 no-port "$treaty" observe run --listen there
says no-port 'expected PORT, or ADDRESS:PORT'

echo "what was served was looked at"
