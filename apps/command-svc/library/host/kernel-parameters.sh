#!/bin/sh
# Shows kernel parameters: one, or all that are below a name.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_NAME
case $name in
  '' | *[!A-Za-z0-9_./:@-]* | *..* | [./]* | *[./]) stop 2 "name must be one such as vm.swappiness or net.ipv4, was $name" ;;
esac
# with a slash in it, dots belong to the names of interfaces, as sysctl has it
case $name in
  */*) path=$name ;;
  *) path=$(printf '%s\n' "$name" | tr . /) ;;
esac
[ -e "/proc/sys/$path" ] || stop 1 "this kernel has no parameter $name"

find "/proc/sys/$path" -type f -perm /444 | sort | while IFS= read -r file; do
  key=$(printf '%s\n' "${file#/proc/sys/}" | tr ./ /.)
  # some may be asked for by nobody at this moment; they are left out
  value=$(tr '\n\t' '; ' <"$file" 2>/dev/null) || continue
  printf '%s = %s\n' "$key" "${value%;}"
done
