#!/bin/sh
# Lists firewall rules, whichever tool keeps them.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }
has() { command -v "$1" >/dev/null 2>&1; }

[ "$(id -u)" -eq 0 ] || stop 3 'only root can read firewall rules'
shown=no
# show TITLE PROGRAM [ARGUMENT...]
show() {
  title=$1
  shift
  if has "$1" && rules=$("$@" 2>/dev/null); then
    shown=yes
    printf '== %s\n%s\n' "$title" "${rules:-(none)}"
  fi
}

if has firewall-cmd && firewall-cmd --state >/dev/null 2>&1; then show firewalld firewall-cmd --list-all-zones; fi
show ufw ufw status verbose
show nftables nft list ruleset
# with nftables underneath, these are the same rules once more
if ! has nft; then
  show 'iptables (IPv4)' iptables-save
  show 'iptables (IPv6)' ip6tables-save
fi
[ "$shown" = yes ] || stop 3 'this machine has no tool for firewall rules: neither firewalld, ufw, nftables nor iptables'
