#!/bin/sh
# SPDX-License-Identifier: MIT
# In a container, before the first node starts: deals a game to the volumes under /session,
# unless that was done before.   deal-once GAME.nfg [options of treaty deal]
set -eu

if [ -e /session/roster.yaml ]; then
    echo "dealt already"
    exit 0
fi
game=$1
shift
dealt=$(mktemp -d)
trap 'rm -rf "$dealt"' EXIT
treaty deal "$game" "$dealt/session" "$@"
for node in "$dealt"/session/node-*; do
    cp -p "$node"/* "/session/$(basename "$node")/"
done
# The roster comes last: where it is, everything is.
cp -p "$dealt/session/terms.yaml" /session/
cp -p "$dealt/session/roster.yaml" /session/
