#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Disks that are full, fail or cannot be written, and logs that were cut, damaged,
# mixed up or lost: each is said with the file, the place and the remedy, and nothing
# that was said is taken back.
. "$(dirname "$0")/fates.bash"

# --- Full at a write, then with room again; flushes that fail; short writes.
times=${TREATY_DISK_TIMES:-2}
befallen=0
for ((n = 0; n < times; n++)); do
    dir=$work/session-$n
    deal "$n"
    plan=
    for ((k = 1; k <= 6; k++)); do
        plan+="full:$((k < 4 ? k : 1 + RANDOM % 40)) sync:$((k < 3 ? k : 1 + RANDOM % 4)) "
    done
    play "$plan" "full:$((1 + RANDOM % 60))"
    befallen=$((befallen + befell))
    rm -rf "$dir"
done
[ $befallen -ge $((4 * times)) ] || fail "only $befallen faults befell anybody"
dir=$work/short
deal 0
play "short:7" "short:1"

# --- One finished session, damaged in many ways; each try begins with a copy.
one=$dir/node-1
log_size=$(stat -c %s "$one/node.log")
damaged() { # damaged: a fresh copy, in $copy
    copy=$dir/copy
    rm -rf "$copy"
    cp -r "$one" "$copy"
}
refused() { # refused STATUS NAME TEXT...: and the log is as it was
    local status=$1 name=$2 text before=none after=none
    shift 2
    [ ! -e "$copy/node.log" ] || before=$(sha256sum <"$copy/node.log")
    run "$status" "$name" "$treaty" node "$copy/node.yaml"
    for text in "$@"; do says "$name" "$text"; done
    [ ! -e "$copy/node.log" ] || after=$(sha256sum <"$copy/node.log")
    [ "$before" = "$after" ] || fail "$name: the log was changed"
}

# What it says, without the times.
words() {
    "$treaty" log "$1" --json | grep -v '"kind": "end"' |
        sed 's/"time_ms": [0-9]*, //; s/, "chain": .*//'
}

damaged
run 0 whole "$treaty" node "$copy/node.yaml"
cmp <(words "$one") <(words "$copy") || fail "a log that is over has changed"

# Torn: the signed end, and a piece of what is before it.
damaged
truncate -s $((log_size - 130)) "$copy/node.log"
run 0 torn "$treaty" node "$copy/node.yaml"
says torn 'cut off'
says torn 'that was not written to its end (after record '
cmp <(words "$one") <(words "$copy") || fail "it does not say the same again"

# A bit in the middle.
damaged
at=$((log_size / 2))
byte=$(od -An -tu1 -j $at -N 1 "$copy/node.log")
printf "\\x$(printf %x $((byte ^ 4)))" |
    dd of="$copy/node.log" bs=1 seek=$at conv=notrunc status=none
refused 1 flipped 'does not continue the chain' 'node.log: record ' ' at byte ' 'Restore it'

damaged
: >"$copy/node.log"
refused 2 empty 'is empty or no log at all'
damaged
rm "$copy/node.log"
refused 1 lost 'node.log: is lost' 'restore it'
damaged
rm "$copy/session.seed"
refused 1 seedless 'session.seed: is lost' 'restore it'
damaged
truncate -s 20 "$copy/session.seed"
refused 1 half_seed 'session.seed: is not whole (20 bytes, expected 40)'
damaged
chmod 644 "$copy/session.seed"
refused 2 open_seed 'mode 644 lets others at a secret'
damaged
cp "$dir/node-2/session.seed" "$copy/session.seed"
refused 1 other_seed 'would say something else than in record 3'
damaged
cp "$dir/node-2/node.log" "$copy/node.log"
refused 2 other_log 'is the log of another player'
damaged
sed 's/^stages: .*/stages: 99/' "$dir/terms.yaml" >"$copy/terms.yaml"
sed -i 's/^terms: .*/terms: terms.yaml/' "$copy/node.yaml"
refused 2 other_terms 'belongs to other terms'

# A directory that cannot be written, and a real full disk, where this user may make
# them.
read_only='make it writable, or name another place'
damaged
if [ "$(id -u)" != 0 ]; then
    chmod 500 "$copy"
    chmod 400 "$copy/lock"
    refused 1 read_only "$read_only"
    chmod 700 "$copy"
elif unshare -m true 2>/dev/null; then
    run 1 read_only unshare -m bash -c 'mount -t tmpfs none "$1" && cp -r "$2/." "$1" &&
        mount -o remount,ro "$1" && exec "$3" node "$1/node.yaml"' \
        - "$copy" "$one" "$treaty"
    says read_only "$read_only"
    run 1 full unshare -m bash -c 'mount -t tmpfs -o size=64k none "$1" &&
        cp -r "$2/." "$1" && rm "$1/node.log" "$1/session.seed" "$1/result.json" &&
        ! cp /dev/zero "$1/ballast" 2>/dev/null && exec "$3" node "$1/node.yaml"' \
        - "$copy" "$one" "$treaty"
    says full 'No space left on device'
else
    echo "skipped: a disk of this test's own (mount is not allowed)"
fi

echo "every disk was told from a log, and nothing that was said was taken back"
