#!/bin/sh
# Provides CPython interpreters that this system does not install, for tests and measurements. Nothing is installed: Debian
# packages of other suites are unpacked and run with their own loader and C library; free-threaded and sanitizer builds
# are made from Debian's source packages. ../headers/private_apt.sh says where the packages come from.
#
#   provide.sh [NAME...]       default: 3.9 3.13 3.14 3.15 3.13t
#     3.14                     unpacked from packages
#     3.13t  3.14t             free-threaded, built (some minutes)
#     3.13-debug  3.13t-debug  with CPython's assertions, built
#     3.13t-tsan               free-threaded under ThreadSanitizer, built with clang
#     3.13-src                 CPython's own sources, to be read
#   GILRAY_INTERPRETERS_DIR    where (default: ${XDG_CACHE_HOME:-~/.cache}/gilray/interpreters)
#
# What is already there is skipped; what was interrupted goes on where it stopped. What could not be got is printed, and then
# the exit status is 1. registry.py lists what there is.
set -eu

here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
. "$here/../headers/private_apt.sh"
dest=${GILRAY_INTERPRETERS_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/gilray/interpreters}
mkdir -p "$dest"
dest=$(CDPATH= cd -- "$dest" && pwd)
jobs=$(nproc 2>/dev/null || echo 2)

say() { printf '%s: %s\n' "$name" "$*"; }

# suite_with TYPE PACKAGE SUITE...: sets suite and apt to the first suite that has it
suite_with() {
  type=$1 package=$2
  shift 2
  for suite in "$@"; do
    apt=$dest/apt/$suite-$type
    if [ ! -e "$apt/fresh" ]; then
      say "reading the package list of $suite"
      sources=
      [ "$type" = deb ] || sources=--sources
      # shellcheck disable=SC2086
      private_apt_setup "$apt" $sources "$suite" || { say "apt knows no Debian archive"; return 1; }
      # A suite that cannot be reached must not cost the others.
      private_apt "$apt" apt-get -o APT::Update::Error-Mode=any update >"$apt/update.log" 2>&1 || { sed 's/^/apt: /' "$apt/update.log"; continue; }
      touch "$apt/fresh"
    fi
    query=show
    [ "$type" = deb ] || query=showsrc
    if private_apt "$apt" apt-cache "$query" "$package" 2>/dev/null | grep -q "^Package: $package\$"; then return 0; fi
  done
  say "no suite of the configured mirror has $package; an interpreter found in PATH or made with pyenv serves as well"
  return 1
}

# apt_shown MARK ARGUMENTS...: apt-get with its progress shown and its chatter left out; MARK is made if it succeeds
apt_shown() {
  mark=$1
  shift
  rm -f "$mark"
  { private_apt "$apt" apt-get "$@" 2>&1 && touch "$mark"; } | grep --line-buffered -E '^(Get|Err|Fetched|E:|W:)' || true
  [ -e "$mark" ] || { rm -f "$apt/fresh"; return 1; } # perhaps the list is older than the mirror: read it again next time
}

own=$(. /etc/os-release 2>/dev/null && echo "${VERSION_CODENAME:-}")

# A module is built with this system's C library and must run in the interpreter's process: there the newer of the two is
# needed. Prints the loader that belongs to it.
loader() { # ROOT ARCHIVES
  theirs=$(find "$2" -name 'libc6_*.deb' -exec dpkg-deb -f '{}' Version \;)
  ours=$(dpkg-query -W -f='${Version}\n' libc6 2>/dev/null | head -n1)
  if [ -n "$ours" ] && dpkg --compare-versions "${theirs:-0}" le "$ours"; then
    find "$2" -name 'libc6_*.deb' -delete
    find /lib64/ /lib/ -maxdepth 1 -name 'ld-linux*.so.*' 2>/dev/null | head -n1
  else
    echo "$1/loader"
  fi
}

