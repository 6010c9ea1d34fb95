#!/bin/sh
# Lists how many files file systems can still hold; fails when one has hardly any inode left.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

limit=$MUSTER_PARAM_WARN_PERCENT
case $limit in '' | *[!0-9]* | ????*) stop 2 "warn-percent must be 1 to 100, was $limit" ;; esac
if [ "$limit" -lt 1 ] || [ "$limit" -gt 100 ]; then stop 2 "warn-percent must be 1 to 100, was $limit"; fi

# a mount that hangs or may not be read makes df fail, what it lists counts all the same
usage=$(df -PTi 2>/dev/null || true)
printf '%s\n' "$usage" | awk -v limit="$limit" '
  NR == 1 { printf "%6s %10s %10s %-10s %s\n", "USED", "INODES", "FREE", "TYPE", "MOUNTED ON"; next }
  { mount = $0; for (i = 1; i <= 6; i++) sub(/^[^ ]+ +/, "", mount) }
  # what lives in memory, counts no inodes or shows a file system a second time
  $2 ~ /^(tmpfs|devtmpfs|squashfs|iso9660|efivarfs|nsfs)$/ || ($2 == "overlay" && mount != "/") || $3 == 0 { next }
  {
    printf "%6s %10d %10d %-10s %s\n", $6, $3, $5, $2, mount
    if ($6 + 0 >= limit) full = full (full ? ", " : "") mount
  }
  END {
    if (!full) exit 0
    print "at or above " limit " %: " full | "cat >&2"
    close("cat >&2")
    exit 1
  }'
