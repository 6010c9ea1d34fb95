#!/bin/sh
# Downloads a file, checks its SHA-256 and only then puts it in place.
set -eu

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

url=$MUSTER_PARAM_URL
target=$MUSTER_PARAM_TARGET
sha256=$(printf '%s' "$MUSTER_PARAM_SHA256" | tr A-F a-f)
mode=$MUSTER_PARAM_MODE
case $url in
  *[[:space:]]*) stop 2 'url must not hold blanks' ;;
  http://?* | https://?*) ;;
  *) stop 2 "url must begin with http:// or https://, was $url" ;;
esac
case $target in */) stop 2 'target must be a file, not a folder' ;; /*) ;; *) stop 2 "target must be an absolute path, was $target" ;; esac
case $sha256 in
  '') ;;
  *[!0-9a-f]*) stop 2 'sha256 must be 64 hexadecimal digits' ;;
  *) [ "${#sha256}" -eq 64 ] || stop 2 "sha256 must be 64 hexadecimal digits, was ${#sha256}" ;;
esac
case $mode in [0-7][0-7][0-7]) ;; *) stop 2 "mode must be three octal digits such as 644, was $mode" ;; esac
[ ! -d "$target" ] || stop 2 "target is a folder: $target"

sum_of() { sha256sum <"$1" | cut -d ' ' -f 1; }

if [ -n "$sha256" ] && [ -f "$target" ] && [ "$(sum_of "$target")" = "$sha256" ]; then
  chmod "$mode" "$target"
  printf '%s is there already\n' "$target"
  exit 0
fi

folder=$(dirname -- "$target")
mkdir -p -- "$folder" || stop 1 "the folder $folder cannot be made"
got=$(mktemp "$folder/.download.XXXXXXXX") || stop 1 "nothing can be written into $folder"
trap 'rm -f -- "$got"' EXIT
if command -v curl >/dev/null 2>&1; then
  curl -fsSLg --proto '=http,https' --connect-timeout 20 --retry 2 -o "$got" -- "$url" || stop 1 "the download failed: $url"
elif command -v wget >/dev/null 2>&1; then
  wget -nv --timeout=20 --tries=3 -O "$got" -- "$url" || stop 1 "the download failed: $url"
else
  stop 3 'neither curl nor wget is installed'
fi

sum=$(sum_of "$got")
if [ -n "$sha256" ] && [ "$sum" != "$sha256" ]; then stop 1 "the SHA-256 is $sum, expected was $sha256; $target is as it was"; fi
chmod "$mode" "$got"
mv -f -- "$got" "$target"
printf 'downloaded %s, %s bytes, SHA-256 %s\n' "$target" "$(stat -c %s -- "$target")" "$sum"
exit 0

# required, and never reached: {{url}} {{target}}