unpack() { # VERSION
  version=$1 binary=python$1 root=$dest/python$1 partial=$dest/partial/$1 archives=$dest/apt/archives-$1
  # shellcheck disable=SC2086
  suite_with deb "$binary" $own stable testing unstable oldstable oldoldstable || return 1
  mkdir -p "$archives/partial"
  say "downloading the packages of $suite"
  apt_shown "$archives/complete" -y --no-install-recommends --download-only -o Dir::Cache::archives="$archives" \
    install "$binary" "lib$binary-dev" || { say "the packages could not be downloaded"; return 1; }
  say "unpacking"
  rm -rf "$partial"
  mkdir -p "$partial"
  loader=$(loader "$root" "$archives")
  for deb in "$archives"/*.deb; do
    case ${deb##*/} in
    lib"$binary"-dev_*) ;;
    *-dev_* | *-dev-bin_* | lib"$binary"_* | debconf_* | tzdata_*) continue ;; # nothing of them is used when Python runs
    esac
    dpkg-deb -x "$deb" "$partial" || return 1
  done
  # Most of the size, and not needed: static libraries, character set tables, documentation.
  rm -rf "$partial"/usr/share "$partial"/usr/lib/*/gconv "$partial"/etc "$partial"/var
  find "$partial" -name '*.a' -delete
  # Debian's pyconfig.h includes <TRIPLET/pythonX.Y/pyconfig.h>, which is found only below /usr/include.
  for config in "$partial"/usr/include/*-linux-gnu*/"$binary"/pyconfig.h; do
    [ ! -f "$config" ] || cp --remove-destination "$config" "$partial/usr/include/$binary/pyconfig.h"
  done
  if [ "$loader" = "$root/loader" ]; then
    cp -L "$(find "$partial" -name 'ld-linux*.so.*' | head -n1)" "$partial/loader" || return 1
    chmod +x "$partial/loader"
  fi
  # The wrapper stands where the executable stood: Python finds its library, and sysconfig its headers, from there.
  mv "$partial/usr/bin/$binary" "$partial/usr/bin/$binary.elf"
  triplet=$(dpkg-architecture -qDEB_HOST_MULTIARCH 2>/dev/null || basename "$(find "$partial/usr/include" -maxdepth 1 -name '*-linux-gnu*' | head -n1)")
  cat >"$partial/usr/bin/$binary" <<END
#!/bin/sh
exec $loader --argv0 $root/usr/bin/$binary --library-path $root/lib/$triplet:$root/usr/lib/$triplet \\
  $root/usr/bin/$binary.elf "\$@"
END
  chmod +x "$partial/usr/bin/$binary"
  echo "Debian $suite, $binary $(dpkg-deb -f "$archives/$binary"_*.deb Version)" >"$partial/origin"
  rm -rf "$root"
  mv "$partial" "$root"
  if ! "$root/usr/bin/$binary" -I -c 'import ctypes, lzma, ssl, zlib'; then
    mv "$root" "$partial"
    say "does not run; left in $partial"
    return 1
  fi
  rm -rf "$archives"
}

progress() { # TOTAL: reads make's output, says every tenth of the compilations
  awk -v total="$1" -v name="$name" '
    / -c .*\.c/ { done++; tenth = int(10 * done / (total ? total : 1)); if (tenth > said && tenth <= 10) {
      said = tenth; printf "%s: compiled %d of about %d files\n", name, done, total; fflush() } }'
}

sources() { # VERSION: the sources below $tree/src
  version=$1 tree=$dest/build/$name root=$dest/python$name
  mkdir -p "$tree"
  if [ ! -e "$tree/src/configure" ]; then
    suite_with src "python$version" stable testing unstable oldstable || return 1
    say "downloading the source package of $suite"
    cd "$tree"
    apt_shown "$tree/complete" source --download-only "python$version" || { say "the source could not be downloaded"; return 1; }
    rm -rf "$tree/unpacking"
    mkdir "$tree/unpacking"
    tar -xf "$tree/python${version}_"*.orig.tar.?z -C "$tree/unpacking" --strip-components=1 || return 1
    echo "Debian $suite, python$version $(sed -n 's/^Version: //p' "$tree"/*.dsc | head -n1)" >"$tree/unpacking/gilray-origin"
    mv "$tree/unpacking" "$tree/src"
  fi
}

read_only() { # VERSION
  sources "$1" || return 1
  rm -rf "$root"
  mv "$tree/src/gilray-origin" "$tree/src/origin" && mv "$tree/src" "$root" || return 1
  rm -rf "$tree"
}

