#!/bin/sh
# Gets the headers of Python versions that this system does not install: their Debian packages are downloaded and unpacked
# into a folder, nothing is installed. private_apt.sh says how the machine's own apt configuration is used for it.
#
#   fetch.sh [VERSION...]     default: 3.11 3.13 3.14 3.15
#   GILRAY_HEADERS_DIR        where to unpack (default: build/headers below the source tree)
#
# Versions that are already there are skipped. What could not be got is printed; the exit status is 1 only if no headers
# are there at the end. list.py prints what is available.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/private_apt.sh"
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
own=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")
if ! private_apt_setup "$work" $own stable testing unstable; then
  echo "could not get:$missing (apt knows no Debian archive)"
  exit 1
fi

# A suite that cannot be reached must not cost the others.
private_apt "$work" apt-get update >"$work/update.log" 2>&1 || sed 's/^/apt: /' "$work/update.log"

failed=
for v in $missing; do
  mkdir -p "$work/debs/$v"
  if (cd "$work/debs/$v" && private_apt "$work" apt-get download "libpython$v-dev" >"$work/download.log" 2>&1) &&
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
