# Sourced by scripts that get Debian packages of other suites without installing anything. Mirrors and keys are those of the
# machine's own apt configuration; only the suite names differ, and all of apt's state is private, so the system's
# configuration and package lists stay as they are. apt itself verifies every file against the signed index.
#
#   private_apt_setup FOLDER [--sources] SUITE...   makes FOLDER a set-up of apt for these suites; fails if apt knows no Debian archive
#   private_apt FOLDER TOOL ARGUMENTS               runs apt-get or apt-cache on it

private_apt_setup() {
  _folder=$1
  shift
  _types=deb
  [ "${1:-}" != --sources ] || { _types='deb deb-src'; shift; }
  mkdir -p "$_folder/lists/partial" "$_folder/cache/archives/partial" "$_folder/etc/preferences.d" "$_folder/etc/apt.conf.d"
  : >"$_folder/status"
  # Base URIs of the configured Debian archives. Security and third-party archives carry no other suites.
  apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
    awk '$2 == "Debian" && $3 == "main" && $1 !~ /security/ {print $1}' | sort -u >"$_folder/archives"
  if [ ! -s "$_folder/archives" ]; then # no lists yet: Origin is unknown, go by the path
    apt-get indextargets --format '$(REPO_URI) $(COMPONENT)' 'Identifier: Packages' 2>/dev/null |
      awk '$NF == "main" && $1 ~ /\/debian\/?$/ {print $1}' | sort -u >"$_folder/archives"
  fi
  [ -s "$_folder/archives" ] || return 1
  _keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -f "$_keyring" ] || _keyring= # then apt's own trusted.gpg.d decides
  while read -r _uri; do
    for _suite in "$@"; do
      for _type in $_types; do
        echo "$_type ${_keyring:+[signed-by=$_keyring] }$_uri $_suite main"
      done
    done
  done <"$_folder/archives" >"$_folder/etc/sources.list"
}

private_apt() {
  _folder=$1 _tool=$2
  shift 2
  "$_tool" -q -o Dir::Etc="$_folder/etc" -o Dir::Etc::sourcelist="$_folder/etc/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::Etc::trusted=/etc/apt/trusted.gpg -o Dir::Etc::trustedparts=/etc/apt/trusted.gpg.d \
    -o Dir::State="$_folder" -o Dir::State::lists="$_folder/lists" -o Dir::State::status="$_folder/status" \
    -o Dir::Cache="$_folder/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none \
    -o Acquire::IndexTargets::deb::Contents-deb::DefaultEnabled=false \
    -o Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false "$@"
}
