#!/bin/sh
# Makes sure that there is a user with a home folder and these groups.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_NAME
full_name=$MUSTER_PARAM_FULL_NAME
shell=$MUSTER_PARAM_SHELL
groups=$MUSTER_PARAM_GROUPS
case $name in
  '' | [!a-z_]* | *[!a-z0-9_-]*) stop 2 "name must be letters a-z, digits, _ and -, was $name" ;;
esac
[ "${#name}" -le 32 ] || stop 2 "name must be at most 32 characters, was ${#name}"
case $full_name in *[:,=[:cntrl:]]*) stop 2 'full-name must not hold : , or =' ;; esac
case $shell in
  /*[!A-Za-z0-9_./+-]*) stop 2 "shell must be the path of a program, was $shell" ;;
  /*) [ -x "$shell" ] || stop 2 "there is no program $shell" ;;
  *) stop 2 "shell must be the path of a program, was $shell" ;;
esac
case $groups in *[!a-z0-9_,-]* | -* | ,* | *,,* | *,) stop 2 "groups must be names with commas between them, was $groups" ;; esac
[ "$(id -u)" -eq 0 ] || stop 3 'only root can make users'

rest=$groups,
while [ -n "${rest%,}" ]; do
  group=${rest%%,*}
  rest=${rest#*,}
  getent group "$group" >/dev/null || stop 1 "there is no group $group"
done

if getent passwd "$name" >/dev/null; then
  printf '%s is there already\n' "$name"
  if [ -n "$groups" ]; then usermod -aG "$groups" -- "$name"; fi
else
  set -- -m -s "$shell" -c "$full_name"
  # a group of that name that is there already becomes the user's own
  if getent group "$name" >/dev/null; then set -- "$@" -g "$name"; fi
  if [ -n "$groups" ]; then set -- "$@" -G "$groups"; fi
  useradd "$@" -- "$name" || stop 1 "$name could not be made"
  printf '%s is made\n' "$name"
fi
id -- "$name"
exit 0

# required, and never reached: {{name}}
