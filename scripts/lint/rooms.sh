# SPDX-License-Identifier: MIT
# The rooms of the house, for the scripts beside this one: source it.
# shellcheck shell=bash
core="base game sampling lottery protocol adversary"
shells="sim node analysis study cli"

# Every C file of the project, headers too, below the current directory.
c_files() {
    local rooms=() room
    for room in $core $shells tests bench; do
        [ -d "$room" ] && rooms+=("$room")
    done
    [ ${#rooms[@]} -eq 0 ] || find "${rooms[@]}" -name '*.[ch]' | LC_ALL=C sort
}
