#!/bin/bash
# The first process of a host: makes its root from the layers, waits for its network card, becomes the host's init.
set -u
LAB=$1 name=$2 layer=$3 address=$4 fqdn=$5 agent=$6
host=$LAB/hosts/$name root=$LAB/hosts/$name/mnt
hostname "$fqdn"
mount -t overlay overlay -o "lowerdir=$LAB/layers/$layer/upper:$LAB/base,upperdir=$host/upper,workdir=$host/work" "$root" || exit 1
cd "$root" || exit 1
mount -t proc proc proc
mount -t tmpfs -o mode=755 tmpfs dev
for device in null zero full random urandom tty; do touch "dev/$device"; mount --bind "/dev/$device" "dev/$device"; done
mkdir dev/shm dev/pts
mount -t tmpfs tmpfs dev/shm
ln -s /proc/self/fd dev/fd
mount -t tmpfs -o mode=755 tmpfs run
mkdir -p run/lock lab
mount --bind "$host/log" var/log
mount --bind "$(dirname "$(readlink -f "$0")")" lab
touch usr/local/bin/mailtrail-agent
mount --bind "$agent" usr/local/bin/mailtrail-agent
printf '127.0.0.1 localhost\n%s %s %s\n' "$address" "$fqdn" "${fqdn%%.*}" > etc/hosts
echo nameserver 10.25.0.53 > etc/resolv.conf
echo "$fqdn" > etc/mailname
echo "$fqdn" > etc/hostname
for _ in $(seq 200); do [ -e /sys/class/net/eth0 ] || ip link show eth0 > /dev/null 2>&1 && break; sleep 0.05; done
ip link set lo up
ip addr add "$address/24" dev eth0
ip link set eth0 up
ip route add default via 10.25.0.254
exec chroot "$root" env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
	MAILTRAIL_LAB_HOST="$name" ADDRESS="$address" FQDN="$fqdn" bash /lab/init.sh
