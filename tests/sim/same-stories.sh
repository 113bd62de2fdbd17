#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Worlds tell the same with Ed25519 and with the seals that campaigns use: every round's
# transcript, every note, at the same time. same-stories.sh BUILD [WORLDS [SEED]]
set -uo pipefail

build=$1
export TREATY_WORLDS=${2:-200} TREATY_SEED=${3:-1}
signed=$("$build/tests/sim/worlds") || { echo "$signed" && exit 1; }
sealed=$("$build/tests/sim/worlds-sealed") || { echo "$sealed" && exit 1; }
diff <(echo "$signed") <(echo "$sealed") || exit 1
echo "$TREATY_WORLDS worlds tell the same with both"
