#!/bin/sh
# Lists network interfaces with state, speed, traffic and faults since the start.
set -eu
export LC_ALL=C

value() { cat "$1" 2>/dev/null || echo "$2"; }
megabytes() { awk -v bytes="$(value "$1" 0)" 'BEGIN { printf "%.1f", bytes / 1048576 }'; }

printf '%-16s %-8s %7s %6s %-17s %12s %12s %9s %9s\n' 'INTERFACE' 'STATE' 'Mbit/s' 'MTU' 'MAC' 'IN MB' 'OUT MB' 'ERRORS' 'DROPPED'
for folder in /sys/class/net/*/; do
  folder=${folder%/}
  [ -d "$folder/statistics" ] || continue
  counters=$folder/statistics
  speed=$(value "$folder/speed" -)
  # virtual interfaces say -1, or nothing
  case $speed in '' | -*) speed=- ;; esac
  printf '%-16s %-8s %7s %6s %-17s %12s %12s %9s %9s\n' "${folder##*/}" "$(value "$folder/operstate" '?')" "$speed" \
    "$(value "$folder/mtu" '?')" "$(value "$folder/address" -)" \
    "$(megabytes "$counters/rx_bytes")" "$(megabytes "$counters/tx_bytes")" \
    "$(($(value "$counters/rx_errors" 0) + $(value "$counters/tx_errors" 0)))" \
    "$(($(value "$counters/rx_dropped" 0) + $(value "$counters/tx_dropped" 0)))"
done
