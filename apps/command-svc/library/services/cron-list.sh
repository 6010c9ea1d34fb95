#!/bin/sh
# Lists everything that cron runs: tables of users, tables of the system, and the scripts of cron.hourly and its like.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

[ "$(id -u)" -eq 0 ] || stop 3 "only root may read everybody's table"

# entries: the lines of a table that are no comments
entries() { grep -vE '^[[:space:]]*(#|$)' "$1" || true; }
# show TITLE FILE
show() {
  found=$(entries "$2")
  if [ -n "$found" ]; then printf '%s\n%s\n\n' "== $1" "$found"; fi
}

none=yes
# Debian keeps the users' tables in the first, Red Hat in the second
for file in /var/spool/cron/crontabs/* /var/spool/cron/*; do
  [ -f "$file" ] || continue
  none=no
  show "user ${file##*/}" "$file"
done
for file in /etc/crontab /etc/anacrontab /etc/cron.d/*; do
  [ -f "$file" ] || continue
  none=no
  show "$file" "$file"
done
for folder in /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly; do
  [ -d "$folder" ] || continue
  scripts=$(find "$folder" -mindepth 1 -maxdepth 1 -type f -perm /111 ! -name '.*' | sort)
  [ -n "$scripts" ] || continue
  none=no
  printf '%s\n%s\n\n' "== $folder" "$scripts"
done
if [ "$none" = yes ]; then echo 'cron runs nothing here'; fi
