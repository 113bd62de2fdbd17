#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Who may know whom: fails where a file includes what its room must not
# (docs/architecture.md draws the picture).
set -euo pipefail
. "$(dirname "$0")/rooms.sh"

mapfile -t files < <(c_files)
[ ${#files[@]} -gt 0 ] || exit 0

awk '
function says(complaint)
{
    printf "%s:%d: %s\n", FILENAME, FNR, complaint
    bad = 1
}
function starts(text, beginning)
{
    return substr(text, 1, length(beginning)) == beginning
}
BEGIN {
    rooms["base"] = "base"
    rooms["game"] = "base game"
    rooms["sampling"] = "base game sampling"
    rooms["lottery"] = "base lottery"
    rooms["protocol"] = "base game sampling lottery protocol"
    rooms["adversary"] = rooms["protocol"] " adversary"
    rooms["sim"] = rooms["adversary"] " sim"
    rooms["node"] = rooms["adversary"] " node"
    rooms["analysis"] = "base game analysis"
    rooms["study"] = "base game sampling lottery analysis study"
    rooms["cli"] = rooms["adversary"] " sim node analysis study cli"
    rooms["bench"] = rooms["cli"] " bench"
    rooms["tests"] = rooms["cli"] " tests"
    n = split("base game sampling lottery protocol adversary", names, " ")
    for (i = 1; i <= n; i++)
        core[names[i]] = 1
    # What the core may take from the standard library: nothing of it waits, reads a
    # clock, opens a file or reaches a socket by being called as lint/symbols.sh allows.
    n = split("errno.h float.h inttypes.h limits.h math.h stdalign.h stdarg.h stdbool.h " \
              "stddef.h stdint.h stdio.h stdlib.h string.h", names, " ")
    for (i = 1; i <= n; i++)
        standard[names[i]] = 1
}
/^[ \t]*#[ \t]*include[ \t]*"/ {
    split($0, quoted, "\"")
    split(FILENAME, here, "/")
    slash = index(quoted[2], "/")
    there = substr(quoted[2], 1, slash - 1)
    if (!slash)
        says("includes \"" quoted[2] "\" without its room")
    else if (index(" " rooms[here[1]] " ", " " there " ") == 0)
        says(here[1] "/ must not know " there "/ (\"" quoted[2] "\")")
}
/^[ \t]*#[ \t]*include[ \t]*</ {
    header = $0
    sub(/^[^<]*</, "", header)
    sub(/>.*/, "", header)
    split(FILENAME, here, "/")
    if (starts(header, "sodium")) {
        if (FILENAME !~ /^base\/(secure|signature|scalar|group)\.c$/)
            says("<" header "> belongs to base/secure.c, base/signature.c, base/scalar.c and base/group.c")
    } else if (header == "uv.h" || starts(header, "uv/") || starts(header, "nanomsg/") ||
               header == "jansson.h" || starts(header, "cyaml/")) {
        if (here[1] !~ /^(node|cli|tests|bench)$/)
            says("<" header "> belongs to node/ and cli/")
    } else if (starts(header, "coin/")) {
        if (FILENAME != "analysis/linear.c")
            says("<" header "> is analysis/linear.c'\''s alone")
    } else if (header == "nlopt.h") {
        if (FILENAME != "study/rivals_library.c")
            says("<nlopt.h> is study/rivals_library.c'\''s alone")
    } else if (header == "gmp.h") {
        if (here[1] !~ /^(analysis|tests)$/)
            says("<gmp.h> belongs to analysis/")
    } else if (here[1] in core && !(header in standard))
        says("the core must not include <" header ">")
}
END { exit bad }
' "${files[@]}"
