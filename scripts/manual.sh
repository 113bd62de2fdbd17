#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The man page, made of what `treaty help` says:     scripts/manual.sh TREATY VERSION
set -euo pipefail
treaty=$1 version=$2

# A preformatted text: what begins with a dot or a quote, and backslashes, are not roff.
verbatim() {
    printf '.nf\n'
    sed -e 's/\\/\\e/g' -e "s/^[.']/\\\\\&&/" -e 's/-/\\-/g' -e 's/`/\\(ga/g' -e "s/'/\\\\(aq/g"
    printf '.fi\n'
}

commands=$("$treaty" help | sed -n 's/^  treaty \([a-z]*\)  .*/\1/p')

cat <<HEAD
.TH TREATY 1 "" "treaty $version" "User Commands"
.SH NAME
treaty \- nodes that negotiate agreements of repeated games, play them and punish who breaks them
.SH SYNOPSIS
.B treaty
.I COMMAND
.RI [ options ]
.SH DESCRIPTION
N nodes that do not trust each other, each knowing only its own payoffs, negotiate an
equilibrium of the game they will play over and over, sign it, play it, and punish whoever
breaks it, with nobody in the middle.
.SH COMMANDS
HEAD
for command in $commands; do
    printf '.SS treaty %s\n' "$command"
    "$treaty" help "$command" | verbatim
done
printf '.SS Ways to misbehave\n'
"$treaty" help misbehave | verbatim
cat <<TAIL
.SH EXIT STATUS
.TP
0
done; not reaching an agreement is a result as well
.TP
1
it ran and failed
.TP
2
the command line, a file or a game is wrong
.TP
3
a verification found something false
.SH FILES
.TP
.I runs/TIME
what \fBtreaty cluster\fR leaves behind, unless \fB\-\-out\fR names another directory
TAIL
