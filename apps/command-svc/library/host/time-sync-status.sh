#!/bin/sh
# Fails unless the clock is kept in time by a time service and is close enough to it.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

most=$MUSTER_PARAM_MAX_OFFSET_MS
case $most in '' | *[!0-9]* | ??????????*) stop 2 "max-offset-ms must be a whole number, was $most" ;; esac

# judge OFFSET-IN-SECONDS SERVICE
judge() {
  milliseconds=$(printf '%s\n' "$1" | awk '{ v = $1 * 1000; if (v < 0) v = -v; printf "%.3f", v }')
  printf 'time service %s, offset %s ms\n' "$2" "$milliseconds"
  awk -v is="$milliseconds" -v most="$most" 'BEGIN { exit is > most }' ||
    stop 1 "the clock is off by $milliseconds ms, more than $most ms"
}

if command -v chronyc >/dev/null 2>&1 && tracking=$(chronyc -n tracking 2>/dev/null); then
  printf '%s\n' "$tracking"
  case $tracking in
    *'Not synchronised'*) stop 1 'the clock is not synchronized: chronyd has found no source yet' ;;
  esac
  judge "$(printf '%s\n' "$tracking" | awk -F: '$1 ~ /^System time/ { print $2 }')" chronyd
  exit 0
fi
if command -v ntpq >/dev/null 2>&1 && peers=$(ntpq -pn 2>/dev/null) && [ -n "$peers" ]; then
  printf '%s\n' "$peers"
  chosen=$(printf '%s\n' "$peers" | awk '/^\*/ { print $9 / 1000 }')
  [ -n "$chosen" ] || stop 1 'the clock is not synchronized: ntpd has chosen no peer yet'
  judge "$chosen" ntpd
  exit 0
fi
if [ -d /run/systemd/system ] && command -v timedatectl >/dev/null 2>&1; then
  timedatectl status
  [ "$(timedatectl show -p NTPSynchronized --value)" = yes ] || stop 1 'the clock is not synchronized'
  exit 0
fi
stop 3 'no time service answers: neither chronyd, ntpd nor systemd-timesyncd'
