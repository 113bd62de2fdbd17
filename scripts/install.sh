#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Installs what is missing for building (build), testing (test) or packaging (deb):
#     scripts/install.sh build [test]
# Says nothing and needs no rights where everything is there. Debian's packages only.
set -euo pipefail

missing=()

# need PACKAGE WHY PROBE...: notes the package if the probe fails.
need() {
    local package=$1 why=$2
    shift 2
    "$@" >/dev/null 2>&1 || missing+=("$package|$why")
}

has() {
    command -v "$1"
}

# What only root uses is on the path of root alone.
has_for_root() {
    PATH=$PATH:/usr/sbin:/sbin has "$1"
}

library() {
    has pkg-config && pkg-config --exists "$1"
}

# Debian keeps the runtimes of clang's sanitizers and of libFuzzer in a package apart.
clang_runtime() {
    local directory
    has clang && directory=$(clang -print-resource-dir) &&
        compgen -G "$directory/lib/*/libclang_rt.fuzzer*.a"
}

# moreutils has a program of this name, too.
gnu_parallel() {
    has parallel && parallel --version | grep -q GNU
}

c_header() {
    has cc && echo "#include <$1>" | cc -E -
}

need_build() {
    need gcc "the C compiler" has "${CC:-cc}"
    need libc6-dev "the C library" c_header stdio.h
    need pkg-config "where libraries and headers are" has pkg-config
    need libuv1-dev "libuv, the event loop of a node" library libuv
    need libnanomsg-dev "nanomsg, the sockets between nodes" library nanomsg
    need libsodium-dev "libsodium, signatures and hashes" library libsodium
    need libjansson-dev "jansson, reports as JSON" library jansson
    need libcyaml-dev "libcyaml, the files of a node" library libcyaml
    need libmicrohttpd-dev "libmicrohttpd, over which a node is watched" library libmicrohttpd
    [ "${CURL:-1}" = 0 ] ||
        need libcurl4-openssl-dev "libcurl, for asking nodes what they do" library libcurl
    [ "${NLOPT:-1}" = 0 ] ||
        need libnlopt-dev "NLopt, searches that ours are compared with" library nlopt
    need libgmp-dev "GMP, payoffs of any size" library gmp
    need coinor-libclp-dev "CLP, linear programs" library clp
    need zlib1g-dev "zlib, which CLP asks the linker for" library zlib
    need libbz2-dev "bzip2, which CLP asks the linker for" c_header bzlib.h
    need libyaml-dev "libyaml, which libcyaml stands on" library yaml-0.1
}

need_test() {
    need check "Check, the frame of the unit tests" library check
    need clang "the second compiler" has clang
    need libclang-rt-dev "libFuzzer and clang's sanitizers" clang_runtime
    need clang-format "the one who settles how code looks" has clang-format
    need clang-tidy "static analysis" has clang-tidy
    need cppcheck "more static analysis" has cppcheck
    need mandoc "a second reader of the manual pages" has mandoc
    need zsh "a shell that is asked what it completes" has zsh
    need fish "another one" has fish
    need parallel "GNU parallel, which runs the parts of a study" gnu_parallel
    need gnuplot-nox "gnuplot, which draws figures of studies" has gnuplot
    need procps "ps, for the clusters' tests" has ps
    need iproute2 "ip, for the tests' networks" has_for_root ip
    need iptables "packets that are lost in the tests' networks" has_for_root iptables
}

# npm is left to who wants it: Debian's brings four hundred packages.
need_page() {
    need nodejs "Node.js, for the arithmetic of the page" has node
    need chromium "the browser in which the page is clicked through" has chromium
}

need_deb() {
    need build-essential "what Debian takes for granted in a build" dpkg -s build-essential
    need debhelper "the usual steps of a Debian package" has dh
}

need_lintian() {
    need lintian "what Debian asks of a package" has lintian
}

for group in "$@"; do
    "need_$group"
done
[ ${#missing[@]} -gt 0 ] || exit 0

packages=()
echo "These Debian packages are missing:"
for entry in "${missing[@]}"; do
    packages+=("${entry%%|*}")
    printf '  %-16s %s\n' "${entry%%|*}" "${entry#*|}"
done

if ! command -v apt-get >/dev/null; then
    echo "There is no apt-get on this system: install their like by hand," \
        "see docs/dependencies.md." >&2
    exit 1
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
        echo "Installing them needs root, and there is no sudo. As root, run:" >&2
        echo "    apt-get install ${packages[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi

log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() {
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q -y "$@" >"$log" 2>&1
}
# The list of packages may be missing or old: then it is fetched, once.
echo "Installing them${as_root:+ with sudo}: a minute or two …"
if ! apt install --no-install-recommends "${packages[@]}"; then
    if ! apt update || ! apt install --no-install-recommends "${packages[@]}"; then
        cat "$log" >&2
        echo "apt-get could not install them: its own words are above." >&2
        exit 1
    fi
fi
echo "Installed."
