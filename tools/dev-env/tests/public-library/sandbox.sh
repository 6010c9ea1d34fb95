#!/bin/sh
# Runs a program on a machine that can be broken: the files of this one under a layer that is thrown away, with processes, mounts and a
# host name of its own. The network stays this machine's, so that an agent reaches its service. To be started by
#   unshare --mount --uts --pid --fork --kill-child sandbox.sh KIND FOLDER REPOSITORY PROGRAM [ARGUMENT...]
# KIND is a folder beside this file: its setup.sh and its programs make the machine what it is.
set -eu

kind=$1
folder=$2
repository=$3
shift 3
here=$(dirname "$(realpath "$0")")

mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work,xino=on" overlay "$folder/root"
root=$folder/root

# file systems that are mounted below / are not part of the layer, and better so; these are needed
mount -t sysfs -o ro sysfs "$root/sys"
mount -t proc proc "$root/proc"
mount -t tmpfs -o mode=755 tmpfs "$root/dev"
for device in null zero full random urandom tty; do
  : >"$root/dev/$device"
  mount --bind "/dev/$device" "$root/dev/$device"
done
ln -s /proc/self/fd "$root/dev/fd"
mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
mount -t tmpfs -o mode=755 tmpfs "$root/run"
# kernel parameters are everybody's, but for these two
mkdir "$folder/proc"
mount -t proc proc "$folder/proc"
mount --bind "$root/proc/sys" "$root/proc/sys"
mount -o remount,bind,ro "$root/proc/sys"
for own in hostname domainname; do mount --bind "$folder/proc/sys/kernel/$own" "$root/proc/sys/kernel/$own"; done
if [ -e "$root/proc/sysrq-trigger" ]; then mount --bind /dev/null "$root/proc/sysrq-trigger"; fi

mkdir -p "$root$repository"
mount --bind "$repository" "$root$repository"
mount -o remount,bind,ro "$root$repository"

hostname "$kind"
cp -r "$here/$kind" "$root/run/machine"
SANDBOX=$root chroot "$root" /bin/sh -eu /run/machine/setup.sh

# this shell stays the first process of the machine and takes in what becomes of orphans
chroot "$root" "$@" &
wait "$!"
