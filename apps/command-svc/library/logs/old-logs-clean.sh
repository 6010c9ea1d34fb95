#!/bin/sh
# Removes rotated logs of /var/log that are older than some days; lists them only, unless told to go ahead.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

days=$MUSTER_PARAM_DAYS
dry_run=$MUSTER_PARAM_DRY_RUN
case $days in '' | *[!0-9]* | 0* | ?????*) stop 2 "days must be 1 to 9999, was $days" ;; esac
case $dry_run in yes | no) ;; *) stop 2 "dry-run must be yes or no, was $dry_run" ;; esac
[ "$(id -u)" -eq 0 ] || stop 3 'only root can remove logs'

# what rotation leaves: syslog.1, syslog.2.gz, messages-20260131; the journal looks after itself
set -- /var/log -xdev -path /var/log/journal -prune -o -type f -mtime "+$((days - 1))" \
  '(' -name '*.[0-9]' -o -name '*.[0-9][0-9]' -o -name '*.old' -o -name '*.gz' -o -name '*.xz' -o -name '*.bz2' -o -name '*.zst' \
  -o -name '*-[12][0-9][0-9][0-9][01][0-9][0-3][0-9]' ')'
list=$(mktemp)
trap 'rm -f "$list"' EXIT
find "$@" -printf '%s\t%TY-%Tm-%Td\t%p\n' >"$list"
awk -F '\t' '{ printf "%9.1f MB  %s  %s\n", $1 / 1048576, $2, $3 }' "$list"
summary=$(awk -F '\t' '{ sum += $1 } END { printf "%d files, %.1f MB", NR, sum / 1048576 }' "$list")
if [ "$dry_run" = yes ]; then
  printf 'would remove %s\n' "$summary"
  exit 0
fi
# -delete would go against -prune
find "$@" -exec rm -f -- '{}' + || stop 1 'some logs could not be removed'
printf 'removed %s\n' "$summary"
