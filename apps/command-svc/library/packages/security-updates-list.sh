#!/bin/sh
# Lists security updates that are there for installed packages; fails when there are any.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }

# counted TEXT: says how many lines it has
counted() {
  if [ -z "$1" ]; then
    echo 'no security updates'
    exit 0
  fi
  printf '%s\n' "$1"
  stop 1 "$(printf '%s\n' "$1" | wc -l) security updates"
}

if has apt-get; then
  if [ "$(id -u)" -eq 0 ]; then apt-get -q -o DPkg::Lock::Timeout=300 -o APT::Update::Error-Mode=any update >/dev/null || stop 1 'the lists of packages could not be fetched'; fi
  plan=$(apt-get -s -o Debug::NoLocking=true dist-upgrade) || stop 1 'apt-get cannot say what it would do'
  # Debian and Ubuntu publish them in suites named ...-security
  counted "$(printf '%s\n' "$plan" | sed -n '/^Inst [^(]*([^)]*-security/s/^Inst \([^ ]*\) \[\([^]]*\)\] (\([^ ]*\) .*/\1 \2 -> \3/p')"
fi
for manager in dnf yum; do
  has "$manager" || continue
  said=0
  found=$("$manager" -q --security check-update) || said=$?
  # 100 says that there are some
  case $said in
    0 | 100) counted "$(printf '%s\n' "$found" | awk '/^Obsoleting/ { exit } NF == 3 { print $1, "->", $2, "(" $3 ")" }')" ;;
    *) stop 1 "$manager cannot say which updates there are" ;;
  esac
done
stop 3 'none of apt-get, dnf and yum is installed'
