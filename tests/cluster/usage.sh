#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Wrong input: the exit code that is fixed for it, a message that names what is wrong, and
# nothing half-written left behind.
. "$(dirname "$0")/cluster.bash"
cd "$work"
dilemma=$games/prisoners-dilemma.nfg

# refuse TEXT COMMAND...: exit code 2, the text on standard error, nothing on output
refuse() {
    local text=$1
    shift
    run 2 refused "$treaty" "$@"
    says refused "$text"
    [ ! -s refused.out ] || fail "treaty $* printed something all the same"
}
game() { # game TEXT: a file with this content
    printf '%s' "$1" >bad.nfg
}

refuse "there is no command 'negotiate'; try" negotiate
refuse 'did you mean `treaty cluster`?' clster
refuse "there is no command 'simulat'; did you mean simulate?" help simulat
refuse 'did you mean --stages?' cluster "$dilemma" --stagse 3
refuse 'something is missing' cluster
refuse "there is no option '--fast'" cluster "$dilemma" --fast
refuse "--delta: '1' is not allowed" cluster "$dilemma" --delta 1
refuse "--delta: '-0.5' is not allowed" simulate "$dilemma" --delta -0.5
refuse "--delta: '1.5' is not allowed" check "$dilemma" --profile '1;1' --delta 1.5
refuse "--budget: '0' is no whole number" cluster "$dilemma" --budget 0
refuse "--defect: '3@5'" cluster "$dilemma" --defect 3@5
refuse "--concept: 'shared' is not known" cluster "$dilemma" --concept shared
refuse 'neither beside the log nor' log "$here/usage.sh"
refuse 'there is no such file or directory' log nowhere
refuse 'either --profile P or --distribution' check "$dilemma"
refuse '--profile' check "$dilemma" --profile '0.5,0.6;1,0'
refuse '--distribution' check "$dilemma" --distribution 1,0,0
refuse 'nash asks about a profile' check "$dilemma" --distribution 1,0,0,0 --concept nash
refuse 'missing.nfg: cannot be opened: No such file or directory: check its name' \
    cluster missing.nfg
# The same mistakes at every command that reads a game, and at those that read a node's files.
mkdir directory
echo 'hello' >text
for command in cluster simulate 'check --profile 1;1' solve 'security --all' 'game show'; do
    read -ra words <<<"$command"
    refuse 'nowhere: cannot be opened' "${words[@]}" nowhere
    refuse 'directory: is a directory: name a file in it' "${words[@]}" directory
    refuse "text:1:1: expected NFG, found 'hello'; a game begins with NFG 1 R" "${words[@]}" text
done
for command in node 'config check' 'config show'; do
    read -ra words <<<"$command"
    refuse 'nowhere: cannot be opened' "${words[@]}" nowhere
    refuse 'directory: is a directory' "${words[@]}" directory
    refuse 'expected a list of FIELD: VALUE; treaty-files(5)' "${words[@]}" text
done
for command in log verify status replay; do
    refuse nowhere $command nowhere
    refuse directory $command directory
    refuse text $command text
done
refuse '--roster is for evidence' verify directory --roster text
refuse 'did you mean `treaty --version`?' --verison
refuse "there is no option '--st'" cluster "$dilemma" --st 3
run 1 no-directory "$treaty" game ioc --out nowhere/ioc.nfg
says no-directory 'nowhere/ioc.nfg: cannot be created: No such file or directory: make its directory'
refuse '--q: expected a probability' game ioc --q 3/2
refuse 'which file? treaty game show FILE' game show
refuse "'text' is one too many: ioc takes options only" game ioc text
refuse 'there is no command' help dance

game ''
refuse 'bad.nfg:1:' cluster bad.nfg
game 'NFG 1 R "t" { } { }'
refuse 'bad.nfg:1:' cluster bad.nfg
game 'NFG 1 R "t" { "a" "b" } { { "x" } { "y" } } nan 0'
refuse 'bad.nfg:1:' cluster bad.nfg
game 'NFG 1 R "t" { "a" "b" } { { "x" } { "y" } } 1e999 0'
refuse 'bad.nfg:1:' cluster bad.nfg
game 'NFG 1 R "t" { "a" "b" } { { "x" } { "y" } } 0 -1e101'
refuse 'a payoff of player 2 is beyond' cluster bad.nfg
game 'NFG 1 R "t" { "a" "b" } { { "x" "y" } { "z" } } 1 2 3'
refuse 'bad.nfg:1:' simulate bad.nfg
game 'NFG 1 R "t" { "a" "b" } { { "x" "y" } { "z" } } 1 2 3 4 5'
refuse 'bad.nfg:1:' check bad.nfg --profile '1;1'

