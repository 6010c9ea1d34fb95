#!/bin/sh
# Shows messages of the system journal from a severity on.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

hours=$MUSTER_PARAM_HOURS
priority=$MUSTER_PARAM_PRIORITY
lines=$MUSTER_PARAM_LINES
case $hours in '' | *[!0-9]* | 0* | ?????*) stop 2 "hours must be 1 to 9999, was $hours" ;; esac
case $lines in '' | *[!0-9]* | 0* | ?????*) stop 2 "lines must be 1 to 9999, was $lines" ;; esac
case $priority in
  emerg | alert | crit | err | warning) ;;
  *) stop 2 "priority must be emerg, alert, crit, err or warning, was $priority" ;;
esac
command -v journalctl >/dev/null 2>&1 || stop 3 'this machine has no system journal (journalctl)'

found=$(journalctl --quiet --no-pager -o short-iso -p "$priority" --since "$hours hours ago" -n "$lines") ||
  stop 1 'the journal could not be read'
if [ -z "$found" ]; then
  printf 'no message of %s or worse in the last %s hours\n' "$priority" "$hours"
  exit 0
fi
printf '%s\n' "$found"
