#!/bin/sh
# Installs security updates and nothing else, then says whether a reboot is needed.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }

[ "$(id -u)" -eq 0 ] || stop 3 'only root can install updates'

if has apt-get; then
  export DEBIAN_FRONTEND=noninteractive
  # waits for other installations to end, and keeps configuration files that were changed here
  apt_get() { apt-get -qq -o Dpkg::Use-Pty=0 -o DPkg::Lock::Timeout=300 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold "$@"; }
  apt_get -o APT::Update::Error-Mode=any update >/dev/null || stop 1 'the lists of packages could not be fetched'
  plan=$(apt-get -s -o Debug::NoLocking=true dist-upgrade) || stop 1 'apt-get cannot say what it would do'
  # Debian and Ubuntu publish them in suites named ...-security; NAME=VERSION is exactly that update
  updates=$(printf '%s\n' "$plan" | sed -n '/^Inst [^(]*([^)]*-security/s/^Inst \([^ ]*\) \[[^]]*\] (\([^ ]*\) .*/\1=\2/p')
  if [ -z "$updates" ]; then
    echo 'no security updates'
  else
    # shellcheck disable=SC2086
    apt_get install --only-upgrade --no-install-recommends -- $updates || stop 1 'some security updates could not be installed'
    printf 'installed:\n%s\n' "$updates"
  fi
elif has dnf; then
  dnf -y --security upgrade || stop 1 'some security updates could not be installed'
elif has yum; then
  yum -y --security update || stop 1 'some security updates could not be installed'
else
  stop 3 'none of apt-get, dnf and yum is installed'
fi

# 1 is the answer that a reboot is needed, everything else that it cannot tell
needed=0
if has needs-restarting; then needs-restarting -r >/dev/null 2>&1 || needed=$?; fi
if [ -e /run/reboot-required ]; then needed=1; fi
if [ "$needed" -eq 1 ]; then echo 'a reboot is needed'; fi
