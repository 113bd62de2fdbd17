# SPDX-License-Identifier: MIT
# Completion for bash. `treaty complete` says what a word may become; here it is only made
# to suit readline, which ends words at = and : as well.
_treaty() {
    local line=${COMP_LINE:0:COMP_POINT} word kind words=() lines=() known
    read -ra words <<<"$line"
    [[ $line != *[[:blank:]] ]] || words+=("")
    word=${words[-1]}
    mapfile -t lines < <("${words[0]/#\~/$HOME}" complete "${words[@]:1}" 2>/dev/null)
    kind=${lines[0]-}
    lines=("${lines[@]:1}")
    lines=("${lines[@]%%$'\t'*}")
    known=${word%"${word##*[:=]}"} # what readline takes for earlier words
    case $kind in
    words*)
        COMPREPLY=("${lines[@]#"$known"}")
        [[ $kind != *nospace ]] || compopt -o nospace 2>/dev/null
        ;;
    directories)
        mapfile -t COMPREPLY < <(compgen -d -- "${word#"$known"}")
        compopt -o filenames 2>/dev/null
        ;;
    files)
        mapfile -t COMPREPLY < <(compgen -f -- "${word#"$known"}")
        compopt -o filenames 2>/dev/null
        ;;
    files*)
        local ending=${kind#files }
        mapfile -t COMPREPLY < <(
            compgen -d -- "${word#"$known"}"
            compgen -f -X "!*.@(${ending// /|})" -- "${word#"$known"}"
        )
        compopt -o filenames 2>/dev/null
        ;;
    *) COMPREPLY=() ;;
    esac
    [ -n "${COMPREPLY[0]-}" ] || COMPREPLY=()
}
shopt -s extglob
complete -F _treaty treaty
