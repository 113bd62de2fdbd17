#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Puts what `make bench` printed into docs/performance.md, between its two marks:
#     make bench >bench.txt && bench/paste.sh bench.txt
set -euo pipefail
page=$(dirname "$0")/../docs/performance.md

grep -q '^<!-- make bench' "$page" && grep -q '^<!-- end of make bench' "$page"
pasted=$(mktemp)
trap 'rm -f "$pasted"' EXIT
awk -v figures="$1" '
    /^<!-- end of make bench/ { inside = 0; print "```" }
    !inside { print }
    /^<!-- make bench/ {
        inside = 1
        print "```text"
        while ((getline line < figures) > 0) print line
    }' "$page" >"$pasted"
cat "$pasted" >"$page"
