#!/bin/sh
# Makes the machine a Debian with systemd; run inside of it before its agent starts.
set -eu
: "${SANDBOX:?would break this machine: only sandbox.sh may run it}"

mkdir -p /run/systemd/system /run/stand-in/units
printf 'PRETTY_NAME="Debian of the tests"\nID=debian\nVERSION_ID="12"\n' >/etc/os-release
printf '127.0.0.1 localhost\n127.0.1.1 debian\n' >/etc/hosts
printf 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n' >/etc/resolv.conf
echo debian >/etc/hostname
echo Etc/UTC >/etc/timezone
echo '/dev/root / ext4 defaults 0 1' >/etc/fstab
mkdir -p /usr/share/zoneinfo/Asia
for zone in UTC Asia/Shanghai; do
  [ -f "/usr/share/zoneinfo/$zone" ] || : >"/usr/share/zoneinfo/$zone"
done

# what stands in for a service that it has
for unit in web:active idle:inactive broken:broken; do echo "${unit#*:}" >"/run/stand-in/units/${unit%:*}"; done

# accounts of its own
cat >/etc/passwd <<'END'
root:x:0:0:root:/root:/bin/bash
_apt:x:100:65534::/nonexistent:/usr/sbin/nologin
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
END
printf 'root:*:20000:0:99999:7:::\n_apt:*:20000::::::\nnobody:*:20000::::::\n' >/etc/shadow
printf 'root:x:0:\nshadow:x:42:\nmail:x:8:\ntty:x:5:\nsudo:x:27:grace\nstaff:x:50:\nnogroup:x:65534:\n' >/etc/group
printf 'root:*::\nshadow:*::\nmail:*::\ntty:*::\nsudo:*::grace\nstaff:*::\nnogroup:*::\n' >/etc/gshadow
mkdir -p /etc/sudoers.d
printf 'Defaults env_reset\n# a comment\nroot ALL=(ALL:ALL) ALL\n' >/etc/sudoers
echo 'deploy ALL=(root) NOPASSWD: /usr/bin/systemctl' >/etc/sudoers.d/deploy
rm -rf /root/.ssh
find /home -mindepth 1 -delete

# jobs of its own
rm -rf /var/spool/cron /etc/cron* /etc/anacrontab
mkdir -p /var/spool/cron/crontabs /etc/cron.d /etc/cron.daily
printf '# a comment\n5 4 * * * /usr/local/bin/of-ada\n' >/var/spool/cron/crontabs/ada
echo '@hourly root /usr/local/bin/of-the-system' >/etc/cron.d/demo
printf '#!/bin/sh\n' >/etc/cron.daily/tidy
chmod +x /etc/cron.daily/tidy

# logs of its own
rm -rf /var/log
mkdir -p /var/log/journal /var/log/web /etc/logrotate.d
: >/etc/logrotate.conf
: >/etc/logrotate.d/web

# only the stand-ins of these
for program in podman ufw firewall-cmd ntpq; do
  for folder in /usr/local/sbin /usr/local/bin /usr/sbin /usr/bin /sbin /bin; do rm -f "$folder/$program"; done
done

# nothing is installed, and there are two sources: packages and security updates
for file in status statoverride diversions; do : >"/var/lib/dpkg/$file"; done
rm -rf /etc/apt/sources.list* /etc/apt/preferences.d /etc/apt/apt.conf.d /var/lib/apt/lists /var/cache/apt
mkdir -p /etc/apt/apt.conf.d /etc/apt/preferences.d /var/lib/apt/lists/partial /var/cache/apt/archives/partial
# package FOLDER NAME VERSION: builds one and lists it
package() {
  tree=/tmp/$2-$3
  mkdir -p "$tree/DEBIAN" "$tree/usr/share/$2" "$1"
  echo "$3" >"$tree/usr/share/$2/version"
  control="Package: $2
Version: $3
Architecture: all
Maintainer: Muster <muster@example.com>
Description: for tests"
  printf '%s\n' "$control" >"$tree/DEBIAN/control"
  dpkg-deb --root-owner-group -Znone -b "$tree" "$1/$2-$3.deb" >/dev/null
  printf '%s\nFilename: ./%s-%s.deb\nSize: %s\nSHA256: %s\n\n' "$control" "$2" "$3" \
    "$(stat -c %s "$1/$2-$3.deb")" "$(sha256sum "$1/$2-$3.deb" | cut -d ' ' -f 1)" >>"$1/Packages"
}
# source FOLDER SUITE: publishes what is in it
source_of() {
  printf 'Label: Debian\nSuite: %s\nDate: Thu, 01 Jan 2026 00:00:00 UTC\nSHA256:\n %s %s Packages\n' "$2" "$(sha256sum "$1/Packages" | cut -d ' ' -f 1)" \
    "$(stat -c %s "$1/Packages")" >"$1/Release"
  echo "deb [trusted=yes] file:$1 ./" >>/etc/apt/sources.list
}
package /srv/apt/stable demo-tool 1.0
package /srv/apt/stable demo-extra 1.0
package /srv/apt/stable demo-extra 1.1
package /srv/apt/security demo-tool 2.0
source_of /srv/apt/stable stable
source_of /srv/apt/security stable-security