# A directory that exists is never written into.
mkdir there
refuse 'there exists already' deal "$dilemma" there
refuse 'there exists already' cluster "$dilemma" --out there
refuse 'there exists already' simulate "$dilemma" --seed 1 --quiet --json --out there
[ -z "$(ls -A there)" ] || fail "something was written into a directory that was there"
[ "$(find . -maxdepth 1 -name '*new-*' | wc -l)" = 0 ] || fail "half of a deal is left"

# Keys: made once, and for nobody else's eyes.
run 0 keygen "$treaty" keygen key
refuse 'exists already' keygen key
[ "$(stat -c %a key)" = 600 ] || fail "others may read a new key"

# A port that is taken: it ran, and failed.
run 0 deal "$treaty" deal "$dilemma" taken --base-port 7330
"$treaty" node taken/node-2/node.yaml 2>holder.err &
holder=$!
wait_for "node 2 to listen" grep -q listens holder.err
run 1 port "$treaty" node taken/node-1/node.yaml --set listen=tcp://127.0.0.1:7332
says port 'the port is taken: stop the program that listens there'
kill $holder
wait $holder || true

# One node at a time.
run 0 deal "$treaty" deal "$dilemma" dealt --base-port 7300 --host 'node-%d'
grep -q 'tcp://node-2:7302' dealt/roster.yaml || fail "the roster lacks node 2's address"
grep -q 'tcp://0.0.0.0:7301' dealt/node-1/node.yaml || fail "node 1 does not listen"
chmod 640 dealt/node-1/key
refuse 'dealt/node-1/key' node dealt/node-1/node.yaml
chmod 600 dealt/node-1/key
cp dealt/node-1/key dealt/node-2/key
refuse 'key' node dealt/node-2/node.yaml
key=$(cat dealt/node-1/key.pub)
sed -i "s/[0-9a-f]\{64\}/$key/" dealt/roster.yaml
refuse 'roster.yaml' node dealt/node-1/node.yaml
refuse 'missing.yaml' node missing.yaml

# What a configuration comes to: the file, before it the environment, before that an option.
run 0 deal "$treaty" deal "$dilemma" plain
run 0 config "$treaty" config check plain/node-1/node.yaml
has config 'Player 1, player 1 of 2' 'terms ' 'roster '
run 0 origin env TREATY_LISTEN=tcp://127.0.0.1:7399 TREATY_DISCOUNT=0.8 \
    "$treaty" config show plain/node-1/node.yaml --origin --set discount=0.7
grep -q '^listen  *tcp://127.0.0.1:7399  *TREATY_LISTEN$' origin.out || fail "$(cat origin.out)"
grep -q '^discount  *0.7  *--set$' origin.out || fail "$(cat origin.out)"
grep -q '^player  *1  *node.yaml:8$' origin.out || fail "$(cat origin.out)"
grep -q '^restart.budget  *3  *node.yaml:[0-9]*$' origin.out || fail "$(cat origin.out)"
grep -q '^http.listen  *default$' origin.out || fail "$(cat origin.out)"
run 0 origin-json "$treaty" config show plain/node-1/node.yaml --json
has origin-json '{"field": "player", "value": "1", "origin": "file", "where": "node.yaml:8"}'
refuse 'did you mean discount=' config show plain/node-1/node.yaml --set dicount=0.7
refuse "'mend' is not known: check or show" config mend plain/node-1/node.yaml
TREATY_PLAYER=3 refuse 'have only 2 players, found 3; TREATY_PLAYER goes before the file' \
    config check plain/node-1/node.yaml
TREATY_PLAYER=3 refuse 'TREATY_PLAYER goes before' node plain/node-1/node.yaml
run 0 stranger env TREATY_LISTN=x "$treaty" config check plain/node-1/node.yaml
says stranger 'TREATY_LISTN sets nothing; did you mean TREATY_LISTEN?'
chmod 644 plain/node-1/payoffs.yaml
refuse 'payoffs.yaml: mode 644 lets others read' config check plain/node-1/node.yaml
refuse 'run chmod 600' node plain/node-1/node.yaml
[ ! -e plain/node-1/node.log ] || fail "a node that was refused has left a log"

# What a node says, for machines and for a journal.
run 0 deal "$treaty" deal "$dilemma" spoken --base-port 7320 --budget 4 --stages 4 --defect 2@3
"$treaty" node spoken/node-2/node.yaml --log-format json 2>other.err &
other=$!
run 0 json env TREATY_LOG_FORMAT=json "$treaty" node spoken/node-1/node.yaml
wait $other
for word in '"event":"session","node":1' '"level":"notice","event":"agreed","node":1' \
    '"level":"warning","event":"deviation","node":1,"stage":3,"text":"stage 3: Player 2 played' \
    '"level":"notice","event":"ended"'; do
    says json "$word"
