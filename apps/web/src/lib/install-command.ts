/**
 * The one command that adds a mail host, for each way in which the agent may get there. What the hub hands out is taken
 * only with the sum that this page got over its own, signed-in connection.
 */
import type { AgentFile } from "@mailtrail/core/wire";

export type Way =
	/** the package or the executable is there already */
	| { kind: "installed" }
	/** copied from where somebody has it */
	| { kind: "copy" }
	| { kind: "download"; file: AgentFile };

const SERVICE = "systemctl enable --now mailtrail-agent";

/** The ways that this hub offers, packages before bare executables. */
export function waysOf(files: readonly AgentFile[]): Way[] {
	const rank = ({ name }: AgentFile) => [".deb", ".rpm"].findIndex((end) => name.endsWith(end)) >>> 0;
	const taken = files.filter(({ name }) => /\.(?:deb|rpm)$/.test(name) || /-linux-[\w-]+$/.test(name));
	const downloads = taken
		.toSorted((a, b) => rank(a) - rank(b))
		.map((file): Way => ({ kind: "download", file }));
	return [{ kind: "installed" }, { kind: "copy" }, ...downloads];
}

/** To paste into a shell of root; `origin` is the hub's address as this page knows it. */
export function installCommand(way: Way, origin: string, token: string): string {
	const enrol = `mailtrail-agent enrol ${origin} --token ${token}`;
	switch (way.kind) {
		case "installed":
			return `${enrol} && ${SERVICE}`;
		case "copy":
			return `scp mailtrail-agent root@HOST:/usr/local/bin/ && ssh -t root@HOST '${enrol} && mailtrail-agent run'`;
		case "download": {
			const { name, sha256 } = way.file;
			const fetch = `cd "$(mktemp -d)" && curl -fsSO ${origin}/agent-files/${name}`;
			const check = `echo "${sha256}  ${name}" | sha256sum -c`;
			return [fetch, check, ...setUp(name, enrol)].join(" && ");
		}
	}
}

function setUp(name: string, enrol: string): string[] {
	if (name.endsWith(".deb")) return [`dpkg -i ${name}`, enrol, SERVICE];
	if (name.endsWith(".rpm")) return [`rpm -U ${name}`, enrol, SERVICE];
	return [`install -m 755 ${name} /usr/local/bin/mailtrail-agent`, enrol, "mailtrail-agent run"];
}
