#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A switch over an enum names every value, so that the compiler finds the places where a
# new one must be thought of. What a grep cannot tell apart is forbidden altogether: there
# is no `default:` in the core.
set -euo pipefail
. "$(dirname "$0")/rooms.sh"

found=$(for room in $core; do
    [ ! -d "$room" ] || find "$room" -name '*.[ch]'
done | LC_ALL=C sort | xargs -r grep -nE '^[[:space:]]*default[[:space:]]*:' /dev/null || true)
[ -z "$found" ] || { sed 's/$/ (name every case instead)/' <<<"$found" && exit 1; }
