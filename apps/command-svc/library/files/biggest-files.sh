#!/bin/sh
# Lists the biggest files below a folder, without leaving its file system.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

folder=$MUSTER_PARAM_FOLDER
least=$MUSTER_PARAM_MIN_SIZE_MB
count=$MUSTER_PARAM_COUNT
case $folder in /*) ;; *) stop 2 "folder must be an absolute path, was $folder" ;; esac
case $least in '' | *[!0-9]* | 0?* | ????????*) stop 2 "min-size-mb must be a whole number, was $least" ;; esac
case $count in '' | *[!0-9]* | 0* | ?????*) stop 2 "count must be 1 to 9999, was $count" ;; esac
[ -d "$folder" ] || stop 1 "there is no folder $folder"

# files vanish while one looks; what can be seen is listed
found=$(find -H "$folder" -xdev -type f -size "+$((least * 1024))k" -printf '%s\t%TY-%Tm-%Td\t%p\n' 2>/dev/null |
  sort -rn | head -n "$count")
if [ -z "$found" ]; then
  printf 'no file above %s MB is below %s\n' "$least" "$folder"
  exit 0
fi
printf '%12s  %-10s  %s\n' 'SIZE' 'CHANGED' 'FILE'
printf '%s\n' "$found" | awk -F '\t' '{ printf "%9.1f MB  %s  %s\n", $1 / 1048576, $2, $3 }'
