#!/bin/sh
# sandbox.sh ROOT TASK RUNTIME NODE MEGABYTES USER COMMAND...: runs the command as Lambda runs a function, in a mount namespace that
# `unshare --mount` made before: nothing of the machine is there but its libraries, everything is read-only but /tmp, which has so
# many MB. TASK is /var/task, RUNTIME /var/runtime, NODE /var/lang/bin/node. USER is UID:GID, or - to stay who one is.
set -eu
root=$1 task=$2 runtime=$3 node=$4 megabytes=$5 user=$6
shift 6

mount -t tmpfs -o size=4m,mode=755 none "$root"
cd "$root"
mkdir -p usr etc/ssl proc dev tmp var/task var/runtime var/lang/bin
shown() { mount --rbind "$1" "$root/$2"; }
readable() { shown "$1" "$2" && mount -o remount,bind,ro "$root/$2"; }

readable /usr usr
for folder in bin lib lib64; do
  if [ -L "/$folder" ]; then ln -s "$(readlink "/$folder")" "$folder"
  elif [ -d "/$folder" ]; then mkdir "$folder" && readable "/$folder" "$folder"
  fi
done
for file in hosts resolv.conf; do
  [ ! -e "/etc/$file" ] || cp "/etc/$file" "etc/$file"
done
[ ! -d /etc/ssl ] || readable /etc/ssl etc/ssl
echo 'sbx_user1051:x:993:990::/home/sbx_user1051:/sbin/nologin' > etc/passwd
for device in null zero random urandom; do
  : > "dev/$device"
  shown "/dev/$device" "dev/$device"
done
shown /proc proc
: > var/lang/bin/node
readable "$node" var/lang/bin/node
readable "$task" var/task
readable "$runtime" var/runtime
mount -t tmpfs -o "size=${megabytes}m,mode=1777" none tmp
mount -o remount,bind,ro "$root"

[ "$user" = - ] || set -- --userspec="$user" "$root" /bin/sh -c 'cd /var/task && exec "$@"' sh "$@"
[ "$user" != - ] || set -- "$root" /bin/sh -c 'cd /var/task && exec "$@"' sh "$@"
exec /usr/sbin/chroot "$@"
