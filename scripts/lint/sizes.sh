#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# A function fits a screen: 60 lines between its braces. A file has at most 900 lines.
set -euo pipefail
. "$(dirname "$0")/rooms.sh"

mapfile -t files < <(c_files)
[ ${#files[@]} -gt 0 ] || exit 0

awk '
function says(line, complaint)
{
    printf "%s:%d: %s\n", FILENAME, line, complaint
    bad = 1
}
FNR == 1 { opened = 0 }
FNR == 901 { says(901, "a file of more than 900 lines") }
/^\{/ { opened = FNR }
/^\}/ {
    if (opened && FNR - opened > 60)
        says(opened, "a function of " FNR - opened " lines: more than 60")
    opened = 0
}
END { exit bad }
' "${files[@]}"
