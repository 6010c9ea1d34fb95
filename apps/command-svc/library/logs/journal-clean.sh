#!/bin/sh
# Removes old entries of the system journal, by age and by size.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

days=$MUSTER_PARAM_DAYS
size=$MUSTER_PARAM_MAX_SIZE_MB
case $days in '' | *[!0-9]* | 0* | ?????*) stop 2 "days must be 1 to 9999, was $days" ;; esac
case $size in '' | *[!0-9]* | 0* | ????????*) stop 2 "max-size-mb must be a whole number from 1, was $size" ;; esac
command -v journalctl >/dev/null 2>&1 || stop 3 'this machine has no system journal (journalctl)'
[ "$(id -u)" -eq 0 ] || stop 3 'only root can clean the journal'

# only files that are closed can go
journalctl --rotate || stop 1 'the journal could not be rotated'
journalctl --vacuum-time="${days}d" --vacuum-size="${size}M" || stop 1 'the journal could not be cleaned'
journalctl --disk-usage
