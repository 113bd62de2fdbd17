# SPDX-License-Identifier: MIT
# Completion for bash: commands and options are what `treaty help` says, so that it never
# lags behind; other words are files.
_treaty() {
    local word=${COMP_WORDS[COMP_CWORD]} command=${COMP_WORDS[1]-}
    local treaty=${COMP_WORDS[0]}
    if [ "$COMP_CWORD" -eq 1 ] || { [ "$command" = help ] && [ "$COMP_CWORD" -eq 2 ]; }; then
        mapfile -t COMPREPLY < <(compgen -W "$("$treaty" help 2>/dev/null |
            sed -n 's/^  treaty \([a-z]*\)  .*/\1/p')" -- "$word")
        return
    fi
    if [[ $word == -* ]]; then
        mapfile -t COMPREPLY < <(compgen -W "$("$treaty" help "$command" 2>/dev/null |
            sed -n 's/^  \(--[a-z-]*\).*/\1/p')" -- "$word")
        return
    fi
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
}
complete -o filenames -F _treaty treaty
