#!/bin/sh
# Fails when the machine waits for a reboot, and says why.
set -eu
export LC_ALL=C

reasons=''
because() { reasons="$reasons$1
"; }

for mark in /run/reboot-required /var/run/reboot-required; do
  [ -e "$mark" ] || continue
  packages=$(sort -u "$mark.pkgs" 2>/dev/null | tr '\n' ' ')
  because "installed packages ask for it: ${packages:-not said which}"
  break
done

if command -v needs-restarting >/dev/null 2>&1; then
  # 1 says that a reboot is needed, everything else that it cannot tell
  said=0
  text=$(needs-restarting -r 2>/dev/null) || said=$?
  if [ "$said" -eq 1 ]; then because "$text"; fi
elif command -v rpm >/dev/null 2>&1; then
  newest=$(rpm -q --last kernel-core kernel 2>/dev/null | awk '!/is not installed/ { print $1; exit }' | sed 's/^kernel-\(core-\)\{0,1\}//')
  if [ -n "$newest" ] && [ "$newest" != "$(uname -r)" ]; then because "kernel $newest is installed, $(uname -r) runs"; fi
fi

if [ -z "$reasons" ]; then
  echo 'no reboot is pending'
  exit 0
fi
printf 'a reboot is pending\n%s' "$reasons"
exit 1
