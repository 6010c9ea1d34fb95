#!/bin/sh
# Removes packages with apt, dnf or yum.
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
    [!A-Za-z0-9]* | *[!A-Za-z0-9+._:~-]*) stop 2 "packages must be names with blanks between them, one was $package" ;;
  esac
done
[ "$(id -u)" -eq 0 ] || stop 3 'only root can remove packages'
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

present=''
for package; do
  if is_installed "$package"; then present="$present $package"; else printf '%s is not installed\n' "$package"; fi
done
[ -n "$present" ] || exit 0
# shellcheck disable=SC2086
set -- $present

case $manager in
  apt-get) DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 remove -- "$@" || stop 1 "could not be removed:$present" ;;
  *) "$manager" -q -y remove -- "$@" || stop 1 "could not be removed:$present" ;;
esac
printf 'removed:%s\n' "$present"
exit 0

# required, and never reached: {{packages}}
