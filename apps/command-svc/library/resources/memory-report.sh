#!/bin/sh
# Says what memory is used for; fails when too little is left.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

least=$MUSTER_PARAM_MIN_AVAILABLE_PERCENT
case $least in '' | *[!0-9]* | ????*) stop 2 "min-available-percent must be 0 to 100, was $least" ;; esac
[ "$least" -le 100 ] || stop 2 "min-available-percent must be 0 to 100, was $least"

killed=$(awk '$1 == "oom_kill" { print $2 }' /proc/vmstat)
pressure=$(awk '$1 == "some" { print $2, $3, $4 }' /proc/pressure/memory 2>/dev/null || true)
if awk -v least="$least" '
  { kb[$1] = $2 }
  function row(name, value) { printf "%-12s %10.1f MiB %6.1f %%\n", name, value / 1024, total ? 100 * value / total : 0 }
  END {
    total = kb["MemTotal:"]
    row("total", total)
    row("used", total - kb["MemAvailable:"])
    row("available", kb["MemAvailable:"])
    row("free", kb["MemFree:"])
    row("cache", kb["Cached:"] + kb["Buffers:"] + kb["SReclaimable:"] - kb["Shmem:"])
    row("shared", kb["Shmem:"])
    row("slab, kept", kb["SUnreclaim:"])
    row("dirty", kb["Dirty:"])
    total = kb["SwapTotal:"]
    row("swap", total)
    row("swap used", total - kb["SwapFree:"])
    exit 100 * kb["MemAvailable:"] < least * kb["MemTotal:"]
  }' /proc/meminfo; then enough=yes; else enough=no; fi
printf 'killed for want of memory since the start: %s\n' "${killed:-unknown}"
if [ -n "$pressure" ]; then printf 'tasks that wait for memory, percent of the time: %s\n' "$pressure"; fi
[ "$enough" = yes ] || stop 1 "less than $least % of the memory is available"
