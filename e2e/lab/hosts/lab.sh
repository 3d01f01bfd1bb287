#!/bin/bash
# A small world of real mail servers on this machine: Debian hosts in chroots with namespaces of their own, joined by a
# bridge that leads nowhere else. Nothing can leave it, and nothing is installed on the machine itself.
#
#   lab.sh build          once: a Debian tree and a layer of packages for each kind of host (debootstrap; a minute or two)
#   lab.sh up | down      starts and ends all hosts; down forgets what they did
#   lab.sh in HOST CMD…   runs a command on a host; HOST `net` is the world's network, seen from this machine's files
#
# Everything lives in $MAILTRAIL_LAB (default /var/tmp/mailtrail-lab). Needs root. A host's log is in hosts/NAME/log.
set -u
HERE=$(cd "$(dirname "$(readlink -f "$0")")" && pwd)
LAB=$(realpath -m "${MAILTRAIL_LAB:-/var/tmp/mailtrail-lab}")
AGENT=$(realpath -m "$HERE/../../../apps/agent/dist/mailtrail-agent")
SUITE=bookworm

hosts() { grep -v '^#' "$HERE/hosts.tab"; }

# The pid of a host's first process, if it still is that.
first_process() {
	local pid
	pid=$(cat "$LAB/run/$1.pid" 2>/dev/null) && grep -qs "MAILTRAIL_LAB_HOST=$1" "/proc/$pid/environ" && echo "$pid"
}

build() {
	command -v debootstrap >/dev/null || { echo "lab.sh: debootstrap is missing: apt-get install debootstrap" >&2; exit 2; }
	mkdir -p "$LAB/layers"
	if [ ! -e "$LAB/base/.done" ]; then
		local mirror
		mirror=$(apt-get indextargets --format '$(REPO_URI)' "Codename: $SUITE" | head -n 1)
		debootstrap --variant=minbase --include=rsyslog,logrotate,iproute2,procps,ca-certificates,netbase,perl,bsdutils \
			"$SUITE" "$LAB/base" "${mirror:-http://deb.debian.org/debian}" || exit 1
		# no daemon starts while packages are set up
		printf '#!/bin/sh\nexit 101\n' > "$LAB/base/usr/sbin/policy-rc.d"
		chmod +x "$LAB/base/usr/sbin/policy-rc.d"
		# this machine's own way to its packages (a proxy, a mirror's certificate)
		local settings
		for settings in $(grep -lsE '^ *Acquire::' /etc/apt/apt.conf.d/*); do cp "$settings" "$LAB/base/etc/apt/apt.conf.d/"; done
		touch "$LAB/base/.done"
	fi
	while read -r name packages; do
		[ -e "$LAB/layers/$name/.done" ] && continue
		unshare -m -u --propagation private bash -c "$(declare -f install); LAB=$LAB; install $name $packages" || exit 1
		touch "$LAB/layers/$name/.done"
	done < "$HERE/packages.tab"
}

install() {
	local name=$1 layer=$LAB/layers/$1
	shift
	mkdir -p "$layer"/{upper,work,mnt}
	mount -t overlay overlay -o "lowerdir=$LAB/base,upperdir=$layer/upper,workdir=$layer/work" "$layer/mnt" || return 1
	mount -t proc proc "$layer/mnt/proc"
	mount --bind /dev "$layer/mnt/dev"
	cp /etc/resolv.conf "$layer/mnt/etc/resolv.conf"
	hostname "$name.example"
	echo "127.0.0.1 localhost $name.example $name" > "$layer/mnt/etc/hosts"
	chroot "$layer/mnt" env DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin \
		sh -c "apt-get update -qq && apt-get install -qq -y --no-install-recommends $*" < /dev/null
}

up() {
	mkdir -p "$LAB"/{run,hosts}
	echo nameserver 10.25.0.53 > "$LAB/resolv.conf"
	if ! first_process net > /dev/null; then
		MAILTRAIL_LAB_HOST=net setsid unshare -n sleep infinity < /dev/null > /dev/null 2>&1 &
		echo $! > "$LAB/run/net.pid"
		sleep 0.3
		in_net sh -c 'ip link set lo up; ip link add br0 type bridge; ip addr add 10.25.0.254/24 dev br0; ip link set br0 up'
	fi
	while read -r name layer address fqdn; do
		first_process "$name" > /dev/null || start "$name" "$layer" "$address" "$fqdn"
	done < <(hosts)
	for _ in $(seq 300); do
		local waiting=
		while read -r name _; do grep -qs '^READY' "$LAB/run/$name.out" || waiting="$waiting $name"; done < <(hosts)
		[ -z "$waiting" ] && return
		sleep 0.2
	done
	echo "lab.sh: not up:$waiting (see $LAB/run/NAME.out)" >&2
	exit 1
}

start() {
	local name=$1 layer=$2 address=$3 fqdn=$4 host=$LAB/hosts/$1 outer pid
	mkdir -p "$host"/{upper,work,mnt,log}
	MAILTRAIL_LAB_HOST=$name setsid unshare -n -m -u -i -p --fork --propagation private \
		"$HERE/first-process.sh" "$LAB" "$name" "$layer" "$address" "$fqdn" "$AGENT" < /dev/null > "$LAB/run/$name.out" 2>&1 &
	outer=$!
	for _ in $(seq 100); do pid=$(cat "/proc/$outer/task/$outer/children" 2>/dev/null) && [ -n "$pid" ] && break; sleep 0.05; done
	pid=${pid%% *}
	echo "$pid" > "$LAB/run/$name.pid"
	in_net ip link add "v-$name" master br0 type veth peer name eth0 netns "$pid"
	in_net ip link set "v-$name" up
}

in_net() { nsenter -t "$(first_process net)" -n "$@"; }

in_host() {
	local name=$1 pid
	shift
	pid=$(first_process "$name") || { echo "lab.sh: $name is not up" >&2; exit 1; }
	if [ "$name" = net ]; then
		# its name server instead of the machine's, for this command alone
		exec nsenter -t "$pid" -n unshare -m --propagation private sh -c 'mount --bind "$0" /etc/resolv.conf && exec "$@"' "$LAB/resolv.conf" "$@"
	fi
	exec nsenter -t "$pid" -n -m -u -i -p -r -w env -i PATH=/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb "$@"
}

# The first process of a pid namespace takes all others of it along.
down() {
	while read -r name _; do
		pid=$(first_process "$name") && kill -9 "$pid"
		rm -f "$LAB/run/$name".*
	done < <(hosts; echo net)
	sleep 0.5
	rm -rf "$LAB/hosts"
}

case ${1:-} in
build | up | down) "$1" ;;
in) shift; in_host "$@" ;;
*) sed -n '2,9s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
