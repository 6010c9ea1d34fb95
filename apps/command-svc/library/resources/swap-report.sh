#!/bin/sh
# Lists swap areas and the processes that were swapped out most.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

count=$MUSTER_PARAM_COUNT
case $count in '' | *[!0-9]* | 0* | ?????*) stop 2 "count must be 1 to 9999, was $count" ;; esac

printf 'swappiness %s\n' "$(cat /proc/sys/vm/swappiness)"
if [ "$(wc -l </proc/swaps)" -le 1 ]; then
  echo 'this machine has no swap'
  exit 0
fi
awk 'NR == 1 { printf "%-32s %10s %10s\n", "AREA", "MiB", "USED MiB"; next }
  { printf "%-32s %10.1f %10.1f\n", $1, $3 / 1024, $4 / 1024 }' /proc/swaps
printf '%10s %8s %s\n' 'SWAPPED' 'PID' 'PROGRAM'
# processes end while they are read
for file in /proc/[0-9]*/status; do cat "$file" 2>/dev/null || true; done |
  awk '$1 == "Name:" { sub(/^Name:[ \t]*/, ""); name = $0 } $1 == "Pid:" { pid = $2 }
    $1 == "VmSwap:" && $2 > 0 { printf "%d %d %s\n", $2, pid, name }' |
  sort -rn | head -n "$count" |
  awk '{ kb = $1; pid = $2; sub(/^[0-9]+ [0-9]+ /, ""); printf "%6.1f MiB %8d %s\n", kb / 1024, pid, $0 }'
