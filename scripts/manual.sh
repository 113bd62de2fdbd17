#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The manual pages, made of what the program says of itself, of the header that is the
# core's door, and of docs/man:    scripts/manual.sh TREATY VERSION DIRECTORY
# They carry the day of the newest version in CHANGELOG.md, so that they are the same
# wherever and whenever they are made.
set -euo pipefail
cd "$(dirname "$0")/.."
treaty=$1 version=$2 out=$3

date=$(sed -n 's/^## \[[0-9.]*\] - \([0-9-]*\)$/\1/p' CHANGELOG.md | head -n 1)
: "${date:?CHANGELOG.md has no version with a date}"

# page NAME.SECTION: standard input, dated; whole or not there
page() {
    sed -e "/^\.TH /s/\"\"/\"$date\"/" -e "s/@DATE@/$date/" -e "s/@VERSION@/$version/" \
        >"$out/.$1"
    mv "$out/.$1" "$out/$1"
}

# Each declaration of a header and the comment above it, as they stand.
library() {
    cat <<HEAD
.TH LIBTREATY 3 "@DATE@" "treaty @VERSION@" "Library Functions"
.SH NAME
libtreaty \- the player of a treaty, for programs with their own sockets and clock
.SH SYNOPSIS
.nf
#include <protocol/player.h>

cc program.c \$(pkg\-config \-\-cflags \-\-libs treaty)
.fi
.SH DESCRIPTION
The library computes: messages and time in, actions out.
It knows no socket, clock, file or thread, and allocates only in functions that end in
_new.
Its other headers have the same form; each comment there is the contract.
.SH FUNCTIONS AND TYPES
.nf
HEAD
    sed -e '1,/^#define TREATY/d' -e '/^#include/d' -e '/^#endif/d' "$1" | cat -s |
        sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/'/\\\\(aq/g" -e "s/\`/\\\\(ga/g" \
            -e 's/^\./\\\&./' -e 's/^ / /'
    printf '.fi\n.SH SEE ALSO\n.BR treaty (1)\n'
}

mkdir -p "$out"
"$treaty" help --man | page treaty.1
"$treaty" complete '' | sed 1d | while read -r command _; do
    "$treaty" help --man "$command" </dev/null | page "treaty-$command.1"
done
for source in docs/man/*; do
    page "$(basename "$source")" <"$source"
done
library protocol/player.h | page libtreaty.3
