#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Every source file says under what licence it is, in its first three lines. What is not
# written but made or collected (games, saved inputs, documents) is covered by REUSE.toml.
set -euo pipefail

find . \( -name '.?*' -o -name build -o -name 'build-*' -o -name runs \
    -o -name node_modules -o -path ./tests/fuzz/corpus \) -prune -o -type f \( \
    -name '*.[ch]' -o -name '*.sh' -o -name '*.bash' -o -name '*.fish' -o -name '*.py' \
    -o -name '*.js' -o -name '*.mjs' -o -name '*.css' -o -name '*.html' \
    -o -name '*.yml' -o -name '*.yaml' -o -name '*.service' -o -name '*.in' \
    -o -name Makefile -o -name Dockerfile -o -name '*.mk' \) -print0 | LC_ALL=C sort -z |
    xargs -0 awk '
        FNR <= 3 && /SPDX-License-Identifier: MIT( |$)/ { named[FILENAME] = 1; nextfile }
        FNR > 3 { nextfile }
        END {
            for (i = 1; i < ARGC; i++)
                if (!named[ARGV[i]]) {
                    printf "%s:1: no \"SPDX-License-Identifier: MIT\" in its first three lines\n", ARGV[i]
                    bad = 1
                }
            exit bad
        }'
