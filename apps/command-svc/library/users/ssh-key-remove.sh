#!/bin/sh
# Makes sure that a user cannot log in with an SSH key.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

user=$MUSTER_PARAM_USER
key=$MUSTER_PARAM_KEY
case $user in '' | -* | *[!A-Za-z0-9_.-]*) stop 2 "user must be letters, digits, _ - and ., was $user" ;; esac
case $key in *[[:cntrl:]]*) stop 2 'key must be one line' ;; esac
# the words of the key
set -f
# shellcheck disable=SC2086
set -- $key
case ${1:-} in
  ssh-ed25519 | ssh-rsa | ecdsa-sha2-nistp256 | ecdsa-sha2-nistp384 | ecdsa-sha2-nistp521 | sk-ssh-ed25519@openssh.com | sk-ecdsa-sha2-nistp256@openssh.com) ;;
  *) stop 2 'key must be a public key such as ssh-ed25519 AAAA... name' ;;
esac
case ${2:-} in AAAA?*) ;; *) stop 2 'key must be a public key such as ssh-ed25519 AAAA... name' ;; esac
case $2 in *[!A-Za-z0-9+/=]*) stop 2 'key must be a public key such as ssh-ed25519 AAAA... name' ;; esac
body=$2

entry=$(getent passwd "$user") || stop 1 "there is no user $user"
home=$(printf '%s\n' "$entry" | cut -d : -f 6)
if [ ! -f "$home/.ssh/authorized_keys" ]; then
  printf '%s has no keys\n' "$user"
  exit 0
fi

# as the user itself, so that no link in its folder leads root astray
as_user() {
  if [ "$(id -un)" = "$user" ]; then "$@"; return; fi
  [ "$(id -u)" -eq 0 ] || stop 3 "only root and $user can do this"
  runuser -u "$user" -- "$@"
}
# shellcheck disable=SC2016
as_user sh -euc '
  umask 077
  cd "$1/.ssh"
  new=$(mktemp authorized_keys.XXXXXXXX)
  trap "rm -f $new" EXIT
  awk -v body="$2" "{ keep = 1; for (i = 1; i <= NF; i++) if (\$i == body) keep = 0 } keep" authorized_keys >"$new"
  if cmp -s authorized_keys "$new"; then
    echo "the key is not there"
  else
    # in place: another program may watch this very file
    cat "$new" >authorized_keys
    echo "the key is removed"
  fi
' sh "$home" "$body" || stop 1 "the keys of $user could not be written"
exit 0

# required, and never reached: {{user}} {{key}}
