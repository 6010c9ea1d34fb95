#!/bin/sh
# Lists processes that ended and that their parents did not take notice of; fails when there are too many.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

most=$MUSTER_PARAM_MAX
case $most in '' | *[!0-9]* | ???????*) stop 2 "max must be a whole number, was $most" ;; esac

# processes end while they are read
zombies=$(for file in /proc/[0-9]*/status; do cat "$file" 2>/dev/null || true; done |
  awk '$1 == "Name:" { sub(/^Name:[ \t]*/, ""); name = $0 } $1 == "State:" { state = $2 } $1 == "Pid:" { pid = $2 }
    $1 == "PPid:" && state == "Z" { print pid, $2, name }')
if [ -z "$zombies" ]; then
  echo 'no zombie processes'
  exit 0
fi
printf '%8s %8s %-16s %s\n' 'PID' 'PARENT' 'PROGRAM' 'PROGRAM OF THE PARENT'
printf '%s\n' "$zombies" | while read -r pid parent name; do
  printf '%8s %8s %-16s %s\n' "$pid" "$parent" "$name" "$(cat "/proc/$parent/comm" 2>/dev/null || echo gone)"
done
count=$(printf '%s\n' "$zombies" | wc -l)
[ "$count" -le "$most" ] || stop 1 "$count zombie processes, more than $most"
