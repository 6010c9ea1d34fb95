#!/bin/sh
# Ends all processes of a program: asks them first, kills those that do not listen.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

program=$MUSTER_PARAM_PROGRAM
grace=$MUSTER_PARAM_GRACE_SECONDS
[ -n "$program" ] || stop 2 'program is required'
case $grace in '' | *[!0-9]* | ????*) stop 2 "grace-seconds must be 0 to 300, was $grace" ;; esac
[ "$grace" -le 300 ] || stop 2 "grace-seconds must be 0 to 300, was $grace"

# the kernel keeps the first 15 bytes of a program's name
name=$(LC_ALL=C printf '%.15s' "$program")

# this script, the agent that runs it and whatever started that: they must not end themselves
ancestors=' '
pid=$$
while [ "${pid:-0}" -gt 0 ]; do
  ancestors="$ancestors$pid "
  pid=$(awk '$1 == "PPid:" { print $2 }' "/proc/$pid/status" 2>/dev/null || true)
done

# pids: the running processes of that name
pids() {
  for file in /proc/[0-9]*/comm; do
    pid=${file#/proc/}
    pid=${pid%/comm}
    { read -r comm <"$file"; } 2>/dev/null || continue
    [ "$comm" = "$name" ] || continue
    case $(awk '$1 == "State:" { print $2 }' "/proc/$pid/status" 2>/dev/null || true) in '' | [ZX]) continue ;; esac
    printf '%s ' "$pid"
  done
}
# send SIGNAL PIDS
send() {
  for pid in $2; do kill -s "$1" "$pid" 2>/dev/null || true; done
}

found=$(pids)
if [ -z "$found" ]; then
  printf '%s does not run\n' "$program"
  exit 0
fi
for pid in $found; do
  case $ancestors in *" $pid "*) stop 2 "program must not be one that runs this command: $program is process $pid" ;; esac
done
send TERM "$found"
waited=0
while [ -n "$(pids)" ] && [ "$waited" -lt "$grace" ]; do
  sleep 1
  waited=$((waited + 1))
done
stubborn=$(pids)
if [ -n "$stubborn" ]; then
  send KILL "$stubborn"
  sleep 1
  left=$(pids)
  [ -z "$left" ] || stop 1 "$program cannot be ended: ${left% }"
fi
printf 'ended %s: %s\n' "$program" "${found% }"
if [ -n "$stubborn" ]; then printf 'killed after %s s: %s\n' "$grace" "${stubborn% }"; fi
exit 0

# required, and never reached: {{program}}
