#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes ROOT the root of this process's own mount namespace and runs a command there, with
# the checkout at /src. Called by run.sh through unshare.     enter.sh ROOT SOURCE COMMAND...
set -euo pipefail
root=$1 source=$2
shift 2

mount --make-rprivate /
mount --bind "$root" "$root"
cd "$root"
mkdir -p src old
mount -t proc proc proc
mount -t sysfs sysfs sys
# Only looked at: containers.conf says that no group is made.
mount -t cgroup2 cgroup2 sys/fs/cgroup
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mount --bind "$source" src
pivot_root . old
cd /
umount -l /old
# In a network namespace of its own it is down; elsewhere it is up.
ip link set lo up
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 \
    STORAGE_DRIVER=vfs BUILDAH_ISOLATION=chroot BUILDAH_FORMAT=docker "$@"
