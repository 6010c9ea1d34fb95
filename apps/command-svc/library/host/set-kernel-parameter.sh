#!/bin/sh
# Sets a kernel parameter now and, when asked, for every start to come.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

name=$MUSTER_PARAM_NAME
value=$MUSTER_PARAM_VALUE
persist=$MUSTER_PARAM_PERSIST
line_end='
'
case $name in
  '' | *[!A-Za-z0-9_./:@-]* | *..* | [./]* | *[./]) stop 2 "name must be one such as vm.swappiness, was $name" ;;
esac
[ -n "$value" ] || stop 2 'value is required'
case $value in *"$line_end"*) stop 2 'value must be one line' ;; esac
case $persist in yes | no) ;; *) stop 2 "persist must be yes or no, was $persist" ;; esac
case $name in
  */*) path=$name ;;
  *) path=$(printf '%s\n' "$name" | tr . /) ;;
esac
file=/proc/sys/$path
[ -f "$file" ] || stop 1 "this kernel has no parameter $name"
[ "$(id -u)" -eq 0 ] || stop 3 'only root can set kernel parameters'

# blanks in any number separate the parts of a value
plain() { tr -s ' \t\n' '   ' | sed 's/^ //; s/ $//'; }
old=$(plain <"$file" 2>/dev/null || true)
(printf '%s\n' "$value" >"$file") 2>/dev/null || stop 1 "the kernel does not take $value for $name, it stays $old"
new=$(plain <"$file" 2>/dev/null || true)
[ "$new" = "$(printf '%s' "$value" | plain)" ] || stop 1 "the kernel made $new of $value for $name"
printf '%s was %s and is now %s\n' "$name" "$old" "$new"

if [ "$persist" = no ]; then exit 0; fi
kept=/etc/sysctl.d/90-muster.conf
next=$(mktemp)
trap 'rm -f "$next"' EXIT
mkdir -p /etc/sysctl.d
if [ -f "$kept" ]; then
  awk -v name="$name" '{ key = $0; sub(/[ \t]*=.*/, "", key) } key != name' "$kept" >"$next"
fi
printf '%s = %s\n' "$name" "$new" >>"$next"
cat "$next" >"$kept"
chmod 644 "$kept"
printf 'kept in %s\n' "$kept"
exit 0

# required, and never reached: {{name}} {{value}}
