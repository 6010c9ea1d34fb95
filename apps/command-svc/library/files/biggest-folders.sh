#!/bin/sh
# Lists the biggest folders below one, without leaving its file system.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

folder=$MUSTER_PARAM_FOLDER
depth=$MUSTER_PARAM_DEPTH
count=$MUSTER_PARAM_COUNT
case $folder in /*) ;; *) stop 2 "folder must be an absolute path, was $folder" ;; esac
case $depth in [1-9] | [1-9][0-9]) ;; *) stop 2 "depth must be 1 to 99, was $depth" ;; esac
case $count in '' | *[!0-9]* | 0* | ?????*) stop 2 "count must be 1 to 9999, was $count" ;; esac
[ -d "$folder" ] || stop 1 "there is no folder $folder"

printf '%12s  %s\n' 'SIZE' 'FOLDER'
# what may not be read is not counted
{ du -Dxk -d "$depth" -- "$folder" 2>/dev/null || true; } | sort -rn | head -n "$count" |
  awk -F '\t' '{ printf "%9.1f MB  %s\n", $1 / 1024, $2 }'
