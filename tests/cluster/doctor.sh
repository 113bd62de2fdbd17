#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What is wrong with a node is found, each with what to do about it; and where nothing is,
# nothing is said to be.
. "$(dirname "$0")/cluster.bash"

base=$((20000 + $$ % 6000 + 40))
run 0 deal "$treaty" deal "$games/prisoners-dilemma.nfg" "$work/run" --base-port "$base" \
    --http-base-port $((base + 10)) --deadline 600 --stages 2000000
one=$work/run/node-1/node.yaml
two=$work/run/node-2/node.yaml

# finds STATUS NAME STATE CHECK TEXT...: the finding of this check and state has each text
finds() {
    local status=$1 name=$2 state=$3 check=$4 text
    shift 4
    run "$status" "$name" "$treaty" doctor --json "${looked_at[@]}"
    for text in "$@"; do
        grep -o '{"check": "[^}]*}' "$work/$name.out" |
            grep -F "\"check\": \"$check\", \"state\": \"$state\"" | grep -qF -- "$text" || {
            cat "$work/$name.out" >&2
            fail "$name: no finding of $check that is $state says: $text"
        }
    done
    # What is wrong has a remedy.
    ! grep -o '{"check": "[^}]*}' "$work/$name.out" | grep -v '"check": "session"' |
        grep '"state": "wrong"' | grep -q '"fix": null' || fail "$name: what is to be done?"
}

looked_at=("$one")
finds 1 alone wrong peers 'Player 2 (player 2): nobody listens at' 'start it with treaty node'
finds 1 alone ok ports "127.0.0.1:$((base + 1)) is free" 
finds 1 alone ok permissions 'for this user alone'

# Both run, and one of them is asked about the other.
for config in "$one" "$two"; do
    "$treaty" node "$config" 2>>"$work/words" &
done
answers() {
    "$treaty" status "localhost:$((base + 11))" "localhost:$((base + 12))"
}
wait_for "both to answer" answers
"$treaty" top "$work/run" >"$work/top.out" </dev/null
has top 'Player 1' 'Player 2' '2 of 2 answer'
has_not top $'\033'

# In a terminal the picture stays where it is and is drawn again, until q.
mkfifo "$work/keys"
TERM=xterm script -qfec "stty rows 12 cols 60; stty -g >'$work/terminal.before'
    '$treaty' top --interval 0.1 '$work/run'; echo \$? >'$work/top.code'
    stty -g >'$work/terminal.after'" "$work/live.out" <"$work/keys" >/dev/null &
exec 7>"$work/keys"
pictures() { # pictures N: so many were drawn, and the stages went on meanwhile
    [ "$(grep -ao $'\033\\[H' "$work/live.out" | wc -l)" -ge "$1" ] &&
        [ "$(grep -ao 'Player 1 .*' "$work/live.out" | sort -u | wc -l)" -ge 2 ]
}
wait_for "top to draw again" pictures 3
printf q >&7
wait_for "top to end" test -e "$work/terminal.after"
exec 7>&-
wait $!
[ "$(cat "$work/top.code")" = 0 ] || fail "top ended with $(cat "$work/top.code")"
cmp -s "$work/terminal.before" "$work/terminal.after" || fail "top left the terminal otherwise"
has_in() { # has_in PICTURE TEXT: ends and beginnings of the screen
    grep -aqF -- "$2" "$work/live.out" || fail "top in a terminal: no $1"
}
has_in 'screen of its own' $'\033[?1049h'
has_in 'way back from it' $'\033[?1049l'
has_in 'hidden cursor' $'\033[?25l'
has_in 'cursor shown again' $'\033[?25h'
# What is taller or wider than the terminal is cut, or the picture would roll.
tr -d '\r\200-\277' <"$work/live.out" | sed 's/\x1b\[H/\n&/g' | LC_ALL=C awk '
    /\033\[H/ { lines = 1; pictures++ }
    !pictures || /^Script done/ { next }
    { gsub(/\033\[[?0-9;]*[A-Za-z]/, ""); if (length($0) > 60 || lines++ > 12) exit 1 }
' || fail "a picture of top is larger than its terminal"
kill -STOP "$(node_pid "$work/run" 1)"
looked_at=("$two" --peer "localhost:$((base + 12))")
missed() {
    "$treaty" status "localhost:$((base + 12))" | grep -q 'is missing for'
}
wait_for "one to be missed" missed
finds 1 watched wrong session 'Player 1 (player 1) is missing for' 'start it again'
finds 1 watched ok ports 'is running'
finds 1 watched ok terms 'has the same terms.yaml'

# Another's terms: which field.
mkdir "$work/other"
cp -r "$work/run/terms.yaml" "$work/run/roster.yaml" "$work/run/node-1" "$work/other"
sed -i 's/^soft_ms: .*/soft_ms: 321/' "$work/other/terms.yaml"
looked_at=("$work/other/node-1/node.yaml" --peer "localhost:$((base + 12))")
finds 1 differing wrong terms "another terms.yaml: 'soft_ms: 321' here, 'soft_ms: 200' there"
finds 1 differing wrong ports 'is taken by another program'
finds 1 differing ok terms 'has the same roster.yaml'
looked_at=("$work/other" "$work/run/node-2")
run 1 several "$treaty" doctor "${looked_at[@]}"
has several "another terms.yaml: 'soft_ms: 321' here,"

# Files.
chmod 644 "$work/other/node-1/key"
looked_at=("$work/other/node-1")
finds 2 open wrong files 'key'
chmod 600 "$work/other/node-1/key"
sed -i 's/^discount: .*/discount: 9/' "$work/other/node-1/node.yaml"
finds 2 numbers wrong files 'node.yaml:9: discount: expected 0 <= discount < 1, found 9'
looked_at=("$work/nowhere")
finds 2 nothing wrong files 'nowhere'
run 2 peer "$treaty" doctor "$two" --peer 'not an address'

echo "what was wrong was found, and what to do"
