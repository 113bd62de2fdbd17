# SPDX-License-Identifier: MIT
# What bench/flood.sh has seen, as rows of bench/table.awk. With -v rate=MESSAGES_A_SECOND
# -v verify=SECONDS it reads three files whose names end with these words:
#     costs   KIND MS MS FRAMES: processor milliseconds before and after so many messages
#     spans   KIND MS MS: when each second began and ended; none, garbage, forged, signed,
#             and again
#     stages  MS: when each stage was complete
function median(of,    i, j, k, t, sorted) {
    for (i = 1; i <= turns; i++) sorted[i] = of[i]
    for (i = 1; i <= turns; i++)
        for (j = i + 1; j <= turns; j++)
            if (sorted[j] < sorted[i]) { t = sorted[i]; sorted[i] = sorted[j]; sorted[j] = t }
    k = int((turns + 1) / 2)
    return turns % 2 ? sorted[k] : (sorted[k] + sorted[k + 1]) / 2
}
FILENAME ~ /costs$/ { cost[$1] = 1000 * ($3 - $2) / $4; next }
FILENAME ~ /spans$/ { n++; kind[n] = $1; from[n] = $2; to[n] = $3; next }
{
    while (at < n && $1 >= to[at + 1]) at++
    if (at < n && $1 >= from[at + 1]) stages[at + 1]++
}
END {
    turns = n / 4
    for (k = 1; k <= 4; k++) {
        for (i = 1; i <= turns; i++) {
            t = 4 * (i - 1)
            quiet = stages[t + 1] / (to[t + 1] - from[t + 1])
            speed[i] = 1000 * stages[t + k] / (to[t + k] - from[t + k])
            ratio[i] = quiet > 0 ? speed[i] / 1000 / quiet : 0
        }
        of_speed = median(speed)
        share[k] = median(ratio)
        if (of_speed <= 0 || share[k] <= 0) exit 1
        printf "row\tone stage %s\tN=4\t%.9g\t%.9g\tquiet\tstages_per_s=%.0f\n",
            (k > 1 ? "beside " kind[k] : "without a flood"), 1 / of_speed,
            share[k] / of_speed, of_speed
    }
    for (k = 2; k <= 4; k++)
        printf "row\tone message, %s\tN=4\t%.9g\t%.9g\t%s\tper_s=%d\n", kind[k],
            cost[kind[k]] / 1e6, (kind[k] == "garbage" ? -1 : verify),
            (kind[k] == "garbage" ? "-" : "verify"), rate
}
