#!/bin/sh
# Says when the certificate of a TLS service ends; fails when it ends soon, has ended or cannot be had.
set -eu
export LC_ALL=C

stop() { printf '%s\n' "$2" >&2; exit "$1"; }

host=$MUSTER_PARAM_HOST
port=$MUSTER_PARAM_PORT
server_name=${MUSTER_PARAM_SERVER_NAME:-$host}
days=$MUSTER_PARAM_DAYS
case $host in '' | -* | *[!A-Za-z0-9.:_-]*) stop 2 "host must be an address or a name, was $host" ;; esac
case $server_name in -* | *[!A-Za-z0-9.:_-]*) stop 2 "server-name must be a name, was $server_name" ;; esac
case $port in '' | *[!0-9]* | 0* | ??????*) stop 2 "port must be 1 to 65535, was $port" ;; esac
[ "$port" -le 65535 ] || stop 2 "port must be 1 to 65535, was $port"
case $days in '' | *[!0-9]* | 0?* | ?????*) stop 2 "days must be 0 to 9999, was $days" ;; esac
command -v openssl >/dev/null 2>&1 || stop 3 'openssl is not installed'

address=$host
case $host in *:*) address="[$host]" ;; esac
set -- -connect "$address:$port"
# addresses are no names to ask for
case $server_name in *:*) ;; *[!0-9.]*) set -- "$@" -servername "$server_name" ;; esac
certificate=$(timeout 20 openssl s_client "$@" </dev/null 2>/dev/null | openssl x509 2>/dev/null) || true
[ -n "$certificate" ] || stop 1 "$host port $port shows no certificate"

printf '%s\n' "$certificate" | openssl x509 -noout -subject -issuer -startdate -enddate -fingerprint -sha256
printf '%s\n' "$certificate" | openssl x509 -noout -checkend "$((days * 86400))" >/dev/null ||
  stop 1 "the certificate of $host port $port has ended or ends within $days days"
exit 0

# required, and never reached: {{host}}
