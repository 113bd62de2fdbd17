# SPDX-License-Identifier: MIT
# Completion for fish. `treaty complete` says what a word may become, and what it means.
function __treaty_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    type -q $words[1]; or return
    set -l lines ($words[1] complete $words[2..-1] $current 2>/dev/null)
    switch "$lines[1]"
        case 'words*'
            string join -- \n $lines[2..-1]
        case directories
            __fish_complete_directories $current
        case 'files*'
            set -l endings (string split -n ' ' -- (string replace files '' -- $lines[1]))
            if test (count $endings) -eq 0
                __fish_complete_path $current
            else
                for path in (__fish_complete_path $current)
                    set -l name (string split \t -- $path)[1]
                    string match -qr '/$|\.('(string join '|' $endings)')$' -- $name; and echo $path
                end
            end
    end
end
complete -c treaty -f -a '(__treaty_complete)'
