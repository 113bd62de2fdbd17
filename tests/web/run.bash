# SPDX-License-Identifier: MIT
# What the two scripts that look at the page have in common: the run that they look at.
#     . tests/web/run.bash
# shellcheck shell=bash
web=$(realpath "$here/../web")

skip() {
    echo "$*"
    exit 77
}

command -v node >/dev/null || skip "there is no node: scripts/install.sh page installs it"

# Four radios, 30 stages, a defector; the same with a byte turned over; a log alone. SOO
# leaves one agreement to them, so what they play is known.
cd "$work"
run 0 run "$treaty" cluster "$games/channel-access-4.nfg" --delta 0.9 --strategy finite:3 \
    --stages 30 --budget 40 --sampler soo --defect 3@10 --seed 1 --quiet --out run
cp -r run torn
value=$(od -An -tu1 -j9000 -N1 torn/node-2/node.log)
printf "\\x$(printf %x $((value ^ 255)))" |
    dd of=torn/node-2/node.log bs=1 seek=9000 conv=notrunc 2>/dev/null
mkdir bare
cp run/terms.yaml run/roster.yaml run/node-1/node.log bare/
