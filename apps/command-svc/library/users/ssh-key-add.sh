#!/bin/sh
# Makes sure that a user can log in with an SSH key.
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
[ -d "$home" ] || stop 1 "the home folder of $user is not there: $home"
if command -v ssh-keygen >/dev/null 2>&1; then
  printf '%s\n' "$key" | ssh-keygen -lf - >/dev/null 2>&1 || stop 2 'key is damaged: ssh-keygen cannot read it'
fi

# as the user itself, so that no link in its folder leads root astray
as_user() {
  if [ "$(id -un)" = "$user" ]; then "$@"; return; fi
  [ "$(id -u)" -eq 0 ] || stop 3 "only root and $user can do this"
  runuser -u "$user" -- "$@"
}
# shellcheck disable=SC2016
printf '%s\n' "$key" | as_user sh -euc '
  umask 077
  cd "$1"
  mkdir -p .ssh
  touch .ssh/authorized_keys
  if awk -v body="$2" "{ for (i = 1; i <= NF; i++) if (\$i == body) found = 1 } END { exit !found }" .ssh/authorized_keys; then
    echo "the key is there already"
    exit 0
  fi
  # a last line without an end would swallow the key
  if [ -n "$(tail -c 1 .ssh/authorized_keys)" ]; then echo >>.ssh/authorized_keys; fi
  cat >>.ssh/authorized_keys
  echo "the key is added"
' sh "$home" "$body" || stop 1 "the keys of $user could not be written"
exit 0

# required, and never reached: {{user}} {{key}}
