#!/bin/bash
# SPDX-License-Identifier: MIT
# Under systemd: two nodes as services, from `treaty deal` to `treaty verify`.
set -euo pipefail

fail() {
    echo "FAILED: $*"
    systemctl status --no-pager 'treaty@*' || true
    exit 1
}
of() { # of NAME PROPERTY
    systemctl show --value -p "$2" "treaty@$1"
}
wait_for() { # wait_for WHAT COMMAND...
    local what=$1 until_s=$((SECONDS + 120))
    shift
    until "$@"; do
        [ $SECONDS -lt $until_s ] || fail "waited for: $what"
        sleep 0.1
    done
}
says() { # says NAME TEXT
    [[ $(of "$1" StatusText) == *$2* ]]
}
gone_on() { # gone_on NAME: has another process than before, which has come as far as playing
    local now
    now=$(of "$1" MainPID)
    [ "$now" != 0 ] && [ "$now" != "$pid" ] && [ "$(of "$1" ActiveState)" = active ] &&
        says "$1" stage
}
dead() {
    [ "$(of "$1" ActiveState)" = inactive ]
}

ip link set lo up
rm -rf /etc/treaty /var/lib/treaty /var/lib/private/treaty /root/demo
treaty deal /usr/share/doc/treaty/examples/games/prisoners-dilemma.nfg /root/demo \
    --host localhost --stages 3000 --budget 4 >/dev/null
for k in 1 2; do
    install -d -m 700 "/etc/treaty/pd-$k" "/var/lib/treaty/pd-$k"
    install -m 600 "/root/demo/node-$k/key" "/etc/treaty/pd-$k/key"
    cp /root/demo/terms.yaml /root/demo/roster.yaml "/var/lib/treaty/pd-$k"
    install -d -m 700 "/var/lib/treaty/pd-$k/node"
    cp /root/demo/node-$k/{node,payoffs}.yaml "/var/lib/treaty/pd-$k/node"
done

mkdir -p /etc/systemd/system/treaty@.service.d
# The watchdog of the unit has more patience than a test.
printf "[Service]\nWatchdogSec=2\n" >/etc/systemd/system/treaty@.service.d/test.conf
systemctl daemon-reload
systemctl start treaty@pd-1 || fail "$(journalctl --no-pager -u treaty@pd-1 | tail)"
wait_for "whom it waits for" says pd-1 'waiting for the hello message of Player 2'
echo "  ok      started: \"$(of pd-1 StatusText)\""
pid=$(of pd-1 MainPID)
[ "$(awk '/^Uid:/ { print $2 }' "/proc/$pid/status")" != 0 ] || fail "it runs as root"
[ "$(awk '/^CapEff:/ { print $2 }' "/proc/$pid/status")" = 0000000000000000 ] ||
    fail "it has capabilities"
[ "$(awk '/^Seccomp:/ { print $2 }' "/proc/$pid/status")" = 2 ] || fail "it is not filtered"
[ "$(stat -c %a:%u /etc/treaty/pd-1/key)" = 600:0 ] || fail "the key is open"
find /var/lib/private/treaty/pd-1 -name key | grep -q . && fail "the key was copied"
echo "  ok      user $(awk '/^Uid:/ { print $2 }' "/proc/$pid/status"), no capability, filtered;" \
    "its key is root's at rest"

systemctl start treaty@pd-2
wait_for "play" says pd-1 stage
kill -9 "$pid"
wait_for "node 1 to go on from its log" gone_on pd-1
[ "$(of pd-1 NRestarts)" = 1 ] || fail "it was started again $(of pd-1 NRestarts) times"
echo "  ok      killed, started again by systemd, plays on: \"$(of pd-1 StatusText)\""
pid=$(of pd-1 MainPID)
kill -STOP "$pid"
wait_for "the watchdog" gone_on pd-1
echo "  ok      stopped in its tracks: the watchdog has started it again"
wait_for "the end" dead pd-1
wait_for "the end" dead pd-2
for k in 1 2; do
    [ "$(of pd-$k Result)" = success ] || fail "node $k ended with $(of pd-$k Result)"
done
treaty verify /var/lib/treaty/pd-1/node >/root/verified || fail "$(cat /root/verified)"
echo "  ok      $(grep '^play' /root/verified | tr -s ' '): $(tail -n 1 /root/verified | tr -s ' ')"

mv /var/lib/treaty/pd-1/node/node.yaml /root/node.yaml
systemctl start treaty@pd-1 2>/dev/null && fail "it started without its file"
sleep 2
[ "$(of pd-1 NRestarts)" = 0 ] || fail "a file that is missing was tried again"
echo "  ok      without its file: \"$(of pd-1 StatusText)\", and not again and again"
systemd-analyze security --no-pager treaty@pd-2 | sed -n 's/^.*\(Overall.*: [0-9.]* [A-Z]*\).*/  ok      \1/p'
echo "all of it"
