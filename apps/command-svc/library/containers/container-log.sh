#!/bin/sh
# Shows the newest log lines of a container of docker or podman.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

container=$MUSTER_PARAM_CONTAINER
lines=$MUSTER_PARAM_LINES
case $container in '' | [!A-Za-z0-9]* | *[!A-Za-z0-9_.-]*) stop 2 "container must be a name or an id, was $container" ;; esac
case $lines in '' | *[!0-9]* | 0* | ?????*) stop 2 "lines must be 1 to 9999, was $lines" ;; esac

engine=''
for program in docker podman; do
  if command -v "$program" >/dev/null 2>&1; then engine=$program && break; fi
done
[ -n "$engine" ] || stop 3 'neither docker nor podman is installed'
"$engine" info >/dev/null 2>&1 || stop 3 "$engine is installed but does not answer"

"$engine" logs --timestamps --tail "$lines" "$container" || stop 1 "the log of $container cannot be read"
exit 0

# required, and never reached: {{container}}
