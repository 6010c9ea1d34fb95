#!/bin/sh
# Calls off a reboot or shutdown that was scheduled.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

[ "$(id -u)" -eq 0 ] || stop 3 'only root can call off a reboot'
command -v shutdown >/dev/null 2>&1 || stop 3 'this machine has no shutdown program'
if [ -d /run/systemd/system ] && [ ! -e /run/systemd/shutdown/scheduled ]; then
  echo 'nothing was scheduled'
  exit 0
fi
shutdown -c || stop 1 'the reboot could not be called off'
echo 'the reboot is called off'
