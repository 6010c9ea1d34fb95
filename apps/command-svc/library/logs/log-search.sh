#!/bin/sh
# Searches a log, also its rotated and compressed files, for a text; fails when it is nowhere.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

file=$MUSTER_PARAM_FILE
text=$MUSTER_PARAM_TEXT
lines=$MUSTER_PARAM_LINES
line_end='
'
case $file in /*) ;; *) stop 2 "file must be an absolute path, was $file" ;; esac
[ -n "$text" ] || stop 2 'text is required'
case $text in *"$line_end"*) stop 2 'text must be one line' ;; esac
case $lines in '' | *[!0-9]* | 0* | ?????*) stop 2 "lines must be 1 to 9999, was $lines" ;; esac
[ -e "$file" ] || stop 1 "there is no file $file"
[ -f "$file" ] || stop 2 "file must be a file, not a folder: $file"
[ -r "$file" ] || stop 3 "$file may not be read by $(id -un)"

# every part of the log that is there, the oldest first
found=$(
  for part in "$file".*.gz "$file"-*.gz "$file".[0-9] "$file"-*[0-9] "$file"; do
    [ -f "$part" ] || continue
    case $part in
      *.gz) gzip -dc -- "$part" 2>/dev/null ;;
      *) cat -- "$part" ;;
    esac | { grep -aF -e "$text" || true; }
  done | tail -n "$lines"
)
[ -n "$found" ] || stop 1 'the text is not in the log'
printf '%s\n' "$found"
exit 0

# required, and never reached: {{file}} {{text}}
