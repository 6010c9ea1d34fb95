#!/bin/sh
# Shows the newest journal lines of a service.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

service=$MUSTER_PARAM_SERVICE
lines=$MUSTER_PARAM_LINES
case $service in
  '' | -* | *[!A-Za-z0-9:_.@\\-]*) stop 2 "service must be the name of a unit such as nginx or nginx.service, was $service" ;;
esac
case $lines in '' | *[!0-9]* | 0* | ?????*) stop 2 "lines must be 1 to 9999, was $lines" ;; esac
command -v journalctl >/dev/null 2>&1 || stop 3 'this machine has no system journal (journalctl)'

found=$(journalctl --quiet --no-pager -o short-iso -u "$service" -n "$lines") || stop 1 'the journal could not be read'
if [ -z "$found" ]; then stop 1 "the journal has nothing of $service"; fi
printf '%s\n' "$found"
exit 0

# required, and never reached: {{service}}
