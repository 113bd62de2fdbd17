#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Inside of the engine's root: five nodes and an observer agree, one is killed and comes
# back, all go down and come up again with their keys and their logs, the end is shown, and
# what they have signed is verified.
set -euo pipefail
cd /src
export DOCKER_HOST=unix:///run/podman.sock COMPOSE_PROJECT_NAME=treaty
export STAGES=${STAGES:-8000} DEADLINE=600
limit_s=400

fail() {
    echo "FAILED: $*" >&2
    docker-compose ps >&2 || true
    docker-compose logs --no-color --tail 8 >&2 || true
    exit 1
}
began=$SECONDS
ok() {
    printf '  ok      %4d s  %s\n' $((SECONDS - began)) "$*"
    began=$SECONDS
}
wait_for() { # wait_for WHAT COMMAND...
    local what=$1 until_s=$((SECONDS + limit_s))
    shift
    until "$@" >/dev/null 2>&1; do
        [ $SECONDS -lt $until_s ] || fail "waited $limit_s s for: $what"
        sleep 0.2
    done
}
# The container of a service: its name depends on the version of compose.
container() {
    docker-compose ps -q "$1"
}
in_node() { # in_node K COMMAND...
    podman exec "$(container "node-$1")" "${@:2}"
}
# A node's own account of itself, over its interface, as one who is on its network sees it.
status_of() { # status_of K FIELD
    in_node "$1" bash -c 'exec 3<>/dev/tcp/127.0.0.1/9100
        printf "GET /status HTTP/1.0\r\nHost: localhost\r\n\r\n" >&3; cat <&3' |
        grep -o "\"$2\":[^,]*" | head -n 1 | cut -d: -f2- | tr -d '"'
}
is() { # is K FIELD VALUE
    [ "$(status_of "$1" "$2")" = "$3" ]
}
at_least() { # at_least K FIELD VALUE
    [ "$(status_of "$1" "$2")" -ge "$3" ]
}
keys() {
    for k in 1 2 3 4 5; do in_node $k sha256sum "/session/node-$k/key"; done
}

podman system service --time=0 "$DOCKER_HOST" >/dev/null 2>&1 &
wait_for "the engine" test -S /run/podman.sock

docker-compose config -q || fail "docker-compose.yml is refused"
ok "docker-compose takes the file"

docker-compose down --volumes >/dev/null 2>&1 # of a run that was cut short
docker-compose up -d --no-build >/dev/null 2>&1 || fail "up"
for k in 1 2 3 4 5; do
    wait_for "node $k to play" at_least $k stages_played 1
done
keys >/tmp/keys
session=$(status_of 1 session)
ok "up: five nodes have agreed and play session ${session:0:8}"

docker-compose stop node-3 >/dev/null 2>&1
wait_for "the others to miss node 3" is 1 health degraded
before=$(status_of 1 stages_played)
podman exec "$(container node-1)" treaty status localhost:9100 >/tmp/missed || fail "status"
grep -q 'Player 3\|node-3\|player 3' /tmp/missed || fail "whom node 1 misses: $(cat /tmp/missed)"
ok "node 3 was stopped at stage $before and is missed by name: play stands still"

[ "$(in_node 1 id -u)" = 65532 ] || fail "a node runs as $(in_node 1 id -u)"
! in_node 1 touch /anywhere 2>/dev/null || fail "a node's root can be written"
! in_node 1 test -e /session/node-2/key || fail "node 1 has the key of node 2"
! in_node 1 find / -xdev -name '*.nfg' 2>/dev/null | grep -q . || fail "a game is in the image"
! podman exec "$(container observer)" find /session -name 'key*' -o -name node.log | grep -q . ||
    fail "the observer has more than what nodes show"
! in_node 1 bash -c 'exec 3<>/dev/tcp/1.1.1.1/53' 2>/dev/null || fail "a node reaches the world"
ok "a node is nobody, writes nowhere else, has nobody's key but its own, reaches nobody else"

for k in 1 2 4 5; do
    podman healthcheck run "$(container "node-$k")" >/dev/null || fail "node $k is not healthy"
done
podman healthcheck run "$(container observer)" >/dev/null || fail "the observer is not healthy"
curl -sf -o /tmp/page http://127.0.0.1:8400/ || fail "there is no page"
grep -qi '<!doctype html' /tmp/page || fail "the page is something else"
! curl -sf -m 2 "http://$(ip -4 -o addr show scope global | awk '{print $4; exit}' |
    cut -d/ -f1):8400/" >/dev/null || fail "the page is open to other machines"
wait_for "the page to hear of the play" sh -c \
    'curl -sN -m 3 -o /tmp/events http://127.0.0.1:8400/data/events; grep -q stage /tmp/events'
ok "healthy; the page is on 127.0.0.1:8400 and nowhere else, and hears of the play"

docker-compose start node-3 >/dev/null 2>&1
wait_for "play to go on" at_least 1 stages_played $((before + 2))
ok "node 3 was started, and all play on"

before=$(status_of 4 stages_played)
process=$(podman inspect --format '{{.State.Pid}}' "$(container node-4)")
kill -9 "$process" # not by the engine, which would leave it dead
came_back() {
    at_least 4 stages_played $((before + 2)) &&
        [ "$(podman inspect --format '{{.State.Pid}}' "$(container node-4)")" != "$process" ]
}
wait_for "node 4 to come back by itself" came_back
is 4 session "$session" || fail "node 4 came back into another session"
ok "node 4 was killed at stage $before, came back by itself, and plays on"

docker-compose down >/dev/null 2>&1 || fail "down"
[ -z "$(podman ps -aq)" ] || fail "containers are left"
docker-compose up -d --no-build >/dev/null 2>&1 || fail "up again"
for k in 1 2 3 4 5; do
    wait_for "node $k to play on" at_least $k stages_played $((before + 3))
    is $k session "$session" || fail "node $k is in another session"
done
keys | cmp -s - /tmp/keys || fail "keys have changed"
ok "down and up again: the same keys, the same session, further on"

for k in 1 2 3 4 5; do
    wait_for "node $k to be done" is $k outcome played
done
is 2 stages_played "$STAGES" || fail "not all stages were played"
docker-compose down >/dev/null 2>&1
docker-compose up -d --no-build >/dev/null 2>&1
wait_for "a node that shows its result" is 5 outcome played
is 5 session "$session" || fail "a session that is over began again"
ok "all $STAGES stages; up again after the end: the result is shown, nothing begins"

# Not in the foreground, for which compose would ask Docker's own command line.
run_logs() { # run_logs NAME COMMAND...: what it printed is in /tmp/NAME; its exit code
    local name=$1 code
    docker-compose run -d --name "$name" "${@:2}" >/dev/null 2>&1 || return
    code=$(timeout $limit_s podman wait "$name") || return
    podman logs "$name" >"/tmp/$name" 2>&1
    podman rm "$name" >/dev/null
    return "$code"
}
run_logs keyless --entrypoint sh logs -c 'cat /session/node-*/key | wc -c' || fail "no shell"
[ "$(cat /tmp/keyless)" = 0 ] || fail "who reads the logs has keys"
run_logs verified logs verify /session || fail "verify: $(cat /tmp/verified)"
ok "verified: $(tail -n 1 /tmp/verified)"
docker-compose down --volumes >/dev/null 2>&1
[ -z "$(podman volume ls -q)" ] || fail "volumes are left"
ok "down --volumes: nothing is left"
