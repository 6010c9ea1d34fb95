#!/bin/sh
# Installs packages with apt, dnf or yum; those that are there stay as they are.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }

# the names become this script's arguments, none of which can be an option
set -f
# shellcheck disable=SC2086
set -- $MUSTER_PARAM_PACKAGES
[ "$#" -gt 0 ] || stop 2 'packages is required'
for package; do
  case $package in
    # apt would remove what has a - behind it
    [!A-Za-z0-9]* | *[!A-Za-z0-9+._:~=-]* | *-) stop 2 "packages must be names with blanks between them, one was $package" ;;
  esac
done
[ "$(id -u)" -eq 0 ] || stop 3 'only root can install packages'
manager=''
for program in apt-get dnf yum; do
  if has "$program"; then manager=$program && break; fi
done
[ -n "$manager" ] || stop 3 'none of apt-get, dnf and yum is installed'

# is_installed NAME
is_installed() {
  case $manager in
    apt-get) dpkg-query -W -f '${db:Status-Abbrev}\n' "$1" 2>/dev/null | grep -q '^ii' ;;
    *) rpm -q "$1" >/dev/null 2>&1 ;;
  esac
}

# a name with a version is for the package manager to compare
missing=''
for package; do
  case $package in
    *=*) missing="$missing $package" ;;
    *) if is_installed "$package"; then printf '%s is installed already\n' "$package"; else missing="$missing $package"; fi ;;
  esac
done
[ -n "$missing" ] || exit 0
# shellcheck disable=SC2086
set -- $missing

case $manager in
  apt-get)
    export DEBIAN_FRONTEND=noninteractive
    # waits for other installations to end, and keeps configuration files that were changed here
    apt_get() { apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }
    apt_get -o APT::Update::Error-Mode=any update >/dev/null || stop 1 'the lists of packages could not be fetched'
    # what is no name would be taken for a pattern
    for package; do
      name=${package%%=*}
      apt-cache pkgnames -- "${name%%:*}" | grep -Fqx -- "${name%%:*}" || stop 1 "there is no package $package"
    done
    apt_get install --no-install-recommends -- "$@" || stop 1 "could not be installed:$missing"
    ;;
  *) "$manager" -q -y install -- "$@" || stop 1 "could not be installed:$missing" ;;
esac
printf 'installed:%s\n' "$missing"
exit 0

# required, and never reached: {{packages}}
