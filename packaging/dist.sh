#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The sources as one file, the same bytes whenever and wherever it is made:
#     packaging/dist.sh VERSION DIRECTORY          makes DIRECTORY/treaty-VERSION.tar.gz
# SOURCE_DATE_EPOCH is the time of all files in it: by default that of the last commit, and
# in sources that came from such a file, the one that they came with.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1 directory=$2

files() {
    if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
        git ls-files -z --deduplicate
    else
        find . -mindepth 1 \( -path './build' -o -path './build-*' -o -path './runs' \
            -o -name .git \) -prune -o \( -type f -o -type l \) -printf '%P\0'
    fi
}
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Makefile)}

mkdir -p "$directory"
# A file that was removed and not yet committed is none of the sources.
files |
    while IFS= read -r -d '' file; do
        [ ! -e "$file" ] && [ ! -L "$file" ] || printf '%s\0' "$file"
    done |
    LC_ALL=C sort -z |
    tar --create --format=gnu --transform="flags=rSH;s,^,treaty-$version/," --mtime="@$time" \
        --mode='u+rw,go+r,go-w' --owner=0 --group=0 --numeric-owner \
        --null --no-recursion --files-from=- |
    gzip -9n >"$directory/treaty-$version.tar.gz.part"
mv "$directory/treaty-$version.tar.gz.part" "$directory/treaty-$version.tar.gz"
echo "$directory/treaty-$version.tar.gz"
