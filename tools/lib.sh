# Shared by the scripts in this folder: source it, do not run it.
# shellcheck shell=bash

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly ROOT
# Debian's own interpreter: another python3 in PATH has not the packages that apt installs.
# shellcheck disable=SC2034  # for the scripts that source this
readonly PYTHON=/usr/bin/python3

# die <message> [exit code]: exit code 2 means that the caller has to change something, as in
# pushpull itself.
die() {
  printf '%s: %s\n' "${0##*/}" "$1" >&2
  exit "${2:-1}"
}

# The comment at the top of a script is its manual.
print_usage() {
  sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"
}

# quietly <log> <command>...: shows the output of the command only when it fails.
quietly() {
  local log=$1 status=0
  shift
  mkdir -p "$(dirname "$log")"
  "$@" >"$log" 2>&1 || status=$?
  ((status == 0)) || cat "$log" >&2
  return "$status"
}

# The packages of the given purposes that dpkg does not have installed.
missing_packages() {
  local purpose packages wanted=() states
  for purpose in "$@"; do
    packages=$(awk -v purpose="$purpose" '$1 == purpose { print $2 }' "$ROOT/tools/packages")
    [[ -n $packages ]] || die "tools/packages has nothing for the purpose '$purpose'"
    mapfile -t -O "${#wanted[@]}" wanted <<<"$packages"
  done
  # dpkg-query fails when it has never heard of a package; that one is missing like any other.
  states=$(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${wanted[@]}" 2>/dev/null) || true
  printf '%s\n' "${wanted[@]}" | sort -u \
    | grep -vxF -f <(awk '$2 == "installed" { print $1 }' <<<"$states") || true
}

# need_packages <purpose>...: installs what is missing, as root or through sudo without a password.
need_packages() {
  if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
    die "this needs Debian 12 or a system like it with apt; run it in a debian:12 container" 2
  fi
  local list missing as_root=()
  list=$(missing_packages "$@")
  [[ -n $list ]] || return 0
  mapfile -t missing <<<"$list"
  local install=(install -y --no-install-recommends "${missing[@]}")
  if (($(id -u) != 0)); then
    if ! sudo -n true 2>/dev/null; then
      die "packages are missing; run this first:
sudo apt-get update && sudo apt-get ${install[*]}" 2
    fi
    as_root=(sudo -n)
  fi
  printf 'Installing %d Debian packages: %s\n' "${#missing[@]}" "${missing[*]}"
  # A foreign repository that cannot be reached must not stop us: the install decides.
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive
    apt-get -q -o DPkg::Lock::Timeout=300)
  quietly "$ROOT/build/apt-update.log" "${apt[@]}" update || true
  quietly "$ROOT/build/apt-install.log" "${apt[@]}" "${install[@]}" \
    || die "apt-get could not install them; its messages are above" 2
}

# configure <preset> <folder> [cmake options]...
configure() {
  local preset=$1 folder=$2
  shift 2
  if command -v ccache >/dev/null; then
    export CMAKE_CXX_COMPILER_LAUNCHER=ccache
  fi
  quietly "$folder.configure.log" cmake -S "$ROOT" --preset "$preset" -B "$folder" "$@"
}

# compile <folder> [targets]...: on all cores; prints warnings and errors only. Without targets,
# everything.
compile() {
  local folder=$1
  shift
  cmake --build "$folder" --parallel "$(nproc)" --target "${@:-all}" -- --quiet
}
