#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# What a built treaty is made of when it runs, as CycloneDX 1.6: the program, and each
# library that the loader brings it, with the Debian package and version that it comes from.
#     packaging/sbom.sh PROGRAM VERSION
# The same program on the same system gives the same bytes; SOURCE_DATE_EPOCH is its time.
set -euo pipefail
program=$1 version=$2
. /etc/os-release

# Licences as SPDX names them, of the packages that docs/dependencies.md has chosen; of the
# others Debian's copyright file is named.
declare -A licence=(
    [libuv1]=MIT [libnanomsg5]=MIT [libsodium23]=ISC [libjansson4]=MIT [libcyaml1]=ISC
    [libmicrohttpd12]=LGPL-2.1-or-later [libyaml-0-2]=MIT [coinor-libclp1]=EPL-1.0
    [coinor-libcoinutils3v5]=EPL-1.0 [libgmp10]='LGPL-3.0-or-later OR GPL-2.0-or-later'
    [libnlopt0]='MIT AND LGPL-2.1-or-later' [libc6]=LGPL-2.1-or-later [zlib1g]=Zlib
)

text() { # as a JSON string
    local s=${1//\\/\\\\}
    printf '"%s"' "${s//\"/\\\"}"
}
sha256() {
    sha256sum "$1" | cut -d' ' -f1
}
# Files of a package may be known by the name that they had before /usr was merged.
owner() {
    local file=$1
    dpkg -S "$file" 2>/dev/null || dpkg -S "${file#/usr}" 2>/dev/null ||
        dpkg -S "/usr$file" 2>/dev/null || dpkg -S "$(realpath "$file")"
}
purl() { # purl PACKAGE VERSION ARCHITECTURE
    printf 'pkg:deb/debian/%s@%s?arch=%s&distro=%s-%s' "${1//+/%2B}" \
        "$(sed 's/+/%2B/g; s/:/%3A/g; s/~/%7E/g' <<<"$2")" "$3" "$ID" "$VERSION_ID"
}

declare -A files=() reference=() name_of=() version_of=()
while read -r file; do
    package=$(owner "$file" | head -n 1)
    package=${package%%: *} # NAME:ARCHITECTURE
    files[$package]+="$(realpath "$file") "
done < <(ldd "$program" | awk '$2 == "=>" { print $3 } $1 ~ /^\// { print $1 }' | LC_ALL=C sort -u)
mapfile -t packages < <(printf '%s\n' "${!files[@]}" | LC_ALL=C sort)

for package in "${packages[@]}"; do
    IFS=$'\t' read -r name_of["$package"] version_of["$package"] architecture < <(
        dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\n' "$package")
    reference[$package]=$(purl "${name_of[$package]}" "${version_of[$package]}" "$architecture")
done

component() { # component PACKAGE
    local name=${name_of[$1]} file separator=
    printf '    {\n      "type": "library",\n      "bom-ref": %s,\n' "$(text "${reference[$1]}")"
    printf '      "name": %s,\n      "version": %s,\n' "$(text "$name")" "$(text "${version_of[$1]}")"
    printf '      "purl": %s,\n' "$(text "${reference[$1]}")"
    if [ -n "${licence[$name]:-}" ]; then
        printf '      "licenses": [{"expression": %s}],\n' "$(text "${licence[$name]}")"
    else
        printf '      "licenses": [{"license": {"name": %s}}],\n' \
            "$(text "see /usr/share/doc/$name/copyright")"
    fi
    printf '      "components": ['
    for file in ${files[$1]}; do
        printf '%s\n        {"type": "file", "name": %s, "hashes": [{"alg": "SHA-256", "content": "%s"}]}' \
            "$separator" "$(text "$file")" "$(sha256 "$file")"
        separator=,
    done
    printf '\n      ]\n    }'
}

# What a package asks for directly, of those that are here.
depends() { # depends PACKAGE: references, quoted
    local wanted other
    wanted=" $(dpkg-query -W -f '${Depends}, ${Pre-Depends}' "$1" | tr -s ' ,|' '\n' |
        sed 's/:.*//' | tr '\n' ' ') "
    for other in "${packages[@]}"; do
        [[ $wanted != *" ${name_of[$other]} "* ]] || text "${reference[$other]}"
    done | sed 's/""/", "/g'
}
needed() { # what the program itself was linked with
    local file other
    for file in $(objdump -p "$program" | awk '$1 == "NEEDED" { print $2 }'); do
        file=$(realpath "$(ldd "$program" | awk -v f="$file" '$1 == f { print $3 }')")
        for other in "${packages[@]}"; do
            [[ " ${files[$other]}" != *" $file "* ]] || text "${reference[$other]}"
        done
        echo
    done | LC_ALL=C sort -u | paste -sd, | sed 's/^,//; s/,/, /g'
}

digest=$(sha256 "$program")
own=$(text "pkg:generic/treaty@$version?checksum=sha256:$digest")
time=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y Makefile)}
cat <<HEAD
{
  "bomFormat": "CycloneDX",
  "specVersion": "1.6",
  "serialNumber": "urn:uuid:${digest:0:8}-${digest:8:4}-5${digest:13:3}-a${digest:17:3}-${digest:20:12}",
  "version": 1,
  "metadata": {
    "timestamp": "$(date -u -d "@$time" +%Y-%m-%dT%H:%M:%SZ)",
    "component": {
      "type": "application",
      "bom-ref": $own,
      "name": "treaty",
      "version": "$version",
      "licenses": [{"license": {"id": "MIT"}}],
      "hashes": [{"alg": "SHA-256", "content": "$digest"}]
    }
  },
  "components": [
HEAD
for i in "${!packages[@]}"; do
    [ "$i" = 0 ] || echo ,
    component "${packages[$i]}"
done
printf '\n  ],\n  "dependencies": [\n    {"ref": %s, "dependsOn": [%s]}' "$own" "$(needed)"
for package in "${packages[@]}"; do
    printf ',\n    {"ref": %s, "dependsOn": [%s]}' "$(text "${reference[$package]}")" \
        "$(depends "$package")"
done
printf '\n  ]\n}\n'
