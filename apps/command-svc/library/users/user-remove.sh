#!/bin/sh
# Makes sure that there is no such user any more.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_NAME
remove_home=$MUSTER_PARAM_REMOVE_HOME
case $name in '' | -* | *[!A-Za-z0-9_.-]*) stop 2 "name must be letters, digits, _ - and ., was $name" ;; esac
case $remove_home in yes | no) ;; *) stop 2 "remove-home must be yes or no, was $remove_home" ;; esac
[ "$(id -u)" -eq 0 ] || stop 3 'only root can remove users'

if ! entry=$(getent passwd "$name"); then
  printf 'there is no user %s\n' "$name"
  exit 0
fi
# below are those that the system made for itself
least=$(awk '$1 == "UID_MIN" { print $2 }' /etc/login.defs 2>/dev/null || true)
uid=$(printf '%s\n' "$entry" | cut -d : -f 3)
home=$(printf '%s\n' "$entry" | cut -d : -f 6)
[ "$uid" -ge "${least:-1000}" ] || stop 2 "$name belongs to the system (uid $uid)"
cut -d : -f 1 /etc/passwd | grep -Fqx -- "$name" || stop 1 "$name comes from a directory such as LDAP, not from this machine"

running=$(for file in /proc/[0-9]*/status; do cat "$file" 2>/dev/null || true; done |
  awk -v uid="$uid" '$1 == "Pid:" { pid = $2 } $1 == "Uid:" && $2 == uid { print pid }')
if [ -n "$running" ]; then stop 1 "$name still runs processes: $(printf '%s\n' "$running" | tr '\n' ' ')"; fi

if [ "$remove_home" = yes ]; then
  userdel -r -- "$name" 2>/dev/null || stop 1 "$name could not be removed"
  printf '%s is removed, with %s\n' "$name" "$home"
else
  userdel -- "$name" || stop 1 "$name could not be removed"
  printf '%s is removed, %s is still there\n' "$name" "$home"
fi
exit 0

# required, and never reached: {{name}}
