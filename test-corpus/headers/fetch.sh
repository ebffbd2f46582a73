#!/bin/sh
# Gets the headers of Python versions that this system does not install: their Debian packages are downloaded and unpacked
# into a folder, nothing is installed. Mirrors and keys are those of the machine's own apt configuration; only the suite
# names differ, and all of apt's state is private, so the system's configuration and package lists stay as they are.
#
#   fetch.sh [VERSION...]     default: 3.11 3.13 3.14 3.15
#   GILRAY_HEADERS_DIR        where to unpack (default: build/headers below the source tree)
#
# Versions that are already there are skipped. What could not be got is printed; the exit status is 1 only if no headers
# are there at the end. list.py prints what is available.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
dest=${GILRAY_HEADERS_DIR:-$here/../../build/headers}
mkdir -p "$dest"
dest=$(CDPATH= cd -- "$dest" && pwd)
versions=${*:-3.11 3.13 3.14 3.15}

missing=
for v in $versions; do
  if [ -f "$dest/python$v/usr/include/python$v/Python.h" ]; then
    echo "python$v: already in $dest"
  else
    missing="$missing $v"
  fi
done
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
  echo "could not get:$missing (apt-get and dpkg-deb are needed; unpack the headers by hand into $dest/pythonX.Y)"
  exit 1
fi

work=$(mktemp -d "$dest/.fetch.XXXXXX")
trap 'rm -rf "$work"' EXIT INT TERM
mkdir -p "$work/lists/partial" "$work/cache/archives/partial" "$work/etc/preferences.d" "$work/etc/apt.conf.d"
: >"$work/status"

# Base URIs of the configured Debian archives. Security and third-party archives carry no headers.
apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
  awk '$2 == "Debian" && $3 == "main" && $1 !~ /security/ {print $1}' | sort -u >"$work/archives"
if [ ! -s "$work/archives" ]; then # no lists yet: Origin is unknown, go by the path
  apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
    awk '$NF == "main" && $1 ~ /\/debian\/?$/ {print $1}' | sort -u >"$work/archives"
fi
if [ ! -s "$work/archives" ]; then
  echo "could not get:$missing (apt knows no Debian archive)"
  exit 1
fi
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
[ -f "$keyring" ] || keyring= # then apt's own trusted.gpg.d decides
own=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")
while read -r uri; do
  for suite in $own stable testing unstable; do
    echo "deb ${keyring:+[signed-by=$keyring] }$uri $suite main"
  done
done <"$work/archives" >"$work/etc/sources.list"

private_apt() {
  tool=$1
  shift
  "$tool" -q -o Dir::Etc="$work/etc" -o Dir::Etc::sourcelist="$work/etc/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::Etc::trusted=/etc/apt/trusted.gpg -o Dir::Etc::trustedparts=/etc/apt/trusted.gpg.d \
    -o Dir::State="$work" -o Dir::State::lists="$work/lists" -o Dir::State::status="$work/status" \
    -o Dir::Cache="$work/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false "$@"
}

# A suite that cannot be reached must not cost the others.
private_apt apt-get update >"$work/update.log" 2>&1 || sed 's/^/apt: /' "$work/update.log"

failed=
for v in $missing; do
  mkdir -p "$work/debs/$v"
  if (cd "$work/debs/$v" && private_apt apt-get download "libpython$v-dev" >"$work/download.log" 2>&1) &&
    for deb in "$work/debs/$v"/*.deb; do dpkg-deb -x "$deb" "$work/unpacked-$v"; done &&
    [ -f "$work/unpacked-$v/usr/include/python$v/Python.h" ]; then
    rm -rf "$work/unpacked-$v/usr/lib" "$work/unpacked-$v/usr/share" # static libraries are most of the package
    rm -rf "$dest/python$v"
    mv "$work/unpacked-$v" "$dest/python$v"
    echo "python$v: unpacked into $dest/python$v"
  else
    failed="$failed $v"
  fi
done
if [ -n "$failed" ]; then
  echo "could not get:$failed (no suite of the configured mirror offers libpython<version>-dev, or it could not be reached)"
  for python in "$dest"/python*/usr/include/python*/Python.h; do
    [ ! -f "$python" ] || exit 0
  done
  exit 1
fi
