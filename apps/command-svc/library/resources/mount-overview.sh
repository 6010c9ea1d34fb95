#!/bin/sh
# Lists mounted file systems; fails when one of /etc/fstab is not mounted or one is read-only that should not be.
set -eu
export LC_ALL=C

# blanks and backslashes are written as octal numbers in both tables
decode='function decode(text) { gsub(/\\040/, " ", text); gsub(/\\011/, "\t", text); gsub(/\\134/, "\\", text); return text }'

printf '%-28s %-10s %-30s %s\n' 'DEVICE' 'TYPE' 'MOUNTED ON' 'OPTIONS'
awk "$decode"'
  $3 ~ /^(proc|sysfs|cgroup2?|devpts|devtmpfs|securityfs|debugfs|tracefs|mqueue|hugetlbfs|pstore|bpf|configfs|fusectl|autofs|binfmt_misc|rpc_pipefs|nsfs|efivarfs|ramfs)$/ { next }
  { printf "%-28s %-10s %-30s %s\n", decode($1), $3, decode($2), $4 }' /proc/self/mounts
[ -r /etc/fstab ] || exit 0

awk "$decode"'
  FILENAME == "/proc/self/mounts" { options[decode($2)] = $4; next }
  /^[ \t]*(#|$)/ || $2 !~ /^\// || $4 ~ /(^|,)noauto(,|$)/ { next }
  {
    point = decode($2)
    if (!(point in options)) wrong = wrong point " is in /etc/fstab and not mounted\n"
    else if (options[point] ~ /(^|,)ro(,|$)/ && $4 !~ /(^|,)ro(,|$)/) wrong = wrong point " is read-only, against /etc/fstab\n"
  }
  END {
    if (!wrong) exit 0
    printf "%s", wrong | "cat >&2"
    close("cat >&2")
    exit 1
  }' /proc/self/mounts /etc/fstab
