#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Fetches the schemas and linters of package-lock.json into DIRECTORY, where they are not
# there yet, and asks them:     packaging/check/run.sh DIRECTORY SBOM
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
mkdir -p "$1"
sbom=$(realpath "$2")
cd "$1"
if ! cmp -s "$here/package-lock.json" package-lock.json || [ ! -d node_modules ]; then
    cp "$here/package.json" "$here/package-lock.json" .
    npm ci --silent --no-audit --no-fund --ignore-scripts
fi
node "$here/check.mjs" "$sbom"
