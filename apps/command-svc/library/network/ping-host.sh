#!/bin/sh
# Sends echo requests to a host; fails when too many stay without an answer.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

host=$MUSTER_PARAM_HOST
count=$MUSTER_PARAM_COUNT
most=$MUSTER_PARAM_MAX_LOSS_PERCENT
case $host in '' | -* | *[!A-Za-z0-9.:_%-]*) stop 2 "host must be an address or a name, was $host" ;; esac
case $count in [1-9] | [1-9][0-9]) ;; *) stop 2 "count must be 1 to 99, was $count" ;; esac
case $most in [0-9] | [1-9][0-9] | 100) ;; *) stop 2 "max-loss-percent must be 0 to 100, was $most" ;; esac
command -v ping >/dev/null 2>&1 || stop 3 'ping is not installed (package iputils-ping or iputils)'

# its exit code says whether anything came back, what it prints says how much
answer=$(ping -n -c "$count" -W 2 -- "$host" 2>&1) || true
printf '%s\n' "$answer"
loss=$(printf '%s\n' "$answer" | sed -n 's/.* \([0-9.]*\)% packet loss.*/\1/p')
[ -n "$loss" ] || stop 1 "$host could not be asked"
[ "${loss%%.*}" -le "$most" ] || stop 1 "$loss % of the requests to $host stayed without an answer"
exit 0

# required, and never reached: {{host}}
