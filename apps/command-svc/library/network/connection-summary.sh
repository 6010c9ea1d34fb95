#!/bin/sh
# Counts TCP connections by state, and the addresses at the other end that have most of them.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

count=$MUSTER_PARAM_COUNT
case $count in '' | *[!0-9]* | 0* | ?????*) stop 2 "count must be 1 to 9999, was $count" ;; esac
command -v ss >/dev/null 2>&1 || stop 3 'ss is not installed (package iproute2 or iproute)'

all=$(ss -Htan)
echo 'BY STATE'
printf '%s\n' "$all" | awk 'NF { print $1 }' | sort | uniq -c | sort -rn
echo 'BY ADDRESS AT THE OTHER END'
printf '%s\n' "$all" | awk '$1 != "LISTEN" && NF { sub(/:[^:]*$/, "", $5); print $5 }' | sort | uniq -c | sort -rn | head -n "$count"
echo 'BY PORT HERE'
printf '%s\n' "$all" | awk '$1 != "LISTEN" && NF { sub(/.*:/, "", $4); print $4 }' | sort | uniq -c | sort -rn | head -n "$count"
