#!/bin/sh
# Removes the package files that apt, dnf or yum have kept after installing them.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }

[ "$(id -u)" -eq 0 ] || stop 3 'only root can clean the cache'

size_of() { if [ -d "$1" ]; then du -sk "$1" | cut -f 1; else echo 0; fi; }

if has apt-get; then
  cache=/var/cache/apt
elif has dnf; then
  cache=/var/cache/dnf
elif has yum; then
  cache=/var/cache/yum
else
  stop 3 'none of apt-get, dnf and yum is installed'
fi
before=$(size_of "$cache")
case $cache in
  */apt) apt-get -o DPkg::Lock::Timeout=300 clean ;;
  */dnf) dnf -q clean all ;;
  */yum) yum -q clean all ;;
esac
printf '%s kB of %s are free again\n' "$((before - $(size_of "$cache")))" "$cache"
