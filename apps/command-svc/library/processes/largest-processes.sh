#!/bin/sh
# Lists the processes that use most memory or most processor time.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

by=$MUSTER_PARAM_BY
count=$MUSTER_PARAM_COUNT
case $by in
  memory) order=-rss ;;
  cpu) order=-pcpu ;;
  *) stop 2 "by must be memory or cpu, was $by" ;;
esac
case $count in '' | *[!0-9]* | 0* | ?????*) stop 2 "count must be 1 to 9999, was $count" ;; esac
command -v ps >/dev/null 2>&1 || stop 3 'ps is not installed (package procps or procps-ng)'

ps -eo pid,user:16,pcpu,pmem,rss,etime,args --sort="$order" | head -n "$((count + 1))" | cut -c 1-200
