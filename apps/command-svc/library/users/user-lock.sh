#!/bin/sh
# Locks a user out, by password and by key, or lets it in again.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_NAME
state=$MUSTER_PARAM_STATE
case $name in '' | -* | *[!A-Za-z0-9_.-]*) stop 2 "name must be letters, digits, _ - and ., was $name" ;; esac
case $state in locked | unlocked) ;; *) stop 2 "state must be locked or unlocked, was $state" ;; esac
[ "$(id -u)" -eq 0 ] || stop 3 'only root can lock users'
getent passwd "$name" >/dev/null || stop 1 "there is no user $name"
[ "$(id -u -- "$name")" -ne 0 ] || stop 2 "$name is root, without which nobody could undo this"

if [ "$state" = locked ]; then
  # a locked password alone leaves SSH keys; an account that ended long ago leaves nothing
  usermod -L -e 1 -- "$name" || stop 1 "$name could not be locked"
else
  usermod -e '' -- "$name" || stop 1 "$name could not be unlocked"
  # a password that is nothing but the lock stays locked: without it anybody could log in
  case $(getent shadow "$name" | cut -d : -f 2) in
    '!' | '!!' | '*' | '!*' | '') ;;
    '!'*) usermod -U -- "$name" || stop 1 "the password of $name could not be unlocked" ;;
  esac
fi
printf '%s is %s\n' "$name" "$state"
exit 0

# required, and never reached: {{name}}
