#!/bin/sh
# Gives the machine another name, now and for every start to come.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_HOST_NAME
[ -n "$name" ] || stop 2 'host-name is required'
case $name in
  *[!A-Za-z0-9.-]* | [.-]* | *[.-] | *..* | *.-* | *-.*) stop 2 "host-name must be letters, digits, - and ., was $name" ;;
esac
[ "${#name}" -le 64 ] || stop 2 "host-name must be at most 64 characters, was ${#name}"
[ "$(id -u)" -eq 0 ] || stop 3 'only root can change the host name'

old=$(uname -n)
stored=$(cat /etc/hostname 2>/dev/null || true)
if [ "$old" = "$name" ] && [ "$stored" = "$name" ]; then
  printf 'the host name is %s already\n' "$name"
  exit 0
fi

if [ -d /run/systemd/system ] && command -v hostnamectl >/dev/null 2>&1; then
  hostnamectl set-hostname "$name"
else
  printf '%s\n' "$name" >/etc/hostname
  printf '%s\n' "$name" >/proc/sys/kernel/hostname
fi

# the line by which the machine finds itself, where there is one; written in place, as /etc/hosts may be a mount
new=$(mktemp)
trap 'rm -f "$new"' EXIT
awk -v old="$old" -v new="$name" '
  /^[ \t]*#/ { print; next }
  {
    short = new; sub(/\..*/, "", short)
    changed = 0
    for (i = 2; i <= NF; i++) if ($i == old) { $i = (new == short || NF > 2) ? new : new " " short; changed = 1 }
    print
  }' /etc/hosts >"$new"
cat "$new" >/etc/hosts
printf 'the host name was %s and is now %s\n' "$old" "$(uname -n)"
exit 0

# required, and never reached: {{host-name}}
