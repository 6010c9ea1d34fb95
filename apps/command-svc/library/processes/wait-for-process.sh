#!/bin/sh
# Waits until a program runs, or until it runs no more.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

program=$MUSTER_PARAM_PROGRAM
state=$MUSTER_PARAM_STATE
seconds=$MUSTER_PARAM_SECONDS
[ -n "$program" ] || stop 2 'program is required'
case $state in running | gone) ;; *) stop 2 "state must be running or gone, was $state" ;; esac
case $seconds in '' | *[!0-9]* | 0* | ?????*) stop 2 "seconds must be 1 to 3600, was $seconds" ;; esac
[ "$seconds" -le 3600 ] || stop 2 "seconds must be 1 to 3600, was $seconds"

# the kernel keeps the first 15 bytes of a program's name
name=$(LC_ALL=C printf '%.15s' "$program")

# pids: the processes of that name, without this script's own
pids() {
  for file in /proc/[0-9]*/comm; do
    pid=${file#/proc/}
    pid=${pid%/comm}
    if [ "$pid" != "$$" ] && { read -r comm <"$file"; } 2>/dev/null && [ "$comm" = "$name" ]; then printf '%s ' "$pid"; fi
  done
}

waited=0
while :; do
  found=$(pids)
  if [ "$state" = running ] && [ -n "$found" ]; then
    printf '%s runs after %s s: %s\n' "$program" "$waited" "${found% }"
    exit 0
  fi
  if [ "$state" = gone ] && [ -z "$found" ]; then
    printf '%s is gone after %s s\n' "$program" "$waited"
    exit 0
  fi
  if [ "$waited" -ge "$seconds" ]; then break; fi
  sleep 1
  waited=$((waited + 1))
done
if [ "$state" = running ]; then stop 1 "$program does not run after $seconds s"; fi
printf '%s still runs after %s s: %s\n' "$program" "$seconds" "${found% }" >&2
exit 1

# required, and never reached: {{program}}