done
[ "$(grep -vc '^{"time_ms":[0-9]*,.*}$' json.err)" = 0 ] || fail "a line is no object"
grep -q '"event":"deviation","node":2' other.err || fail "node 2 says nothing of its own deeds"
: >journal
run_journal() { JOURNAL_STREAM=$(stat -c %d:%i "$1") "$treaty" node spoken/node-1/node.yaml 2>>journal; }
run_journal journal
grep -q '^<6>player 1 (Player 1) listens on' journal || fail "no priorities: $(cat journal)"
: >journal
run_journal other.err # which is not where it speaks to
grep -q '^\[ .*player 1 (Player 1) listens on' journal || fail "priorities without a journal"
refuse "--log-format: 'xml' is not known: plain or json" node spoken/node-1/node.yaml --log-format xml
TREATY_LOG_FORMAT=xml refuse 'TREATY_LOG_FORMAT' node spoken/node-1/node.yaml

# A log that was tampered with ends with 3.
run 0 honest "$treaty" simulate "$dilemma" --seed 1 --budget 4 --stages 5 --quiet \
    --json --out honest
size=$(stat -c %s honest/node-1/node.log)
printf 'x' | dd of=honest/node-1/node.log bs=1 seek=$((size / 2)) conv=notrunc 2>/dev/null
run 3 tampered "$treaty" log honest/node-1
says tampered 'does not continue the chain'

# Colour on a terminal, unless NO_COLOR says no; an empty one says nothing.
colours() { # colours VARIABLE=VALUE: how many lines have some
    env TERM=xterm "$1" script -qec "$treaty simulate $dilemma --seed 1 --budget 4 --stages 4 \
        --defect 2@2" /dev/null </dev/null | grep -c $'\033\[[0-9;]*m' || true
}
if command -v script >/dev/null; then
    [ "$(colours NO_COLOR=)" -gt 0 ] || fail "there is no colour on a terminal"
    [ "$(colours NO_COLOR=1)" = 0 ] || fail "NO_COLOR does not keep colour away"
fi

# What is asked for is given.
run 0 help "$treaty" help
run 0 version "$treaty" --version
run 0 version-json "$treaty" --version --json
refuse 'takes nothing but --json' --version --yaml
# Versions are defined once, and what is written about them is true.
version=$(sed -n 's/^treaty //p' version.out)
number() { # number KEY: of the JSON object
    sed -n "s/.*\"$1\": \([0-9]*\)[,}].*/\1/p" version-json.out
}
has version-json "\"version\": \"$version\""
has version "library $(number library), wire format $(number wire), HTTP interface $(number http)"
grep -q "^| version | 1 | $(number wire) |" "$here/../../docs/protocol.md" ||
    fail "docs/protocol.md has another wire format than $(number wire)"
grep -qF "| \`interface\`, \`version\` | \`$(number http)\`;" "$here/../../docs/interface.md" ||
    fail "docs/interface.md has another version than $(number http)"
grep -q "^## \[$version\] - 20" "$here/../../CHANGELOG.md" ||
    fail "CHANGELOG.md does not know $version"
[ "$(wc -l <help.out)" -lt 24 ] || fail "help does not fit a screen"
for command in $("$treaty" complete '' | sed 1d | cut -f 1); do
    run 0 "help-$command" "$treaty" help "$command"
    run 0 "flag-$command" "$treaty" "$command" --help
    run 0 "long-$command" "$treaty" help --long "$command"
    cmp -s "help-$command.out" "flag-$command.out" || fail "two helps for $command"
    [ "$(wc -l <"help-$command.out")" -lt 24 ] || fail "help $command is longer than a screen"
    for form in help long; do
        [ "$(wc -L <"$form-$command.out")" -le 80 ] || fail "help $command is too wide"
    done
    # On the screen each option is explained or at least named, and examples come first.
    for option in $("$treaty" complete "$command" -- | sed 1d | cut -f 1); do
        [ "$option" = --help ] || has "help-$command" "$option"
    done
    grep -q "^  treaty $command " "help-$command.out" ||
        fail "help $command has no example"
    sed -n '3,5p' "help-$command.out" | grep -q '^  treaty ' ||
        fail "help $command does not begin with examples"
done
run 0 misbehave "$treaty" help misbehave
has misbehave silent equivocate

echo "everything wrong was refused"
