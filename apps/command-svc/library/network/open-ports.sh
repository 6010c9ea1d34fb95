#!/bin/sh
# Lists the ports that this machine listens on, and which programs do.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

command -v ss >/dev/null 2>&1 || stop 3 'ss is not installed (package iproute2 or iproute)'
printf '%-5s %-44s %s\n' 'KIND' 'LISTENS ON' 'PROGRAM'
# users:(("sshd",pid=1,fd=3),("sshd",pid=2,fd=3)) becomes sshd/1,sshd/2; only root sees the programs of others
ss -Hlntup | awk '{
  programs = ""
  rest = $7
  while (match(rest, /"[^"]*",pid=[0-9]+/)) {
    one = substr(rest, RSTART + 1, RLENGTH - 1)
    sub(/",pid=/, "/", one)
    if (index("," programs ",", "," one ",") == 0) programs = programs (programs ? "," : "") one
    rest = substr(rest, RSTART + RLENGTH)
  }
  printf "%-5s %-44s %s\n", $1, $5, programs ? programs : "?"
}' | sort -u
