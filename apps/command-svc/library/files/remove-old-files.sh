#!/bin/sh
# Removes files below a folder that were not changed for some days; lists them only, unless told to go ahead.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

folder=$MUSTER_PARAM_FOLDER
pattern=$MUSTER_PARAM_PATTERN
days=$MUSTER_PARAM_DAYS
dry_run=$MUSTER_PARAM_DRY_RUN
case $folder in /*) ;; *) stop 2 "folder must be an absolute path, was $folder" ;; esac
case $pattern in '' | */*) stop 2 "pattern must be a file name with * and ?, was $pattern" ;; esac
case $days in '' | *[!0-9]* | 0* | ??????*) stop 2 "days must be 1 to 99999, was $days" ;; esac
case $dry_run in yes | no) ;; *) stop 2 "dry-run must be yes or no, was $dry_run" ;; esac
[ -d "$folder" ] || stop 1 "there is no folder $folder"

folder=$(realpath -- "$folder")
case $folder in
  / | /bin* | /boot* | /dev* | /etc* | /lib* | /proc* | /run* | /sbin* | /sys* | /usr* | /home | /opt | /root | /srv | /var | /var/lib)
    stop 2 "folder must not be one that the system lives in: $folder"
    ;;
esac

# older than N days: find counts whole days that have passed
set -- "$folder" -xdev -type f -name "$pattern" -mtime "+$((days - 1))"
list=$(mktemp)
trap 'rm -f "$list"' EXIT
find "$@" -printf '%s\t%TY-%Tm-%Td\t%p\n' >"$list"
awk -F '\t' '{ printf "%9.1f MB  %s  %s\n", $1 / 1048576, $2, $3 }' "$list"
summary=$(awk -F '\t' '{ sum += $1 } END { printf "%d files, %.1f MB", NR, sum / 1048576 }' "$list")
if [ "$dry_run" = yes ]; then
  printf 'would remove %s\n' "$summary"
else
  find "$@" -delete || stop 1 'some files could not be removed'
  printf 'removed %s\n' "$summary"
fi
exit 0

# required, and never reached: {{folder}}
