#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What the core calls and keeps: looks at its objects in the directory given, which are
# built without PIE and without fortified functions so that only its own words show.
# Fails where an object calls what its room must not, or keeps a writable variable.
set -euo pipefail
. "$(dirname "$0")/rooms.sh"

objects=()
for room in $core sim analysis study; do
    for source in "$room"/*.c; do
        [ -e "$source" ] && objects+=("${source%.c}.o")
    done
done
[ ${#objects[@]} -gt 0 ] || exit 0

cd "$1"
# One line per symbol: "game/game.o: U memcpy". A static's value and its type letter.
nm -A --format=posix "${objects[@]}" | awk '
function says(complaint)
{
    print complaint
    bad = 1
}
function allow(list,    names, n, i)
{
    n = split(list, names, " ")
    for (i = 1; i <= n; i++)
        allowed[names[i]] = 1
}
BEGIN {
    below["base"] = "base"
    below["game"] = "base game"
    below["sampling"] = "base game sampling"
    below["lottery"] = "base lottery"
    below["protocol"] = "base game sampling lottery protocol"
    below["adversary"] = below["protocol"] " adversary"
    # Pure functions of their arguments.
    allow("memcpy memmove memset memcmp memchr strlen strnlen strcmp strncmp strchr " \
          "strrchr strspn strcspn strstr")
    # Text to numbers and back: formats, and the messages for people. The project never
    # calls setlocale, so that these too depend on their arguments alone.
    allow("snprintf vsnprintf strtod __errno_location")
    # libm.
    allow("sqrt pow exp log log2 log10 log1p expm1 floor ceil round trunc lround llround " \
          "fabs fmin fmax fmod ldexp frexp nextafter hypot cbrt sin cos")
    # The assertion that stays on.
    only["fprintf"] = only["fputs"] = only["fwrite"] = only["stderr"] = only["abort"] = \
        "base/check.o"
    # A game file says how large it is only by ending.
    only["realloc"] = "game/formats.o"
    allocates["game/formats.o"] = allocates["game/counts_format.o"] = 1
    # The lie of a cheat about every candidate is as long as what is on the table.
    allocates["adversary/words.o"] = 1
}
{
    object = $1
    sub(/:$/, "", object)
    name = $2
    type = $3
    room = object
    sub(/\/.*/, "", room)
    n_symbols++
    objects[n_symbols] = object
    symbol[n_symbols] = name
    kind[n_symbols] = type
    room_of[n_symbols] = room
    if (type ~ /^[TRVW]$/)
        owner[name] = room
    if (type == "T" && name ~ /_(new|free)$/)
        allocates[object] = 1
}
function check_call(object, room, name)
{
    if (room == "analysis") {
        if (name ~ /^(secure_random|randombytes.*|getrandom|getentropy|rand|random|time|clock|clock_gettime|gettimeofday|fopen|fputs|fprintf|printf|puts|stdout|stderr)$/)
            says(object ": analysis answers its caller and asks nobody: " name)
    } else if (room == "study") {
        if (name ~ /^(secure_random|randombytes.*|getrandom|getentropy|rand|random|time|clock|clock_gettime|gettimeofday|fopen|popen|system|printf|puts|stdout|stderr)$/)
            says(object ": a study follows from its seed and opens nothing: " name)
    } else if (room == "sim") {
        if (name ~ /^(secure_random|randombytes.*|getrandom|getentropy|rand|random|time|clock|clock_gettime|gettimeofday|nanosleep|usleep|sleep)$/)
            says(object ": a simulated world knows no clock and no entropy but its own: " name)
    } else if (object ~ /^lottery\/(proving|judging)\.o$/ &&
               name ~ /^(curve_.*|point_combine)$/) {
        says(object ": only libsodium convicts (docs/decks.md, 9), besides base/weigher: " name)
    } else if (name == "secure_random") {
        says(object ": entropy is drawn by the shells alone: " name)
    } else if (name in owner) {
        if (index(" " below[room] " ", " " owner[name] " ") == 0)
            says(object ": " room "/ must not call " owner[name] "/: " name)
    } else if (name in only) {
        if (object != only[name])
            says(object ": only " only[name] " may use " name)
    } else if (name ~ /^(malloc|calloc|free)$/) {
        if (!(object in allocates))
            says(object ": allocates, but has no _new and _free: " name)
    } else if (name ~ /^(crypto_|sodium_|randombytes)/) {
        if (object !~ /^base\/(secure|signature|scalar|group)\.o$/)
            says(object ": libsodium belongs to base/secure.c, base/signature.c, base/scalar.c and base/group.c: " name)
    } else if (!(name in allowed))
        says(object ": the core must not call " name)
}
END {
    for (i = 1; i <= n_symbols; i++) {
        if (kind[i] == "U")
            check_call(objects[i], room_of[i], symbol[i])
        else if (kind[i] ~ /^[dDbBCgGsS]$/ && room_of[i] != "sim")
            says(objects[i] ": keeps a writable variable: " symbol[i])
    }
    exit bad
}'
