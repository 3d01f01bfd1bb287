/**
 * One script that puts the agent on any mail host: it finds machine, C library and package manager, takes the one file that fits from
 * this hub, and installs nothing whose SHA-256 is another than the one written in the script. Whoever runs it compares the
 * script's own sum first, which came over the signed-in connection.
 */
import type { AgentFile } from "@mailtrail/core/wire";

export const INSTALL_SCRIPT = "mailtrail-agent-install.sh";

/** What to install where: `MACHINE KIND FILE SHA256`, the newest of several versions. */
function choices(files: readonly AgentFile[]): string[] {
	const kinds: [pattern: RegExp, machine: string, kind: string][] = [
		[/_amd64\.deb$/, "x86_64", "deb"],
		[/_arm64\.deb$/, "aarch64", "deb"],
		[/\.x86_64\.rpm$/, "x86_64", "rpm"],
		[/\.aarch64\.rpm$/, "aarch64", "rpm"],
		[/-linux-x64$/, "x86_64", "glibc"],
		[/-linux-arm64$/, "aarch64", "glibc"],
		[/-linux-x64-musl\.tar\.gz$/, "x86_64", "musl"],
		[/-linux-arm64-musl\.tar\.gz$/, "aarch64", "musl"],
	];
	return kinds.flatMap(([pattern, machine, kind]) => {
		const newest = files
			.filter(({ name }) => pattern.test(name))
			.sort((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }))
			.at(-1);
		return newest ? [`${machine} ${kind} ${newest.name} ${newest.sha256}`] : [];
	});
}

/** Nothing where the hub hands out no file. */
export function installScript(files: readonly AgentFile[]): string | undefined {
	const lines = choices(files);
	if (lines.length === 0) return undefined;
	return `#!/bin/sh
# Puts the Mailtrail agent on this host, enrols it and starts it: sh ${INSTALL_SCRIPT} [--insecure] HUB TOKEN
# Run it as root. --insecure: the hub's certificate is not known to this machine; the sums below are.
set -eu

files='${lines.join("\n")}'

fail() {
	echo "mailtrail: $*" >&2
	exit 1
}

curl_options=-fsS
if [ "\${1-}" = --insecure ]; then
	curl_options=-fsSk
	shift
fi
[ $# -eq 2 ] || fail "use: sh ${INSTALL_SCRIPT} [--insecure] HUB TOKEN"
hub=\${1%/}
token=$2
[ "$(id -u)" -eq 0 ] || fail "run this as root (sudo sh …)"

case $(uname -m) in
x86_64 | amd64) machine=x86_64 ;;
aarch64 | arm64) machine=aarch64 ;;
*) fail "there is no agent for $(uname -m)" ;;
esac
[ "$(uname -s)" = Linux ] || fail "there is no agent for $(uname -s)"

# the package where its manager and its C library are, else the executable
kinds=glibc
# other systems may have the package musl installed, and Alpine glibc's loader
if [ -e /etc/alpine-release ] || ! ls /lib*/ld-linux-* /lib/*/ld-linux-* 2>/dev/null | grep -q .; then
	kinds=musl
elif command -v dpkg >/dev/null; then
	kinds='deb glibc'
elif command -v rpm >/dev/null; then
	kinds='rpm glibc'
fi
choice=
for kind in $kinds; do
	choice=$(printf '%s\\n' "$files" | grep "^$machine $kind " || true)
	[ -z "$choice" ] || break
done
[ -n "$choice" ] || fail "this hub has no agent for $machine ($kinds): see 'pnpm --filter @mailtrail/agent package'"
set -- $choice
name=$3
sum=$4

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
echo "mailtrail: $name"
if command -v curl >/dev/null; then
	curl $curl_options -o "$name" "$hub/agent-files/$name"
else
	wget -q $([ "$curl_options" = -fsS ] || echo --no-check-certificate) -O "$name" "$hub/agent-files/$name"
fi
echo "$sum  $name" | sha256sum -c - >/dev/null || fail "$name is not the file that was promised: nothing was installed"

# Bun's executables for musl bring no C++ library; the tarball has the service, and settings that must not replace others
unpack() {
	if [ ! -e /usr/lib/libstdc++.so.6 ]; then
		apk add --no-cache libstdc++ || fail "install libstdc++ first"
	fi
	rm -f /usr/bin/mailtrail-agent
	tar -xzf "$name" -C / ./usr/bin ./usr/share ./etc/init.d
	[ -e /etc/mailtrail/agent.toml ] || tar -xzf "$name" -C / ./etc/mailtrail
	if ! id mailtrail-agent >/dev/null 2>&1; then
		addgroup -S mailtrail-agent
		adduser -S -D -H -h /var/lib/mailtrail-agent -s /sbin/nologin -G mailtrail-agent mailtrail-agent
		addgroup mailtrail-agent adm
	fi
	mkdir -p /var/lib/mailtrail-agent
	chown mailtrail-agent:mailtrail-agent /var/lib/mailtrail-agent
	chmod 700 /var/lib/mailtrail-agent
}
case $kind in
deb) dpkg -i "$name" ;;
rpm) rpm -U --replacepkgs "$name" ;;
musl) unpack ;;
*) install -m 755 "$name" /usr/local/bin/mailtrail-agent ;;
esac
mailtrail-agent enrol "$hub" --token "$token"
if [ -d /run/systemd/system ] && [ -e /usr/lib/systemd/system/mailtrail-agent.service ]; then
	systemctl enable --now mailtrail-agent
	echo "mailtrail: the agent runs; how it is: mailtrail-agent status"
elif [ -e /etc/init.d/mailtrail-agent ] && command -v rc-service >/dev/null; then
	rc-update add mailtrail-agent default
	rc-service mailtrail-agent restart
	echo "mailtrail: the agent runs; how it is: mailtrail-agent status"
else
	echo "mailtrail: start it, and at every boot: mailtrail-agent run"
fi
`;
}
