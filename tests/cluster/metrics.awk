# SPDX-License-Identifier: MIT
# Reads metrics as strictly as the formats are written, and says what is wrong with them:
#     awk -v openmetrics=1 -f metrics.awk       OpenMetrics 1.0
#     awk -v openmetrics=0 -f metrics.awk       Prometheus text 0.0.4
# With -v show=1 each sample is printed as NAME{LABELS} VALUE once all is well.

function wrong(what) {
    printf "line %d: %s: %s\n", NR, what, $0
    bad = 1
}
function is_number(text) {
    return text ~ /^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$/ ||
           text ~ /^([-+]Inf|NaN)$/
}
# What stands between the braces: name="value" pairs, each name once.
function labels_right(text,    name, seen) {
    delete seen
    while (text != "") {
        if (!match(text, /^[a-zA-Z_][a-zA-Z0-9_]*="/))
            return 0
        name = substr(text, 1, RLENGTH - 2)
        if (name in seen)
            return 0
        seen[name] = 1
        text = substr(text, RLENGTH + 1)
        if (!match(text, /^([^"\\]|\\["\\n])*"/))
            return 0
        text = substr(text, RLENGTH + 1)
        if (text == "")
            return 1
        if (substr(text, 1, 1) != ",")
            return 0
        text = substr(text, 2)
        if (text == "")
            return 0
    }
    return 1
}
function describe(kind, name, rest) {
    if (name !~ /^[a-zA-Z_:][a-zA-Z0-9_:]*$/)
        wrong("no name")
    if (name != family) {
        if (name in families)
            wrong("a family for the second time")
        if (kind != "TYPE")
            wrong("a family that does not begin with its type")
        if (family != "" && !samples && type != "gauge")
            wrong("a family without samples before")
        families[name] = 1
        family = name
        type = rest
        samples = 0
        delete told
    }
    if (kind in told)
        wrong("said twice")
    if (samples)
        wrong("after the samples")
    told[kind] = 1
    if (kind == "TYPE" && openmetrics && rest !~ /^(gauge|counter|info|stateset)$/)
        wrong("no type of OpenMetrics")
    if (kind == "TYPE" && !openmetrics && rest !~ /^(gauge|counter)$/)
        wrong("no type of Prometheus")
    if (kind == "TYPE" && openmetrics && name ~ /_(total|info)$/)
        wrong("a family is named without the ending of its samples")
    if (kind == "TYPE" && !openmetrics && (rest == "counter") != (name ~ /_total$/))
        wrong("counters, and only they, end in _total")
    if (kind == "UNIT" && (!openmetrics || name !~ ("_" rest "$")))
        wrong("a unit that does not end the name")
    if (kind == "HELP" && (rest == "" || rest ~ /\\[^\\n]/))
        wrong("no help")
}
function sample(    name, labels, number, ending) {
    if (!match($0, /^[a-zA-Z_:][a-zA-Z0-9_:]*/)) {
        wrong("no sample")
        return
    }
    name = substr($0, 1, RLENGTH)
    number = substr($0, RLENGTH + 1)
    labels = ""
    if (substr(number, 1, 1) == "{") {
        if (!match(number, /\} [^ ]*$/)) {
            wrong("labels that do not end")
            return
        }
        labels = substr(number, 2, RSTART - 2)
        number = substr(number, RSTART + 1)
        if (!labels_right(labels))
            wrong("wrong labels")
    }
    if (substr(number, 1, 1) != " " || !is_number(substr(number, 2)))
        wrong("no number")
    number = substr(number, 2)
    ending = !openmetrics ? "" : type == "counter" ? "_total" : type == "info" ? "_info" : ""
    if (name != family ending)
        wrong("a sample of another family")
    if (!("HELP" in told))
        wrong("a family without help")
    if (type == "counter" && number !~ /^[0-9+.e-]+$/)
        wrong("a counter below 0")
    if (type == "info" && number != 1)
        wrong("an info that is not 1")
    if (type == "stateset" && (number !~ /^[01]$/ || labels !~ ("(^|,)" family "=\"")))
        wrong("a state that is not 0 or 1, or has no name")
    if ((name, labels) in series)
        wrong("a series for the second time")
    series[name, labels] = 1
    samples++
    lines[++n] = name "{" labels "} " number
}

ended { wrong("after the end") }
/^# EOF$/ && openmetrics { ended = 1; next }
/^# (TYPE|HELP|UNIT) / {
    described = $3
    rest = $0
    sub(/^# [A-Z]+ [^ ]+ ?/, "", rest)
    describe($2, described, rest)
    next
}
/^#/ || /^$/ { wrong("neither a description nor a sample"); next }
{ sample() }

END {
    if (n < 30) {
        print "only " n + 0 " samples"
        bad = 1
    }
    if (openmetrics && !ended) {
        print "no end"
        bad = 1
    }
    if (!bad && show)
        for (i = 1; i <= n; i++)
            print lines[i]
    exit bad
}
