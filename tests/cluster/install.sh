#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What `make install` brings is enough: for a program that embeds the core, for `man`, for
# a shell that completes.
. "$(dirname "$0")/cluster.bash"
top=$here/../..

sanitized=0
[[ $treaty != *build-san/* ]] || sanitized=1
make -C "$top" --no-print-directory QUIET=1 SAN=$sanitized \
    install DESTDIR="$work" PREFIX=/opt/treaty >"$work/make.log" 2>&1 ||
    fail "make install: $(tail -n 3 "$work/make.log")"
there=$work/opt/treaty
run 0 version "$there/bin/treaty" --version
has version 'treaty '

export PKG_CONFIG_PATH=$there/lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$work
if [ $sanitized = 0 ]; then
    read -ra flags < <(pkg-config --cflags --libs treaty)
    # Where other packages lie under the root, they are not those of $work.
    flags=("${flags[@]/#-I$work\/usr/-I/usr}")
    "${CC:-cc}" -std=c17 -Wall -Wextra -Werror -o "$work/embed" "$here/embed.c" "${flags[@]}"
    run 0 embed "$work/embed"
    has embed 'player 2 plays' 'player 1: played after 5 stages, agreed: yes'
fi

manual=$there/share/man/man1/treaty.1
for command in $("$treaty" help | sed -n 's/^  treaty \([a-z]*\)  .*/\1/p'); do
    grep -q "^\.SS treaty $command\$" "$manual" || fail "the manual lacks $command"
done
if command -v groff >/dev/null; then
    run 0 manual groff -man -Tutf8 -ww "$manual"
    [ ! -s "$work/manual.err" ] || fail "groff: $(head -n 3 "$work/manual.err")"
fi

complete_words() { # complete_words WORD...: what the last word may become
    PATH=$there/bin:$PATH bash -c '
        . "$1"
        shift
        COMP_WORDS=(treaty "$@")
        COMP_CWORD=$#
        _treaty
        printf "%s\n" "${COMPREPLY[@]}"' completion \
        "$there/share/bash-completion/completions/treaty" "$@"
}
[ "$(complete_words sim)" = simulate ] || fail "commands are not completed"
[ "$(complete_words cluster --base)" = --base-port ] || fail "options are not completed"
[ "$(complete_words help deal)" = deal ] || fail "help is not completed"

echo "installed, embedded, completed"
