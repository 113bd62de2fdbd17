#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A folder is named after what it hides. Everything is common; nothing is called so.
set -euo pipefail

found=$(find . -name .git -prune -o -path './build*' -prune -o -type d -print |
    grep -iE '/(commons?|utils?|utilities|misc|helpers?|shared)$' || true)
[ -z "$found" ] || { sed 's/$/: a folder is named after what it hides/' <<<"$found" && exit 1; }
