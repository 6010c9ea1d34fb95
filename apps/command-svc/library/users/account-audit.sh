#!/bin/sh
# Looks for accounts that should not be: a second root, empty passwords, numbers used twice; lists who can log in.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

[ "$(id -u)" -eq 0 ] || stop 3 'only root may read passwords'

echo 'accounts with a shell:'
awk -F : '
  FILENAME == "/etc/shadow" { password[$1] = $2; next }
  $7 ~ /(nologin|false|sync|shutdown|halt)$/ { next }
  {
    state = "password"
    if (password[$1] ~ /^[!*]/) state = "no password"
    if (password[$1] == "") state = "EMPTY PASSWORD"
    printf "  %-20s uid %-6s %-15s %s\n", $1, $3, state, $7
  }' /etc/shadow /etc/passwd

findings=$(
  awk -F : '$3 == 0 && $1 != "root" { print $1 " is root by another name" }' /etc/passwd
  awk -F : 'seen[$3]++ && $3 != 0 { print $1 " shares uid " $3 " with another account" }' /etc/passwd
  awk -F : '$2 == "" { print $1 " needs no password" }' /etc/shadow
)
if [ -z "$findings" ]; then
  echo 'nothing found'
  exit 0
fi
stop 1 "$findings"
