#!/bin/sh
# Starts, stops, restarts, reloads, enables or disables a service, and looks whether it worked.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

service=$MUSTER_PARAM_SERVICE
action=$MUSTER_PARAM_ACTION
case $service in
  '' | -* | *[!A-Za-z0-9:_.@\\-]*) stop 2 "service must be the name of a unit such as nginx or nginx.service, was $service" ;;
esac
case $action in
  start | stop | restart | reload | enable | disable) ;;
  *) stop 2 "action must be start, stop, restart, reload, enable or disable, was $action" ;;
esac
[ -d /run/systemd/system ] || stop 3 'systemd does not run this machine'
[ "$(systemctl show -p LoadState --value -- "$service")" != not-found ] || stop 1 "there is no service $service"

failed() {
  if command -v journalctl >/dev/null 2>&1; then journalctl --no-pager -n 20 -u "$service" >&2 || true; fi
  stop 1 "$1"
}

systemctl "$action" -- "$service" || failed "$service: $action failed"
case $action in
  start | restart | reload)
    # a service that dies at once is not a started one
    sleep 2
    systemctl is-active --quiet -- "$service" || failed "$service is not active after $action"
    ;;
esac
printf '%s: %s done, it is %s\n' "$service" "$action" "$(systemctl is-active -- "$service" || true)"
exit 0

# required, and never reached: {{service}}
