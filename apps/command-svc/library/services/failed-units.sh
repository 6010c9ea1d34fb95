#!/bin/sh
# Lists systemd units that failed; fails when there are any.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

[ -d /run/systemd/system ] || stop 3 'systemd does not run this machine'
failed=$(systemctl list-units --failed --all --plain --no-legend --no-pager)
if [ -z "$failed" ]; then
  echo 'no unit failed'
  exit 0
fi
printf '%s\n' "$failed"
stop 1 "$(printf '%s\n' "$failed" | wc -l) units failed"
