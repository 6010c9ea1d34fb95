#!/bin/sh
# Says which versions of packages are installed; fails when one is not installed.
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

if ! has dpkg-query && ! has rpm; then stop 3 'neither dpkg nor rpm is installed'; fi
missing=''
for package; do
  version=''
  if has dpkg-query; then
    version=$(dpkg-query -W -f '${db:Status-Abbrev} ${Version} ${Architecture}\n' "$package" 2>/dev/null | sed -n 's/^ii *//p' || true)
  else
    version=$(rpm -q --qf '%{VERSION}-%{RELEASE} %{ARCH}\n' "$package" 2>/dev/null) || version=''
  fi
  if [ -n "$version" ]; then
    printf '%s %s\n' "$package" "$version"
  else
    missing="$missing $package"
  fi
done
[ -z "$missing" ] || stop 1 "not installed:$missing"
exit 0

# required, and never reached: {{packages}}
