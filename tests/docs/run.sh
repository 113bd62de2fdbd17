#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Documents do what they say: each command of their blocks that begin with "$ " is run, in
# their order, in one shell and an empty directory, and what it prints is compared.
#     tests/docs/run.sh TREATY DOCUMENT...             ends with 1 where something differs
#     tests/docs/run.sh --update TREATY DOCUMENT...    writes what was printed into them
# In what a document shows, a line "..." stands for any lines, and … for any part of one.
# Digests and the seconds at the beginning of a line may be others. A command must end with
# 0; one that is to fail says so itself: `treaty verify x; echo "exit code $?"`.
# As in the shell of who types it: neither -u nor pipefail.

# Nothing that a document waits for lasts for ever.
[ -n "${TREATY_DOCS_LIMITED-}" ] ||
    TREATY_DOCS_LIMITED=1 exec timeout -k 5 "${TREATY_TEST_LIMIT:-120}" "$0" "$@"
trap 'exit 1' TERM

_update=0
[ "$1" != --update ] || { _update=1 && shift; }
_treaty=$(realpath "$1")
shift
_top=$(cd "$(dirname "$0")/../.." && pwd)
_work= _failed=0 _n=0

clean_up() {
    local pid
    for pid in $(jobs -p); do
        kill -9 "$pid" 2>/dev/null
    done
    wait 2>/dev/null
    [ -z "$_work" ] || rm -rf "$_work"
}
trap clean_up EXIT

# What may differ: names of sessions and other digests, seconds, the machine's time.
plain() {
    sed -E -e 's/\b([0-9a-f]{64}|[0-9a-f]{8})\b/HEX/g' -e 's/^( *)[0-9]+\.[0-9]{2}(  )/\1T\2/' \
        -e 's/[[:space:]]+$//' -e 's/^ +T/T/'
}

# matches EXPECTED ACTUAL: two files, the first with wildcards
matches() {
    local expected actual line pattern i=0 skipping=0
    mapfile -t expected < <(plain <"$1")
    mapfile -t actual < <(plain <"$2")
    for line in "${expected[@]}"; do
        if [ "$line" = ... ]; then
            skipping=1
            continue
        fi
        pattern=${line//\\/\\\\}
        pattern=${pattern//\*/\\*}
        pattern=${pattern//\?/\\?}
        pattern=${pattern//\[/\\[}
        pattern=${pattern//…/*}
        while [ $i -lt ${#actual[@]} ]; do
            # shellcheck disable=SC2053
            [[ ${actual[i]} != $pattern ]] || break
            [ $skipping = 1 ] || return 1
            i=$((i + 1))
        done
        [ $i -lt ${#actual[@]} ] || return 1
        i=$((i + 1)) skipping=0
    done
    [ $skipping = 1 ] || [ $i = ${#actual[@]} ]
}

# The command that begins in line _at of _lines; _at is then behind it.
take_command() {
    local end
    _command=${_lines[_at]#'$ '}
    _at=$((_at + 1))
    while [[ $_command == *\\ ]]; do
        _command+=$'\n'${_lines[_at]}
        _at=$((_at + 1))
    done
    if [[ $_command =~ \<\<\'?([A-Z]+)\'? ]]; then
        end=${BASH_REMATCH[1]}
        while [ "${_lines[_at - 1]}" != "$end" ]; do
            _command+=$'\n'${_lines[_at]}
            _at=$((_at + 1))
        done
    fi
    while ! bash -n <<<"$_command" 2>/dev/null && [ "${_lines[_at]}" != '```' ]; do
        _command+=$'\n'${_lines[_at]}
        _at=$((_at + 1))
    done
}

differs() { # differs WHY
    _failed=1
    printf '%s:%d: %s\n    $ %s\n' "$_document" "$_line" "$1" "$_command"
    sed 's/^/    shown:   /' "$_work/.shown"
    sed 's/^/    printed: /' "$_work/.printed"
}

# Runs the command and compares. What it leaves in the shell stays there.
run_command() {
    local status
    take_command
    : >"$_work/.shown"
    while [[ ${_lines[_at]} != '```' && ${_lines[_at]} != '$ '* ]]; do
        printf '%s\n' "${_lines[_at]}" >>"$_work/.shown"
        _at=$((_at + 1))
    done
    eval "$_command" >"$_work/.printed" 2>&1 </dev/null
    status=$?
    # What bash says of a process that the document itself has killed, whenever it does.
    sed -i '/: line [0-9]*: *[0-9]* Killed  /d' "$_work/.printed"
    _n=$((_n + 1))
    printf '$ %s\n' "$_command" >>"$_work/.new"
    if [ $status = 0 ] && matches "$_work/.shown" "$_work/.printed"; then
        cat "$_work/.shown" >>"$_work/.new"
        return
    fi
    cat "$_work/.printed" >>"$_work/.new"
    if [ $status != 0 ]; then
        differs "ended with $status"
    elif [ $_update = 0 ]; then
        differs "prints something else"
    fi
}

run_document() {
    local _lines _at=0 _line _command
    mapfile -t _lines <"$_document"
    : >"$_work/.new"
    while [ $_at -lt ${#_lines[@]} ]; do
        _line=$((_at + 1))
        printf '%s\n' "${_lines[_at]}" >>"$_work/.new"
        _at=$((_at + 1))
        [[ ${_lines[_at - 1]} = '```console' || ${_lines[_at - 1]} = '```' &&
            ${_lines[_at]-} = '$ '* ]] || continue
        while [ "${_lines[_at]}" != '```' ]; do
            _line=$((_at + 1))
            run_command
        done
    done
    [ $_update = 0 ] || cmp -s "$_work/.new" "$_document" || cp "$_work/.new" "$_document"
}

mapfile -t _documents < <(realpath -e "$@")
[ ${#_documents[@]} = $# ] || exit 1
for _document in "${_documents[@]}"; do
    _work=$(mktemp -d "${TMPDIR:-/tmp}/treaty-docs.XXXXXX")
    mkdir "$_work/build"
    ln -s "$_treaty" "$_work/build/treaty"
    ln -s "$_top/games" "$_work/games"
    cd "$_work" || exit 1
    PATH=$_work/build:$PATH
    export PATH NO_COLOR=1 MANPAGER=cat
    run_document
    cd / && clean_up
    _work=
done
[ $_n -gt 0 ] || { echo "no command was found in $*" && exit 1; }
[ $_failed = 0 ] || exit 1
echo "$_n commands did what the documents say"
