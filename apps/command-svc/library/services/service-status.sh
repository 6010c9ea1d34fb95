#!/bin/sh
# Says how a service is; fails unless it is active.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

service=$MUSTER_PARAM_SERVICE
case $service in
  '' | -* | *[!A-Za-z0-9:_.@\\-]*) stop 2 "service must be the name of a unit such as nginx or nginx.service, was $service" ;;
esac
[ -d /run/systemd/system ] || stop 3 'systemd does not run this machine'

case $(systemctl show -p LoadState --value -- "$service") in
  not-found) stop 1 "there is no service $service" ;;
esac
systemctl status --no-pager --full --lines=10 -- "$service" || true
systemctl is-active --quiet -- "$service" || stop 1 "$service is not active"
exit 0

# required, and never reached: {{service}}
