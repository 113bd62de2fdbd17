#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A document links only to files that exist: [words](path), seen from where it stands.
set -euo pipefail

bad=0
while read -r document; do
    while IFS=: read -r line link; do
        path=${link%%#*}
        [ -z "$path" ] || [ -e "$(dirname "$document")/$path" ] || {
            printf '%s:%d: links to %s, which is not there\n' "$document" "$line" "$path"
            bad=1
        }
    done < <(grep -noE '\]\([^) ]+\)' "$document" | sed -E 's/\]\((.*)\)$/\1/' |
        grep -vE '^[0-9]+:(https?|mailto):' || true)
done < <(find . \( -name '.?*' -o -name build -o -name 'build-*' -o -name runs \
    -o -name node_modules \) -prune -o -name '*.md' -print | LC_ALL=C sort)
exit $bad
