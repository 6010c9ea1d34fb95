#!/bin/sh
# Says what this machine is: system, kernel, processors, memory, addresses, time.
set -eu
export LC_ALL=C

fact() { printf '%-16s %s\n' "$1" "${2:-unknown}"; }
of() { awk -F: -v name="$2" '$1 ~ "^" name "[ \t]*$" { sub(/^[ \t]+/, "", $2); print $2; exit }' "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }

system=$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | tr -d '"')
virtualization=''
if has systemd-detect-virt; then virtualization=$(systemd-detect-virt || true); fi
addresses=''
if has hostname; then addresses=$(hostname -I 2>/dev/null || true); fi

fact 'host name' "$(uname -n)"
fact 'system' "$system"
fact 'kernel' "$(uname -sr)"
fact 'architecture' "$(uname -m)"
fact 'processor' "$(of /proc/cpuinfo 'model name')"
fact 'processors' "$(nproc)"
fact 'memory' "$(awk '$1 == "MemTotal:" { printf "%.1f GiB", $2 / 1048576 }' /proc/meminfo)"
fact 'virtualization' "$virtualization"
fact 'addresses' "$addresses"
fact 'up for' "$(awk '{ printf "%d d %d h %d min", $1 / 86400, $1 % 86400 / 3600, $1 % 3600 / 60 }' /proc/uptime)"
fact 'load' "$(cut -d ' ' -f 1-3 /proc/loadavg)"
fact 'time' "$(date '+%Y-%m-%d %H:%M:%S %Z (%z)')"
