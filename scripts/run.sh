#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The first ten minutes of a stranger: four radios that share channels agree, play, catch
# the one that breaks the agreement, punish it, and go on.
#     scripts/run.sh TREATY
set -euo pipefail
cd "$(dirname "$0")/.."

treaty=$1
story=(cluster games/channel-access-4.nfg --delta 0.9 --strategy finite:3 --stages 30
    --defect 3@10)
printf '\n$ %s' "$treaty"
printf ' %s' "${story[@]}"
printf '\n\n'
"$treaty" "${story[@]}"
cat <<END

Try next:
  $treaty cluster games/prisoners-dilemma.nfg --defect 2@20
  $treaty simulate games/channel-access-4.nfg --loss 0.2 --seed 7
  $treaty check games/prisoners-dilemma.nfg --delta 0.9 --profile 'Cooperate;Cooperate'
  $treaty help
END
