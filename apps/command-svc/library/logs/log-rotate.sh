#!/bin/sh
# Rotates logs now, all of them or those of one configuration.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_CONFIGURATION
case $name in -* | .* | *[!A-Za-z0-9_.-]*) stop 2 "configuration must be the name of a file in /etc/logrotate.d, was $name" ;; esac
command -v logrotate >/dev/null 2>&1 || stop 3 'logrotate is not installed'
[ "$(id -u)" -eq 0 ] || stop 3 'only root can rotate logs'
file=/etc/logrotate.conf
if [ -n "$name" ]; then file=/etc/logrotate.d/$name; fi
[ -f "$file" ] || stop 1 "there is no $file"

logrotate -f "$file" || stop 1 'some logs could not be rotated'
printf 'rotated as %s says\n' "$file"
