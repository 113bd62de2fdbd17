#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Builds the image and runs docker-compose.yml where there is no Docker: in a Debian of its
# own, with Docker's compose, podman in the place of its engine, and a network of its own.
# As root; `make compose-test`. It installs debootstrap where it is missing, and nothing
# else outside of ENGINE, a directory of 3 GB that is made for this and removed again,
# unless KEEP=1. The first time takes ten minutes, most of which are downloads.
#     tests/compose/run.sh [ENGINE]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
engine=${1:-/var/tmp/treaty-engine}
root=$engine/root
mirror=${MIRROR:-http://deb.debian.org/debian}
# Docker's compose, and podman with what it needs to run containers and to name them.
packages=(buildah podman docker-compose netavark aardvark-dns crun conmon
    iptables iproute2 curl)

step() { # step WHAT COMMAND...
    local what=$1 started=$SECONDS
    shift
    "$@" >"$engine/step.log" 2>&1 || {
        tail -n 40 "$engine/step.log" >&2
        echo "FAILED: $what" >&2
        exit 1
    }
    printf '  ok      %4d s  %s\n' $((SECONDS - started)) "$what"
}
inside() { # inside NAMESPACE... -- COMMAND...: in the engine's root, with the sources
    local namespaces=()
    while [ "$1" != -- ]; do
        namespaces+=("$1")
        shift
    done
    shift
    unshare --mount --pid --fork --kill-child --uts --ipc "${namespaces[@]}" \
        "$here/enter.sh" "$root" "$engine/source" "$@"
}

[ "$(id -u)" = 0 ] || {
    echo "compose-test needs root, to make a root directory and a network of its own" >&2
    exit 1
}
command -v debootstrap >/dev/null || {
    echo "Installing debootstrap ..."
    apt-get -q -y install --no-install-recommends debootstrap >/dev/null
}
[ -n "${KEEP:-}" ] || trap 'rm -rf --one-file-system "$engine"' EXIT
mkdir -p "$engine"

# A Debian without manuals stands for the image that the Dockerfile names: images cannot be
# fetched without a registry.
make_base() {
    debootstrap --variant=minbase bookworm "$root.new" "$mirror"
    cat >"$root.new/etc/apt/sources.list" <<END
deb $mirror bookworm main
deb $mirror bookworm-updates main
deb ${mirror%/debian}/debian-security bookworm-security main
END
    printf 'path-exclude %s\n' '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*' \
        '/usr/share/info/*' >"$root.new/etc/dpkg/dpkg.cfg.d/slim"
    rm -rf "$root.new"/usr/share/{doc,man,locale,info}/* "$root.new"/var/cache/apt/* \
        "$root.new"/var/log/* "$root.new"/var/lib/apt/lists/*
    tar -C "$root.new" --numeric-owner -cf "$engine/base.tar" .
}
make_engine() {
    cp /etc/resolv.conf "$root.new/etc/resolv.conf"
    chroot "$root.new" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
        DEBIAN_FRONTEND=noninteractive sh -c "apt-get -q update &&
            apt-get -q -y install --no-install-recommends ${packages[*]} && apt-get clean"
    # No control groups: there may be none to be had.
    cat >"$root.new/etc/containers/containers.conf" <<'END'
[containers]
cgroups = "disabled"
cgroupns = "host"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "crun"
[network]
network_backend = "netavark"
END
    mv "$engine/base.tar" "$root.new/var/tmp/base.tar"
    mv "$root.new" "$root"
}
take_sources() {
    rm -rf "$engine/source"
    "$top/packaging/dist.sh" under-test "$engine"
    mkdir "$engine/source"
    tar -C "$engine/source" --strip-components=1 -xf "$engine/treaty-under-test.tar.gz"
}
build_image() {
    inside -- sh -c 'podman image exists localhost/debian:base ||
            podman import /var/tmp/base.tar localhost/debian:base
        cd /src && buildah build --layers --network host \
            --build-arg BASE=localhost/debian:base --tag docker.io/library/treaty .'
}

if [ ! -d "$root" ]; then
    rm -rf "$root.new"
    step "a Debian to build on" make_base
    step "podman and compose in another one" make_engine
fi
step "the sources, as make dist has them" take_sources
step "the image, as the Dockerfile says" build_image
inside --net -- /src/tests/compose/inside.sh
