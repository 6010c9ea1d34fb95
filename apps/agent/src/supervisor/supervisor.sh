#!/bin/sh
# Runs one script and outlives the agent. Started in the task's folder, in a session of its own, with the script's environment:
#
#   supervisor.sh <task id> <bytes kept of each output> <uid> <gid> <control groups> <working directory> <interpreter> [argument...]
#
# Empty uid and gid run the script as the agent's own user; the control groups are folders with colons between, or none. What it leaves in the folder, for the agent to read at any time:
#
#   permit/                 the script was started, or is about to be; nobody may start it again
#   reached                 a line a step on the way to the script: `user` switched, `directory` entered
#   stdout stderr           the outputs as they come, cut somewhat above the limit
#   *.total                 dd's account of how many bytes there were in all
#   rc                      exit status, and the machine's uptime in seconds at start and end; appears whole, and last
#
# `reserve` goes before `rc` comes: a script that filled the disk leaves room for its own end.
#
# Everything is inside a function: a shell reads its script as it goes, and this file may be replaced by an upgrade meanwhile.

supervise() {
  task=$1 limit=$2 uid=$3 gid=$4 groups=$5 directory=$6
  shift 6
  set -u

  # The only place that decides whether the script starts: mkdir succeeds once.
  mkdir permit 2>/dev/null || exit 75

  # Pipes that belong to the run user, so that a script may open /dev/stdout and /dev/stderr again.
  mkfifo stdout.pipe stderr.pipe || exit 74
  [ -z "$uid" ] || chown "$uid" stdout.pipe stderr.pipe

  # tee writes each read at once into the file, which the file size limit cuts (it counts blocks of 512 bytes; the reader
  # ignores what the last block has too much), and to dd, which counts everything. Each copier is a process group, so that
  # it can be signalled as one: dd answers USR1 with its count, the others must not die of it.
  copier='trap "" USR1
    (
      trap "" XFSZ
      ulimit -f "$((($1 + 511) / 512))"
      exec tee "$0" 2>/dev/null
    ) | LC_ALL=C dd bs=65536 of=/dev/null 2>>"$0.total"'
  setsid sh -c "$copier" stdout "$limit" <stdout.pipe &
  out=$!
  setsid sh -c "$copier" stderr "$limit" <stderr.pipe &
  err=$!

  # As the run user: the directory is entered with that user's rights, and both steps leave their mark on descriptor 3.
  enter='echo user >&3
    cd -- "$0" 2>/dev/null || exit 1
    echo directory >&3
    unset OLDPWD
    exec "$@" 3>&-'
  set -- sh -c "$enter" "$directory" "$@"
  [ -z "$uid" ] || set -- setpriv --reuid "$uid" --regid "$gid" --init-groups -- "$@"

  read -r began _ </proc/uptime
  begin "$@" </dev/null >stdout.pipe 2>stderr.pipe 3>reached &
  wait "$!"
  status=$?
  read -r ended _ </proc/uptime

  # A child left in the background may hold the pipes for ever; what the script itself wrote is read well within a second.
  (
    trap 'kill "$nap"; exit' TERM
    sleep 1 &
    nap=$!
    wait "$nap"
    close_copiers
  ) &
  closer=$!
  wait "$out" "$err"
  kill "$closer" 2>/dev/null
  wait "$closer"

  # A full disk is waited out, for as long as anybody wants to know the end.
  rm -f reserve
  until { echo "$status $began $ended" >rc.tmp && mv rc.tmp rc; } 2>/dev/null; do
    [ -e permit ] || exit
    sleep 1
  done
}

# Becomes the script, in a session of its own before anything else: whoever is in the task's control groups or carries its mark is ended with
# its whole session, and that must not be the supervisor's. The mark is how the agent finds what left the groups, or everything where
# there are none.
begin() {
  join='task=$0 groups=$1
    shift
    IFS=:
    for group in $groups; do
      echo 0 >"$group/cgroup.procs"
    done 2>/dev/null
    unset IFS
    # when memory runs out, a script goes before the agent that is to report it
    read -r score 2>/dev/null </proc/self/oom_score_adj && [ "$score" -lt 0 ] && echo 0 2>/dev/null >/proc/self/oom_score_adj
    MUSTER_TASK_ID=$task
    export MUSTER_TASK_ID
    exec "$@"'
  exec setsid sh -c "$join" "$task" "$groups" "$@"
}

# Ends copiers that still wait for somebody, after dd has written its account.
close_copiers() {
  tries=0
  until { grep -q bytes stdout.total && grep -q bytes stderr.total; } || [ "$tries" -eq 20 ]; do
    kill -s USR1 -- "-$out" 2>/dev/null
    kill -s USR1 -- "-$err" 2>/dev/null
    sleep 0.05
    tries=$((tries + 1))
  done
  kill -s KILL -- "-$out" 2>/dev/null
  kill -s KILL -- "-$err" 2>/dev/null
}

supervise "$@"
exit
