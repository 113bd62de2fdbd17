#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The page: its arithmetic, and a real run with a defector that is clicked through in
# Chromium. Skipped where Node.js, Chromium or Playwright cannot be had.
# Run as: page.sh PATH/TO/treaty
. "$(dirname "$0")/cluster.bash"
. "$here/../web/run.bash"
modules=$(realpath "$here/../..")/build/page

node --test "$web" >units.out 2>&1 || {
    cat units.out >&2
    fail "the page's arithmetic"
}
chromium=$(command -v chromium || command -v chromium-browser || command -v google-chrome ||
    true)
[ -n "$chromium" ] || skip "there is no chromium: scripts/install.sh page installs it"
# What npm fetches is what the lock says, once.
if ! cmp -s "$web/package-lock.json" "$modules/fetched.json"; then
    command -v npm >/dev/null || skip "there is no npm to fetch Playwright with"
    mkdir -p "$modules"
    cp "$web/package.json" "$web/package-lock.json" "$modules/"
    timeout 120 npm ci --prefix "$modules" --no-audit --no-fund --ignore-scripts \
        >npm.out 2>&1 || {
        tail -n 5 npm.out >&2
        skip "npm could not fetch Playwright"
    }
    cp "$web/package-lock.json" "$modules/fetched.json"
fi

timeout "$limit_s" node "$web/page.mjs" "$treaty" "$work" "$modules" "$chromium" ||
    fail "the page"

echo "the page was clicked through"
