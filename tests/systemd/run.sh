#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs the Debian packages into a Debian of its own, starts that Debian's systemd in
# namespaces, and runs two nodes as services there. As root; `make systemd-test`. It
# installs debootstrap where it is missing, and nothing else outside of DIRECTORY, which is
# removed again, unless KEEP=1.     tests/systemd/run.sh [DIRECTORY]
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
top=$(cd "$here/../.." && pwd)
directory=${1:-/var/tmp/treaty-systemd}
root=$directory/root
mirror=${MIRROR:-http://deb.debian.org/debian}
# The machine's second hierarchy of control groups, of which systemd takes a branch.
groups=$directory/groups branch=$directory/groups/treaty-test

[ "$(id -u)" = 0 ] || {
    echo "systemd-test needs root, to make a root directory and to start systemd" >&2
    exit 1
}
command -v debootstrap >/dev/null || {
    echo "Installing debootstrap ..."
    apt-get -q -y install --no-install-recommends debootstrap >/dev/null
}
clean_up() {
    # What systemd has left of its branch is empty groups, the deepest first.
    find "$branch" -depth -type d -exec rmdir {} + 2>/dev/null || true
    umount "$groups" 2>/dev/null || true
    [ -n "${KEEP:-}" ] || rm -rf --one-file-system "$directory"
}
trap clean_up EXIT
mkdir -p "$groups"

began=$SECONDS
if [ ! -d "$root" ]; then
    rm -rf "$root.new"
    debootstrap --variant=minbase --include=systemd,systemd-sysv,dbus,iproute2 bookworm \
        "$root.new" "$mirror" >"$directory/debootstrap.log"
    mv "$root.new" "$root"
fi
printf '  ok      %4d s  a Debian\n' $((SECONDS - began))

began=$SECONDS
cp "$top"/build/deb/{treaty,libtreaty-dev}_*.deb "$root/root/"
cp /etc/resolv.conf "$root/etc/"
echo "127.0.0.1 localhost" >"$root/etc/hosts"
rm -f "$root"/etc/systemd/system/treaty-test.service "$root"/root/test.log
chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
    DEBIAN_FRONTEND=noninteractive sh -c 'apt-get -q update &&
        { dpkg --purge treaty libtreaty-dev || true; } &&
        apt-get -q -y install --no-install-recommends gcc libc6-dev pkg-config \
            /root/treaty_*.deb /root/libtreaty-dev_*.deb && rm /root/*.deb &&
        cd /usr/share/doc/libtreaty-dev/examples && gzip -cdf embed.c* >/root/embed.c &&
        cc -o /root/embed /root/embed.c $(pkg-config --cflags --libs treaty) &&
        /root/embed' >"$directory/install.log" 2>&1 || {
    tail -n 20 "$directory/install.log" >&2
    exit 1
}
printf '  ok      %4d s  the packages are installed, and a program is built with them\n' \
    $((SECONDS - began))

cp "$here/inside.sh" "$root/root/inside.sh"
cat >"$root/etc/systemd/system/treaty-test.service" <<'END'
[Unit]
After=basic.target
[Service]
Type=oneshot
ExecStart=/bin/bash /root/inside.sh
StandardOutput=append:/root/test.log
StandardError=inherit
ExecStopPost=/bin/systemctl poweroff --force --force
END
mkdir -p "$root/etc/systemd/system/basic.target.wants"
ln -sf /lib/systemd/system/basic.target "$root/etc/systemd/system/default.target"
ln -sf ../treaty-test.service "$root/etc/systemd/system/basic.target.wants/"

mount -t cgroup2 cgroup2 "$groups"
mkdir -p "$branch"
(
    echo "$BASHPID" >"$branch/cgroup.procs"
    exec timeout -k 5 400 unshare --mount --pid --fork --kill-child --uts --ipc --net --cgroup \
        "$here/boot.sh" "$root"
) >"$directory/boot.log" 2>&1 || true
cat "$root/root/test.log"
grep -q '^all of it$' "$root/root/test.log"
