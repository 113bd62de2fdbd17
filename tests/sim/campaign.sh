#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Very many worlds: in parts, side by side, and to be gone on with where it was stopped.
#     tests/sim/campaign.sh PROGRAM WORLDS PARTS JOBS DIR [SEED]
# PROGRAM is build/tests/sim/worlds or build/tests/sim/worlds-sealed. Each part leaves its
# census in DIR; a part that is there is not run again. At the end all are added up: the
# result has the same bytes as one run of all the worlds, whatever PARTS and JOBS are.
set -uo pipefail

[ $# -ge 5 ] || { sed -n '3,7s/^# \{0,1\}//p' "$0" && exit 2; }
program=$1 worlds=$2 parts=$3 jobs_max=$4 directory=$5
mkdir -p "$directory"

# part I: a census that is whole has its name at last, and what a law has to say beside.
part() {
    local file=$directory/part-$1
    [ ! -e "$file.census" ] || return 0
    env TREATY_WORLDS="$worlds" TREATY_SEED="${seed:-1}" TREATY_SHARD="$1/$parts" \
        timeout 3600 "$program" >"$file.running" 2>"$file.speed"
    local status=$?
    if [ $status -eq 0 ]; then
        mv "$file.running" "$file.census"
    else
        mv "$file.running" "$file.broken"
        grep -h 'repeat it' "$file.broken"
    fi
    return $status
}

seed=${6:-1}
for ((i = 1; i <= parts; i++)); do
    while [ "$(jobs -rp | wc -l)" -ge "$jobs_max" ]; do
        wait -n
    done
    part "$i" &
done
wait

shopt -s nullglob
whole=("$directory"/part-*.census)
awk '{
    what = substr($0, 19)
    if (!(what in sum))
        order[++n] = what
    sum[what] += $1
}
END {
    for (i = 1; i <= n; i++)
        printf "%16.0f  %s\n", sum[order[i]], order[i]
}' "${whole[@]}" >"$directory/census"
cat "$directory/census"
cat "$directory"/part-*.speed | awk '{ worlds += $1; seconds += $4 } END {
    printf "%d worlds in %.0f s of CPU: %.0f worlds per second and core\n",
        worlds, seconds, worlds / seconds }' >&2
[ ${#whole[@]} -eq "$parts" ] || { echo "$((parts - ${#whole[@]})) parts failed" && exit 1; }
