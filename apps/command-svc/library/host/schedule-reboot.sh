#!/bin/sh
# Reboots the machine some minutes from now, so that people can see it coming and this run can end well.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

minutes=$MUSTER_PARAM_DELAY_MINUTES
message=$MUSTER_PARAM_MESSAGE
case $minutes in '' | *[!0-9]* | ??????*) stop 2 "delay-minutes must be 1 to 10080, was $minutes" ;; esac
if [ "$minutes" -lt 1 ] || [ "$minutes" -gt 10080 ]; then stop 2 "delay-minutes must be 1 to 10080, was $minutes"; fi
[ "$(id -u)" -eq 0 ] || stop 3 'only root can reboot the machine'
command -v shutdown >/dev/null 2>&1 || stop 3 'this machine has no shutdown program'

shutdown -r "+$minutes" "Reboot: $message" || stop 1 'the reboot could not be scheduled'
printf 'the machine reboots in %s minutes\n' "$minutes"
