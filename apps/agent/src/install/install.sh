#!/bin/sh
# Installs the Muster agent on this machine, upgrades it, or removes it. Served by the gateway:
#
#   curl -fsSL URL/agent/install.sh | sudo sh -s -- --server URL --code-id ID --code-value VALUE
#   curl -fsSL URL/agent/install.sh | sudo sh -s -- --uninstall [--keep-data]
#
# Here: --server URL        the gateway; also where the agent comes from
#       --ca FILE           the authority of the gateway's certificate, when it is no public one; the agent keeps it
#       --node FILE         run the agent with this Node.js (24 or later) instead of the one that comes along
#       --prefix DIR        install below a folder instead of /, without root and systemd
#       --uninstall         remove the agent
# Everything else is an option of `muster-agent install` (or `uninstall`): --host-name, --data-dir, --register-again, --no-start.
#
# All of it is a function: of a script that was cut off on its way nothing is run.

muster_agent_install() {
  set -eu
  umask 022
  agent_sha256=@AGENT_SHA256@
  node_sha256=@NODE_SHA256@
  server='' ca='' node='' prefix='' verb=install

  # goes once around the arguments and keeps those that are not meant for this script
  left=$#
  while [ "$left" -gt 0 ]; do
    case $1 in
      --server | --ca | --node | --prefix)
        [ "$left" -gt 1 ] || fail "$1 needs a value"
        case $1 in
          --server) server=${2%/} ;;
          --ca) ca=$2 ;;
          --node) node=$2 ;;
          --prefix) prefix=$2 ;;
        esac
        # the program wants to know all others itself
        [ "$1" = --node ] || set -- "$@" "$1" "$2"
        shift 2
        left=$((left - 2))
        ;;
      --uninstall)
        verb=uninstall
        shift
        left=$((left - 1))
        ;;
      *)
        set -- "$@" "$1"
        shift
        left=$((left - 1))
        ;;
    esac
  done

  [ "$(uname -s)" = Linux ] || fail "this installs on Linux; here is $(uname -s)"
  [ -n "$prefix" ] || [ "$(id -u)" = 0 ] || fail 'this needs root: put sudo before sh (or use --prefix DIR)'

  if [ "$verb" = uninstall ]; then
    command=${prefix%/}/opt/muster-agent/bin/muster-agent
    [ -x "$command" ] || fail "there is no agent in ${prefix%/}/opt/muster-agent"
    exec "$command" uninstall "$@"
  fi

  [ -n "$server" ] || fail 'give --server URL, the address of the gateway'
  for tool in tar gzip sha256sum mktemp; do
    command -v "$tool" >/dev/null || fail "$tool is needed and is not here"
  done

  # where the program is to be: a temporary folder of the system may not allow to run what is in it
  mkdir -p "${prefix%/}/opt"
  work=$(mktemp -d "${prefix%/}/opt/.muster-agent.XXXXXX")
  trap 'rm -rf "$work"' EXIT
  trap 'exit 1' HUP INT TERM
  fetch muster-agent.tgz "$agent_sha256"
  mkdir "$work/agent"
  tar -xzf "$work/muster-agent.tgz" -C "$work/agent"
  [ -n "$node" ] || bring_node
  "$node" "$work/agent/main.cjs" install "$@"
}

# Sets $node: the one that comes along where it fits, else the machine's own.
bring_node() {
  if [ -n "$node_sha256" ] && [ "$(uname -m)" = x86_64 ] && ! [ -e /etc/alpine-release ]; then
    fetch node-linux-x64.gz "$node_sha256"
    mkdir "$work/agent/bin"
    gzip -dc "$work/node-linux-x64.gz" >"$work/agent/bin/node"
    chmod 755 "$work/agent/bin/node"
    node=$work/agent/bin/node
    return
  fi
  node=$(command -v node) || fail "Node.js 24 or later is needed and is not here (none comes along for $(uname -m))"
  major=$("$node" -p 'process.versions.node.split(".")[0]')
  [ "$major" -ge 24 ] || fail "Node.js 24 or later is needed, $node is version $major"
}

# fetch FILE SHA256: brings a file of the gateway and sees that it is whole.
fetch() {
  echo "fetching $server/agent/$1"
  if command -v curl >/dev/null; then
    curl -fsSL ${ca:+--cacert "$ca"} --retry 2 -o "$work/$1" "$server/agent/$1" || fail "$server/agent/$1 cannot be fetched"
  elif command -v wget >/dev/null; then
    wget -q ${ca:+--ca-certificate="$ca"} -O "$work/$1" "$server/agent/$1" || fail "$server/agent/$1 cannot be fetched"
  else
    fail 'curl or wget is needed and neither is here'
  fi
  echo "$2  $work/$1" | sha256sum -c - >/dev/null || fail "$1 did not arrive as it was sent; try again"
}

fail() {
  echo "muster-agent: $1" >&2
  exit 1
}

muster_agent_install "$@"
