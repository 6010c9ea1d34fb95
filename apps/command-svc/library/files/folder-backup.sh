#!/bin/sh
# Packs a folder into a dated archive and keeps the newest archives only.
set -eu
export LC_ALL=C
umask 077

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

folder=$MUSTER_PARAM_FOLDER
target=$MUSTER_PARAM_TARGET
keep=$MUSTER_PARAM_KEEP
case $folder in /*) ;; *) stop 2 "folder must be an absolute path, was $folder" ;; esac
case $target in /*) ;; *) stop 2 "target must be an absolute path, was $target" ;; esac
case $keep in '' | *[!0-9]* | 0* | ?????*) stop 2 "keep must be 1 to 9999, was $keep" ;; esac
[ -d "$folder" ] || stop 1 "there is no folder $folder"
mkdir -p -- "$target" || stop 1 "the folder $target cannot be made"

folder=$(realpath -- "$folder")
target=$(realpath -- "$target")
[ "$folder" != / ] || stop 2 'folder must not be the whole machine'
case $target/ in "$folder"/*) stop 2 "target must not be inside of $folder" ;; esac

# every folder has archives of its own: /srv/www becomes srv_www
name=$(printf '%s' "${folder#/}" | tr -c 'A-Za-z0-9.-' _)
archive=$target/$name-$(date -u +%Y%m%dT%H%M%S.%3NZ).tar.gz
unfinished=$archive.unfinished
trap 'rm -f -- "$unfinished"' EXIT

said=0
tar -czf "$unfinished" -C "${folder%/*}/" -- "${folder##*/}" || said=$?
# 1 says that files changed meanwhile; the archive is whole
if [ "$said" -gt 1 ]; then stop 1 "the archive could not be written (tar ended with $said)"; fi
mv -- "$unfinished" "$archive"
if [ "$said" -eq 1 ]; then echo 'some files changed while they were read' >&2; fi
printf 'written %s, %s\n' "$archive" "$(du -h -- "$archive" | cut -f 1)"

# names sort by time
find "$target" -maxdepth 1 -type f -name "$name-????????T??????.???Z.tar.gz" | sort -r | tail -n "+$((keep + 1))" |
  while IFS= read -r old; do
    rm -- "$old"
    printf 'removed %s\n' "$old"
  done
exit 0

# required, and never reached: {{folder}}
