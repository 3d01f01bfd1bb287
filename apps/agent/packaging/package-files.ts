/** What every package puts where: the one list that .deb, .rpm and tarball are made from. */
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

export const ROOT = resolve(import.meta.dirname, "../../..");
const DEPLOY = join(ROOT, "deploy");
export const SETTINGS_FILE = join(DEPLOY, "agent/agent.toml");
export const MANUAL_FILE = join(DEPLOY, "agent/mailtrail-agent.8");
export const DEB_FOLDER = join(DEPLOY, "deb");
export const RPM_SPEC = join(DEPLOY, "rpm/mailtrail-agent.spec");

interface PackageFile {
	/** in the repository; of the executable nothing: it is made for each machine */
	from?: string;
	to: string;
	mode?: number;
	/** only where the C library is musl: Alpine, which has OpenRC */
	musl?: boolean;
}

const DOC = "usr/share/doc/mailtrail-agent";
export const EXECUTABLE = "usr/bin/mailtrail-agent";

export const PACKAGE_FILES: readonly PackageFile[] = [
	{ to: EXECUTABLE, mode: 0o755 },
	{
		from: join(DEPLOY, "systemd/mailtrail-agent.service"),
		to: "usr/lib/systemd/system/mailtrail-agent.service",
	},
	{ from: join(DEPLOY, "agent/sysusers.conf"), to: "usr/lib/sysusers.d/mailtrail-agent.conf" },
	{ from: join(DEPLOY, "agent/tmpfiles.conf"), to: "usr/lib/tmpfiles.d/mailtrail-agent.conf" },
	{ from: SETTINGS_FILE, to: "etc/mailtrail/agent.toml" },
	{ from: MANUAL_FILE, to: "usr/share/man/man8/mailtrail-agent.8" },
	{ from: join(ROOT, "LICENSE"), to: `${DOC}/copyright` },
	{ from: join(DEPLOY, "openrc/mailtrail-agent"), to: "etc/init.d/mailtrail-agent", mode: 0o755, musl: true },
	...["spool", "queue", "testmail"].map((name) => ({
		from: join(DEPLOY, `systemd/mailtrail-agent.d/${name}.conf`),
		to: `${DOC}/examples/${name}.conf`,
	})),
];

/** Lays the tree of a package for `target` out below `folder`, with modes as installed. */
export function layOut(folder: string, executable: string, target: string): void {
	for (const { from, to, mode, musl = false } of PACKAGE_FILES) {
		if (musl && !target.endsWith("-musl")) continue;
		const path = join(folder, to);
		mkdirSync(dirname(path), { recursive: true, mode: 0o755 });
		copyFileSync(from ?? executable, path);
		chmodSync(path, mode ?? 0o644);
	}
}

/** The same text with the package's values in the place of `@NAME@`. */
export function fillIn(text: string, values: Record<string, string>): string {
	return text.replaceAll(/@([A-Z_]+)@/g, (all, name: string) => values[name] ?? all);
}
