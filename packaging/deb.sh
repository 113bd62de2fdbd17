#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# The Debian packages, from what `make dist` makes:
#     packaging/deb.sh VERSION DIRECTORY [full|binary]
# full also makes the source package, and asks lintian; binary makes what is installed.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$1 directory=$2 kind=${3:-full}

packaged=$(dpkg-parsechangelog -l packaging/debian/changelog -S Version)
if [ "${packaged%-*}" != "$version" ]; then
    echo "packaging/debian/changelog is about $packaged, the Makefile about $version:" \
        "add an entry for it" >&2
    exit 1
fi
rm -rf "$directory"
packaging/dist.sh "$version" "$directory" >/dev/null
cd "$directory"
mv "treaty-$version.tar.gz" "treaty_$version.orig.tar.gz"
tar -xf "treaty_$version.orig.tar.gz"
cp -r "treaty-$version/packaging/debian" "treaty-$version/debian"
build=(dpkg-buildpackage --no-sign)
[ "$kind" = full ] || build+=(--build=binary)
if ! (cd "treaty-$version" && env -u MAKEFLAGS -u MAKELEVEL -u MFLAGS "${build[@]}") \
    >build.log 2>&1; then
    tail -n 40 build.log >&2
    exit 1
fi
rm -rf "treaty-$version"
ls -- *.deb
if [ "$kind" = full ]; then
    lintian --fail-on error,warning --info ./*.changes
fi