build() { # VERSION FREE_THREADED KIND
  free_threaded=$2 kind=$3
  sources "$1" || return 1
  compiler=$(command -v cc || command -v clang-22 || command -v clang) || { say "needs a C compiler"; return 1; }
  set -- --prefix="$root" --with-ensurepip=no --disable-test-modules
  [ -z "$free_threaded" ] || set -- "$@" --disable-gil
  case $kind in
  -debug) set -- "$@" --with-pydebug ;;
  -tsan)
    compiler=$(command -v clang-22 || command -v clang) || { say "needs clang"; return 1; }
    echo 'int main(void) { return 0; }' | "$compiler" -fsanitize=thread -x c - -o "$tree/try" 2>/dev/null ||
      { say "$compiler cannot link with -fsanitize=thread; install libclang-rt-dev of its version"; return 1; }
    set -- "$@" --with-thread-sanitizer OPT='-O1 -g -DNDEBUG'
    # Python runs during its own build, and what it reports there is CPython's business.
    export TSAN_OPTIONS=report_bugs=0:exitcode=0
    ;;
  esac
  cd "$tree/src"
  if [ "$(cat configured 2>/dev/null)" != "$compiler $*" ]; then
    say "configuring with $*"
    nice -n 10 ./configure -q CC="$compiler" "$@" >"$tree/configure.log" 2>&1 ||
      { tail -n5 "$tree/configure.log"; say "configure failed; see $tree/configure.log"; return 1; }
    [ ! -e configured ] || make clean >/dev/null 2>&1 # other options than last time
    echo "$compiler $*" >configured
  fi
  say "building; log in $tree/make.log"
  total=$(make -n 2>/dev/null | grep -c ' -c .*\.c' || true)
  rm -f "$tree/made"
  { nice -n 10 make -j"$jobs" 2>&1 && touch "$tree/made"; } | tee "$tree/make.log" | progress "$total"
  if [ ! -e "$tree/made" ]; then
    tail -n6 "$tree/make.log"
    say "the build failed; see $tree/make.log"
    return 1
  fi
  rm -rf "$tree/root"
  # --help in place of options: the library is not compiled in advance, which takes minutes with a slow Python; imports do it.
  nice -n 10 make altinstall COMPILEALL_OPTS=--help DESTDIR="$tree/root" >"$tree/install.log" 2>&1 || { tail -n5 "$tree/install.log"; return 1; }
  cd "$dest"
  echo "built from $(cat "$tree/src/gilray-origin")" >"$tree/root$root/origin" || return 1
  find "$tree/root$root" -name '*.a' -delete
  rm -rf "$root"
  mv "$tree/root$root" "$root" || return 1
  rm -rf "$tree"
}

provide_one() {
  case $name in
  3.[0-9] | 3.[0-9][0-9]) unpack "$name" ;;
  3.[0-9][0-9]t | 3.[0-9][0-9]t-debug | 3.[0-9][0-9]t-tsan) v=${name%%t*}; build "$v" t "${name#"$v"t}" ;;
  3.[0-9]-src | 3.[0-9][0-9]-src) read_only "${name%-src}" ;;
  3.[0-9]-debug | 3.[0-9][0-9]-debug) build "${name%-debug}" '' -debug ;;
  *) echo "$name: not a name like 3.14, 3.13t, 3.13-debug, 3.13t-debug, 3.13t-tsan or 3.13-src"; return 1 ;;
  esac
}

# A function, because the shell reads its script as it goes, and this one runs for minutes: it may be edited meanwhile.
main() {
  wanted='' failed=''
  for name in ${*:-3.9 3.13 3.14 3.15 3.13t}; do
    if [ -e "$dest/python$name/origin" ]; then echo "$name: already there"; else wanted="$wanted $name"; fi
  done
  [ -n "$wanted" ] || exit 0
  for tool in apt-get dpkg-deb flock; do
    command -v $tool >/dev/null || { echo "could not get:$wanted ($tool is needed)"; exit 1; }
  done
  exec 9>"$dest/lock"
  flock -n 9 || { echo "another run is busy in $dest; waiting for it"; flock 9; }
  for name in $wanted; do
    [ ! -e "$dest/python$name/origin" ] || continue
    # In a shell of its own: a failure of one must not cost the others.
    if (provide_one); then echo "$name: ready in $dest/python$name"; else failed="$failed $name"; fi
  done
  if [ -n "$failed" ]; then
    echo "could not get:$failed"
    exit 1
  fi
  # What another name left half done stays, for that name to go on.
  rm -rf "$dest/apt"/*-deb "$dest/apt"/*-src
  rmdir "$dest/apt" "$dest/partial" "$dest/build" 2>/dev/null || true
}
main "$@"
exit
