#!/bin/sh
# Lists systemd timers: when each ran, when it runs next, what it starts.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

[ -d /run/systemd/system ] || stop 3 'systemd does not run this machine'
systemctl list-timers --all --no-pager
