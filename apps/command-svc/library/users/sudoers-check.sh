#!/bin/sh
# Checks the rules of sudo and lists who may become root; fails when a rule is wrong.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

command -v visudo >/dev/null 2>&1 || stop 3 'sudo is not installed'
[ "$(id -u)" -eq 0 ] || stop 3 'only root can read the rules of sudo'

said=0
visudo -c || said=$?

for group in sudo wheel admin; do
  members=$(getent group "$group" | cut -d : -f 4) || true
  if [ -n "$members" ]; then printf 'group %s: %s\n' "$group" "$members"; fi
done
echo 'rules:'
# Defaults and aliases give nothing to anybody
find /etc/sudoers /etc/sudoers.d -maxdepth 1 -type f ! -name '*~' ! -name '*.*' 2>/dev/null | sort | while IFS= read -r file; do
  awk -v file="$file" '/^[ \t]*(#|@|$|Defaults|[A-Za-z]+_Alias)/ { next } { printf "  %s:%d: %s\n", file, NR, $0 }' "$file"
done
[ "$said" -eq 0 ] || stop 1 'the rules have errors; sudo may refuse to work'
