#!/bin/sh
# Makes the machine one of the Red Hat family, without systemd and with as few programs as can be, bash not among them, so that scripts run in
# another shell than on the other machine; run inside of it before its agent starts.
set -eu
: "${SANDBOX:?would break this machine: only sandbox.sh may run it}"

mkdir -p /run/stand-in
printf 'PRETTY_NAME="Red Hat of the tests"\nID=rhel\nVERSION_ID="9.4"\n' >/etc/os-release
printf '127.0.0.1 localhost\n' >/etc/hosts
echo '/dev/mapper/data /data xfs defaults 0 0' >/etc/fstab
rm -rf /usr/share/zoneinfo /var/log /var/spool/cron /etc/cron* /etc/anacrontab
mkdir /var/log
for program in \
  bash apt-get apt dpkg dpkg-query yum hostnamectl timedatectl systemctl journalctl ntpq shutdown curl wget ps logrotate \
  sudo visudo ip ss ping openssl docker podman nft iptables-save ip6tables-save ufw firewall-cmd; do
  for folder in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do rm -f "$folder/$program"; done
done

# what stands in for the database of packages
echo 'tool 1.0' >/run/stand-in/packages
