/**
 * The one command that adds a mail host, for each way in which the agent may get there. What the hub hands out is taken
 * only with the sum that this page got over its own, signed-in connection.
 */
import type { AgentFile } from "@mailtrail/core/wire";

export type Way =
	/** the hub's script takes the file that fits the machine */
	| { kind: "script"; file: AgentFile }
	/** the package or the executable is there already */
	| { kind: "installed" }
	/** copied from where somebody has it */
	| { kind: "copy" }
	| { kind: "download"; file: AgentFile };

export interface InstallOptions {
	/** the hub's address as this page knows it */
	origin: string;
	token: string;
	/** its certificate is known by the token's fingerprint alone: curl takes it unseen, and the sums tell what came */
	pinned?: boolean;
}

const SERVICE = "systemctl enable --now mailtrail-agent";

/** The ways that this hub offers: one for every machine, packages, bare executables, and those that need no file of it. */
export function waysOf(files: readonly AgentFile[]): Way[] {
	const rank = ({ name }: AgentFile) => [".deb", ".rpm"].findIndex((end) => name.endsWith(end)) >>> 0;
	const taken = files.filter(({ name }) => /\.(?:deb|rpm)$/.test(name) || /-linux-[\w-]+$/.test(name));
	const scripts = files.filter(({ name }) => name.endsWith("-install.sh"));
	return [
		...scripts.map((file): Way => ({ kind: "script", file })),
		...taken.toSorted((a, b) => rank(a) - rank(b)).map((file): Way => ({ kind: "download", file })),
		{ kind: "installed" },
		{ kind: "copy" },
	];
}

/** To paste into a shell of root. */
export function installCommand(way: Way, { origin, token, pinned = false }: InstallOptions): string {
	const enrol = `mailtrail-agent enrol ${origin} --token ${token}`;
	switch (way.kind) {
		case "script": {
			const options = pinned ? "--insecure " : "";
			return [...fetch(way.file, origin, pinned), `sh ${way.file.name} ${options}${origin} ${token}`].join(
				" && ",
			);
		}
		case "installed":
			return `${enrol} && ${SERVICE}`;
		case "copy":
			return `scp mailtrail-agent root@HOST:/usr/local/bin/ && ssh -t root@HOST '${enrol} && mailtrail-agent run'`;
		case "download":
			return [...fetch(way.file, origin, pinned), ...setUp(way.file.name, enrol)].join(" && ");
	}
}

function fetch({ name, sha256 }: AgentFile, origin: string, pinned: boolean): string[] {
	return [
		`cd "$(mktemp -d)" && curl -fsS${pinned ? "k" : ""}O ${origin}/agent-files/${name}`,
		`echo "${sha256}  ${name}" | sha256sum -c`,
	];
}

function setUp(name: string, enrol: string): string[] {
	if (name.endsWith(".deb")) return [`dpkg -i ${name}`, enrol, SERVICE];
	if (name.endsWith(".rpm")) return [`rpm -U ${name}`, enrol, SERVICE];
	return [`install -m 755 ${name} /usr/local/bin/mailtrail-agent`, enrol, "mailtrail-agent run"];
}
