#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What can be said about packaging without an engine, a package builder or a network: the
# tarball is the same bytes again, also when it is made of itself; keys are made where there
# are none and never written over; lists that must agree agree.
. "$(dirname "$0")/cluster.bash"
top=$(cd "$here/../.." && pwd)
[[ $treaty != *build-san/* ]] || {
    echo "nothing of it is compiled: once is enough"
    exit 0
}

# --- the tarball ---
export SOURCE_DATE_EPOCH=1700000000
(umask 022 && "$top/packaging/dist.sh" 9.9 "$work/a" >/dev/null)
(umask 077 && TZ=Asia/Tokyo LC_ALL=C "$top/packaging/dist.sh" 9.9 "$work/b" >/dev/null)
cmp "$work/a/treaty-9.9.tar.gz" "$work/b/treaty-9.9.tar.gz" || fail "two tarballs differ"
tar -C "$work" -xf "$work/a/treaty-9.9.tar.gz"
unset SOURCE_DATE_EPOCH # the files have it
mkdir "$work/treaty-9.9/build" && touch "$work/treaty-9.9/build/object.o"
"$work/treaty-9.9/packaging/dist.sh" 9.9 "$work/c" >/dev/null
cmp "$work/a/treaty-9.9.tar.gz" "$work/c/treaty-9.9.tar.gz" || fail "a tarball of its own differs"
for file in Makefile cli/main.c packaging/debian/rules tests/cluster/packaging.sh; do
    [ -e "$work/treaty-9.9/$file" ] || fail "the tarball lacks $file"
done

# --- keys ---
export TREATY_SESSION=$work/session PATH=${treaty%/*}:$PATH
deal_once() {
    "$top/packaging/container/deal-once" "$games/prisoners-dilemma.nfg" --host node-%d
}
new_session() {
    rm -rf "$TREATY_SESSION"
    mkdir -p "$TREATY_SESSION"/node-{1,2,3}
}
sums() {
    (cd "$TREATY_SESSION" && find . -type f -print0 | sort -z | xargs -0 sha256sum)
}
new_session
run 0 first deal_once
[ "$(stat -c %a "$TREATY_SESSION/node-2/key")" = 600 ] || fail "a key is open"
[ ! -e "$TREATY_SESSION/node-3/key" ] || fail "a key for nobody"
sums >"$work/before"
run 0 second deal_once
has second 'dealt already'
sums | cmp -s - "$work/before" || fail "a second deal has changed something"
rm "$TREATY_SESSION/roster.yaml" # with keys there: somebody lost a volume
run 1 lost deal_once
says lost 'restore'
sums | cmp -s - <(grep -v roster "$work/before") || fail "a refused deal has changed something"
new_session # power was lost in the middle of a deal: no node has begun
touch "$TREATY_SESSION/dealing" "$TREATY_SESSION/node-1/key"
run 0 halfway deal_once
[ -s "$TREATY_SESSION/node-1/key" ] && [ ! -e "$TREATY_SESSION/dealing" ] ||
    fail "half a deal was not done again"

# --- handing over, in a pod ---
mkdir "$work/common" "$work/own" "$work/pod"
cp "$TREATY_SESSION"/{terms,roster}.yaml "$work/common"
cp "$TREATY_SESSION"/node-1/{node.yaml,payoffs.yaml,key} "$work/own"
hand_over() {
    "$top/packaging/container/hand-over" "$work/common" "$work/own" "$work/pod"
}
run 0 handed hand_over
has handed node/key
[ "$(stat -c %a "$work/pod/node/key")" = 600 ] || fail "a key that was handed over is open"
echo other >"$work/own/key"
run 0 again hand_over
[ ! -s "$work/again.out" ] || fail "something was handed over twice"
cmp -s "$work/pod/node/key" "$TREATY_SESSION/node-1/key" || fail "a key was written over"

# --- lists ---
version=$(sed -n 's/^VERSION = //p' "$top/Makefile")
grep -q "^treaty ($version-" "$top/packaging/debian/changelog" ||
    fail "packaging/debian/changelog does not begin with $version"
for package in $(sed -n '/^need_build/,/^}/s/^ *need \([^ ]*\) .*/\1/p' "$top/scripts/install.sh"); do
    [[ $package =~ ^(gcc|libc6-dev)$ ]] || # in every Debian build
        sed -n '/^Build-Depends/,/^[A-Z]/p' "$top/packaging/debian/control" |
        grep -qw -- "$package" || fail "packaging/debian/control does not build with $package"
done
if command -v systemd-analyze >/dev/null; then
    sed "s|/usr/bin/treaty|$treaty|; /^Documentation/d" "$top/packaging/systemd/treaty@.service" \
        >"$work/treaty@.service"
    run 0 unit systemd-analyze verify "$work/treaty@x.service"
    [ ! -s "$work/unit.err" ] || fail "$(cat "$work/unit.err")"
fi
echo "the same tarball three times; keys are made once; versions and packages agree"
