#!/bin/sh
# Lists containers of docker or podman, and the room that images, containers and volumes take up.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

engine=''
for program in docker podman; do
  if command -v "$program" >/dev/null 2>&1; then engine=$program && break; fi
done
[ -n "$engine" ] || stop 3 'neither docker nor podman is installed'
"$engine" info >/dev/null 2>&1 || stop 3 "$engine is installed but does not answer"

"$engine" ps -a --format 'table {{.Names}}\t{{.Image}}\t{{.Status}}'
"$engine" system df
