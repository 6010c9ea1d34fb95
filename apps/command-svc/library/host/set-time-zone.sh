#!/bin/sh
# Sets the machine's time zone.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

zone=$MUSTER_PARAM_TIME_ZONE
case $zone in
  '' | *[!A-Za-z0-9_+/-]* | /* | *//* | */) stop 2 "time-zone must be a name such as Asia/Shanghai, was $zone" ;;
esac
file=/usr/share/zoneinfo/$zone
[ -d /usr/share/zoneinfo ] || stop 3 'this machine has no time zones (package tzdata)'
[ -f "$file" ] || stop 2 "there is no time zone $zone"
[ "$(id -u)" -eq 0 ] || stop 3 'only root can set the time zone'

if [ "$(readlink /etc/localtime || true)" = "$file" ]; then
  printf 'the time zone is %s already\n' "$zone"
  exit 0
fi
if [ -d /run/systemd/system ] && command -v timedatectl >/dev/null 2>&1; then
  timedatectl set-timezone "$zone"
else
  ln -sfn "$file" /etc/localtime
fi
# Debian keeps the name a second time
if [ -f /etc/timezone ]; then printf '%s\n' "$zone" >/etc/timezone; fi
printf 'the time zone is %s now: %s\n' "$zone" "$(TZ=$zone date '+%Y-%m-%d %H:%M:%S %Z')"
