#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Files as constants of a C program (cli/assets.h), with nothing but what every system has:
#     scripts/embed.sh ARRAY FILE... > assets.c
set -euo pipefail
shopt -s inherit_errexit

array=$1
shift
echo '#include "cli/assets.h"'
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "static const unsigned char bytes_${n}[] = {"
    od -An -v -tu1 "$file" | sed 's/  */,/g; s/^,//; s/$/,/'
    echo '};'
done
echo "const struct asset ${array}[] = {"
n=0
for file in "$@"; do
    n=$((n + 1))
    echo "    {\"${file##*/}\", bytes_$n, sizeof bytes_$n},"
done
echo '    {0},'
echo '};'
