#!/bin/sh
# Lists addresses, routes and neighbours, and says which way leads to a target.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

target=$MUSTER_PARAM_TARGET
case $target in -* | *[!A-Za-z0-9.:_-]*) stop 2 "target must be an address or a name, was $target" ;; esac
command -v ip >/dev/null 2>&1 || stop 3 'ip is not installed (package iproute2 or iproute)'

echo '== addresses'
ip -brief address
echo '== routes'
ip -4 route
ip -6 route 2>/dev/null || true
echo '== neighbours'
ip -brief neighbour 2>/dev/null || ip neighbour
[ -n "$target" ] || exit 0
address=$target
case $target in
  *[!0-9.]*) address=$(getent ahosts "$target" | awk '{ print $1; exit }') ;;
esac
[ -n "$address" ] || stop 1 "$target has no address"
printf '== the way to %s\n' "$target"
ip route get "$address" || stop 1 "no way leads to $target"
