#!/bin/sh
# Says when certificates in a file or folder end; fails when one ends soon or has ended.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

path=$MUSTER_PARAM_PATH
days=$MUSTER_PARAM_DAYS
case $path in /*) ;; *) stop 2 "path must be absolute, was $path" ;; esac
case $days in '' | *[!0-9]* | 0?* | ?????*) stop 2 "days must be 0 to 9999, was $days" ;; esac
command -v openssl >/dev/null 2>&1 || stop 3 'openssl is not installed'
[ -e "$path" ] || stop 1 "there is no $path"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# a file may hold a chain: each certificate becomes a file of its own
find -H "$path" -maxdepth 2 -type f '(' -path "$path" -o -name '*.pem' -o -name '*.crt' -o -name '*.cer' ')' | sort >"$work/files"
: >"$work/soon"
: >"$work/seen"
while IFS= read -r file; do
  rm -f "$work"/certificate.*
  awk -v base="$work/certificate." '/-----BEGIN (TRUSTED )?CERTIFICATE-----/ { n++ } n { print >(base n) } /-----END (TRUSTED )?CERTIFICATE-----/ { close(base n) }' "$file"
  for one in "$work"/certificate.*; do
    [ -f "$one" ] || continue
    about=$(openssl x509 -noout -subject -enddate -in "$one" 2>/dev/null) || {
      printf '%s: a certificate is damaged\n' "$file" | tee -a "$work/soon"
      continue
    }
    echo >>"$work/seen"
    subject=$(printf '%s\n' "$about" | sed -n 's/^subject= *//p')
    printf '%s  %s  %s\n' "$(printf '%s\n' "$about" | sed -n 's/^notAfter=//p')" "$file" "$subject"
    openssl x509 -noout -checkend "$((days * 86400))" -in "$one" >/dev/null || printf '%s: %s\n' "$file" "$subject" >>"$work/soon"
  done
done <"$work/files"

if [ -s "$work/soon" ]; then
  stop 1 "ended, damaged or within $days days of the end:
$(cat "$work/soon")"
fi
[ -s "$work/seen" ] || stop 1 "there is no certificate in $path"
exit 0

# required, and never reached: {{path}}
