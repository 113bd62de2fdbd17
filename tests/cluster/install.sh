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

# A page for every command and file, and nothing in them that a reader stumbles over.
manuals=$there/share/man
commands=$("$treaty" complete '' | sed 1d | cut -f 1)
[ "$(wc -w <<<"$commands")" -ge 14 ] || fail "commands are missing: $commands"
for page in man1/treaty.1 man5/treaty-files.5 man3/libtreaty.3 \
    $(printf 'man1/treaty-%s.1 ' $commands); do
    [ -s "$manuals/$page" ] || fail "there is no $page"
    if command -v mandoc >/dev/null; then
        run 0 mandoc mandoc -Tlint -W warning "$manuals/$page"
    fi
    if command -v groff >/dev/null; then
        run 0 groff groff -man -Tutf8 -ww "$manuals/$page"
        [ ! -s "$work/groff.err" ] || fail "groff: $(head -n 3 "$work/groff.err")"
    fi
done
for command in $commands; do
    # Each option that is read has its paragraph.
    "$treaty" complete "$command" -- | sed -e 1d -e '/^--help/d' | cut -f 1 |
        while read -r option; do
            grep -qF -- "\\fB${option//-/\\-}\\fR" "$manuals/man1/treaty-$command.1" ||
                fail "treaty-$command(1) lacks $option"
        done
    grep -qF "treaty\\-$command (1)" "$manuals/man1/treaty.1" || fail "no $command"
done

# Each field of the files that are dealt stands in treaty-files(5).
run 0 deal "$treaty" deal "$games/aumann-chicken.nfg" "$work/dealt" --concept private \
    --http-base-port 7340 --defect 1@2 --misbehave 2:late --threat '2/3,1/3;2/3,1/3'
fields=$(sed -n 's/^ *\(- \)\{0,1\}\([a-z_]*\):.*/\2/p' "$work"/dealt/*.yaml \
    "$work"/dealt/node-*/node.yaml | sort -u)
[ "$(wc -w <<<"$fields")" -gt 30 ] || fail "too few fields: $fields"
for field in $fields; do
    grep -qw -- "$field" "$manuals/man5/treaty-files.5" || fail "treaty-files(5) lacks $field"
done

# What shells complete. Each is asked really: typed LINE, the last word may become WORD...
cd "$work"
mkdir completing
cd completing
mkdir games.d
touch radios.nfg radios.agg node.yaml
export PATH=$there/bin:$PATH
bash_completes() {
    bash -c '. "$1"
        COMP_LINE=$2 COMP_POINT=${#2}
        _treaty
        printf "%s\n" "${COMPREPLY[@]}"' completion \
        "$there/share/bash-completion/completions/treaty" "$1"
}
fish_completes() {
    HOME=$work fish --no-config -c "source $there/share/fish/vendor_completions.d/treaty.fish
        complete -C '$1'" | cut -f 1
}
# A zsh of its own on a terminal of its own, which notes what it would offer.
zsh_completes() {
    rm -f "$work/offered"
    cat >"$work/ask.zsh" <<'ZSH'
zmodload zsh/zpty
zpty ask zsh -f -i
zpty -w ask "PS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D
compadd() { local -a found; builtin compadd -O found \"\$@\"
print -rl -- \$found >> $3; builtin compadd \"\$@\" }
print -r -- REA''DY"
while zpty -r ask line && [[ $line != *READY* ]]; do :; done
zpty -w -n ask "$2"$'\t'
repeat 400; do
    [[ -s $3 ]] && break
    sleep 0.05
done
zpty -d ask
ZSH
    timeout 60 zsh -f "$work/ask.zsh" "$there/share/zsh/site-functions" "$1" "$work/offered" \
        >/dev/null 2>&1
    grep . "$work/offered" || true
}
completes() { # completes LINE WORD...
    local line=$1 said
    shift
    for shell in "${shells[@]}"; do
        said=$("${shell}_completes" "$line" | sed 's|/$||' | LC_ALL=C sort -u | tr '\n' ' ')
        [ "$said" = "$* " ] || fail "$shell completes '$line' to '$said', not '$*'"
    done
}
shells=()
missing=
asked=(bash zsh fish)
[ $sanitized = 0 ] || asked=(bash) # shells are slow, and the answers are the same
for shell in "${asked[@]}"; do
    if command -v $shell >/dev/null; then
        shells+=($shell)
    else
        missing+="; there is no $shell here, so it was not asked"
    fi
done
completes 'treaty sim' simulate
completes 'treaty help dea' deal
completes 'treaty cluster --base' --base-port
completes 'treaty simulate radios.nfg --strategy ' finite grim
completes 'treaty solve ' games.d radios.agg radios.nfg
completes 'treaty node ' games.d node.yaml
completes 'treaty deal radios.nfg ' games.d
completes 'treaty observe radios.nfg node.yaml no' node.yaml
completes 'treaty verify node.yaml --roster no' node.yaml
# At readline's = and :, which are part of the word for the others.
for shell in "${shells[@]}"; do
    misbehaviour=2:silent sampler=--sampler=soo
    [ "$shell" != bash ] || misbehaviour=silent sampler=soo
    [ "$("${shell}_completes" 'treaty cluster --misbehave 2:sile')" = $misbehaviour ] ||
        fail "$shell does not complete kinds of misbehaviour"
    [ "$("${shell}_completes" 'treaty cluster --sampler=so')" = $sampler ] ||
        fail "$shell does not complete a value after ="
done
# Every choice that is offered is one that the program takes.
for question in $("$treaty" complete solve x --what '' | sed 1d); do
    ! "$treaty" solve "$games/matching-pennies.nfg" --what "$question" 2>&1 |
        grep -q 'is not known' || fail "--what $question is offered, but not taken"
done

echo "installed, embedded, explained, completed by ${shells[*]}$missing"
