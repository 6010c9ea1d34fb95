#!/bin/sh
# Sets a user's password.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_NAME
must_change=$MUSTER_PARAM_MUST_CHANGE
password=$MUSTER_PARAM_PASSWORD
# from here on no other program gets to see it but by standard input
unset MUSTER_PARAM_PASSWORD
case $name in '' | -* | *[!A-Za-z0-9_.-]*) stop 2 "name must be letters, digits, _ - and ., was $name" ;; esac
case $must_change in yes | no) ;; *) stop 2 "must-change must be yes or no, was $must_change" ;; esac
case $password in
  '') stop 2 'password is required' ;;
  # each line would be another user's
  *[[:cntrl:]]*) stop 2 'password must not hold control characters' ;;
esac
[ "$(id -u)" -eq 0 ] || stop 3 'only root can set passwords'
cut -d : -f 1 /etc/passwd | grep -Fqx -- "$name" || stop 1 "there is no user $name on this machine"

printf '%s:%s\n' "$name" "$password" | chpasswd || stop 1 "the password of $name could not be set"
if [ "$must_change" = yes ]; then
  chage -d 0 -- "$name" || stop 1 "the password of $name is set, but need not be changed"
  printf 'the password of %s is set and must be changed at the next login\n' "$name"
else
  printf 'the password of %s is set\n' "$name"
fi
exit 0

# required, hidden where said, and never reached: {{name}} {{tat-hidden:password}}
