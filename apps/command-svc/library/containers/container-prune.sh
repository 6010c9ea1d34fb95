#!/bin/sh
# Removes containers that ended, images that nothing uses and, when told to, volumes, of docker or podman.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

hours=$MUSTER_PARAM_HOURS
images=$MUSTER_PARAM_IMAGES
volumes=$MUSTER_PARAM_VOLUMES
case $hours in '' | *[!0-9]* | ??????*) stop 2 "hours must be a whole number, was $hours" ;; esac
case $images in untagged | unused) ;; *) stop 2 "images must be untagged or unused, was $images" ;; esac
case $volumes in yes | no) ;; *) stop 2 "volumes must be yes or no, was $volumes" ;; esac

engine=''
for program in docker podman; do
  if command -v "$program" >/dev/null 2>&1; then engine=$program && break; fi
done
[ -n "$engine" ] || stop 3 'neither docker nor podman is installed'
"$engine" info >/dev/null 2>&1 || stop 3 "$engine is installed but does not answer"

echo '== containers'
"$engine" container prune -f --filter "until=${hours}h"
echo '== images'
set -- image prune -f --filter "until=${hours}h"
if [ "$images" = unused ]; then set -- "$@" -a; fi
"$engine" "$@"
if [ "$volumes" = yes ]; then
  echo '== volumes'
  "$engine" volume prune -f
fi
echo '== left'
"$engine" system df
