# SPDX-License-Identifier: MIT
# The one table of `make bench`. Lines that come in have fields with tabs between:
#     machine TEXT            what it ran on
#     part    TITLE           a heading
#     row     WHAT SIZE SECONDS BOUND KEY DETAILS     (bench/row.h)
# Seconds below 0 are none. With -v csv=FILE the rows go there as well, in seconds.
# Fails on a line that is not one of these, and on a key that is not explained below.

BEGIN {
    FS = "\t"
    means["mesh"] = "signatures S + verifications V, on all cores, + the seconds in which bare libuv connections move the same bytes in the same rounds"
    means["mesh-cpu"] = "the same in processor seconds of all processes: S + V + those of the libuv connections"
    means["words"] = "signatures S + verifications V, on one core"
    means["verify"] = "one verification by a key that is known in advance"
    means["quiet"] = "the same nodes while nobody floods them"
    means["pass"] = "one pass over the payoffs that can happen, and one over the candidate's weights"
    means["replies"] = "for each reply to each profile that can be drawn a multiplication and an addition in the nearest cache, and one pass over the candidate's weights"
    means["crowds"] = "the products of the crowds' chances and of the payoffs, each a multiplication and an addition in the nearest cache"
    means["check"] = "one incentive check of a profile in which everybody mixes, measured before and after"
    means["hash"] = "the hash that keeps peers from choosing collisions, and a copy of the weights"
    means["products"] = "the products of scalars and points that proofs and ciphers are made of (docs/decks.md), one by one"
    means["pairs"] = "a subtraction and a comparison in the nearest cache for each pair of profiles"
    means["goal"] = "no bound but a goal: the whole of it in two seconds on one core"
    means["sampled"] = "no bound but the paper's way: 50 sampled deviations of each player"
    means["supports"] = "no bound but the plain way beside it: all supports of equal size, in doubles; ours is exact"
    means["actions"] = "no bound but the plain way beside it: all actions of all players at all profiles"
    means["-"] = "no bound is known that says anything: a linear program, counts over players that are alike, reading what is no message"
    if (csv != "")
        print "part,what,size,seconds,bound_seconds,ratio,bound,details" >csv
}

function unit_of(seconds) {
    return seconds >= 1 ? "s" : seconds >= 1e-3 ? "ms" : seconds >= 1e-6 ? "us" : "ns"
}

# Four digits; seconds in a unit.
function in_unit(seconds, unit) {
    if (seconds < 0)
        return "-"
    seconds *= unit == "s" ? 1 : unit == "ms" ? 1e3 : unit == "us" ? 1e6 : 1e9
    return sprintf(seconds < 10 ? "%.3f" : seconds < 100 ? "%.2f" : seconds < 1000 ? "%.1f" : "%.0f", seconds)
}

function heads() {
    printf "\n%-32s %-10s %9s %-2s %9s %7s  %-9s %s\n", "what", "size", "measured", "", "bound",
        "ratio", "bound is", "details"
}

# RFC 4180.
function quoted(text) {
    gsub(/"/, "\"\"", text)
    return text ~ /[,"]/ ? "\"" text "\"" : text
}

function wrapped(first, text,    n, word, k, line) {
    n = split(text, word, " ")
    line = first
    for (k = 1; k <= n; k++) {
        if (length(line) + length(word[k]) > 99) {
            print line
            line = sprintf("%11s", "")
        }
        line = line (line ~ / $/ ? "" : " ") word[k]
    }
    print line
}

function fail(why) {
    print "table.awk: line " NR " " why ": " $0 >"/dev/stderr"
    failed = 1
    exit 1
}

$1 == "machine" && NF == 2 { print $2; next }
$1 == "part" && NF == 2 {
    if (!n_parts++)
        heads()
    part = $2
    print "\n" part
    next
}
$1 == "row" && NF == 7 {
    if ($4 !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/ || $5 !~ /^-?[0-9.]+(e[-+]?[0-9]+)?$/)
        fail("has no numbers")
    if (!($6 in means) || ($6 == "-") != ($5 + 0 < 0))
        fail("has a bound that is not explained")
    if (!($6 in seen))
        key[++n_keys] = $6
    seen[$6] = 1
    ratio = $4 + 0 < 0 || $5 + 0 <= 0 ? "-" : sprintf("%.4g", $4 / $5)
    shown = ratio == "-" ? ratio : sprintf(ratio + 0 < 0.1 ? "%.3f" : ratio + 0 < 100 ? "%.2f" : "%.0f", ratio)
    unit = unit_of($4)
    line = sprintf("  %-30s %-10s %9s %-2s %9s %7s  %-9s %s", $2, $3, in_unit($4, unit), unit,
        in_unit($5, unit), shown, $6, $7)
    sub(/ +$/, "", line)
    print line
    if (csv != "")
        printf "%s,%s,%s,%s,%s,%s,%s,%s\n", quoted(part), quoted($2), quoted($3), $4, $5, ratio,
            $6, quoted($7) >csv
    fflush()
    next
}
{ fail("is no row") }
END {
    if (failed)
        exit 1
    print ""
    for (k = 1; k <= n_keys; k++)
        wrapped(sprintf("%-10s ", key[k]), means[key[k]])
}
