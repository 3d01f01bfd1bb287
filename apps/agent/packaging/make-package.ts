/**
 * One tree, three forms: .deb, .rpm, tarball. The same commit gives the same bytes: times come from SOURCE_DATE_EPOCH,
 * owners and order are fixed. Each is made by the system's own tool, and left out where that is not installed.
 */
import { execFileSync } from "node:child_process";
import {
	chmodSync,
	mkdirSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { DEB_FOLDER, fillIn, RPM_SPEC } from "./package-files.ts";
import type { Target } from "./targets.ts";

export interface PackageJob {
	target: Target;
	version: string;
	/** the laid out tree; not changed */
	tree: string;
	/** a folder for what is made on the way */
	scratch: string;
	/** where the package goes */
	out: string;
	/** seconds */
	epoch: number;
}

/** Whether a program is there. */
export function hasTool(name: string): boolean {
	try {
		execFileSync(name, ["--version"], { stdio: "ignore" });
		return true;
	} catch {
		return false;
	}
}

/** The name of the file, or nothing where there is no such package for the machine or no tool to make it. */
export function makeDeb({ target, version, tree, scratch, out, epoch }: PackageJob): string | undefined {
	if (target.deb === undefined || !hasTool("dpkg-deb")) return undefined;
	const folder = join(scratch, "deb");
	copyTree(tree, folder);
	const control = join(folder, "DEBIAN");
	mkdirSync(control, { mode: 0o755 });
	const values = {
		VERSION: version,
		ARCHITECTURE: target.deb,
		INSTALLED_SIZE: String(Math.ceil(treeSize(tree) / 1024)),
	};
	for (const name of readdirSync(DEB_FOLDER)) {
		const path = join(control, name);
		writeFileSync(path, fillIn(readFileSync(join(DEB_FOLDER, name), "utf8"), values));
		chmodSync(path, /^(?:pre|post)/.test(name) ? 0o755 : 0o644);
	}
	const file = `mailtrail-agent_${version}_${target.deb}.deb`;
	const args = ["--root-owner-group", "-Zzstd", "-z9", "--build", folder, join(out, file)];
	run("dpkg-deb", args, epoch);
	return file;
}

export function makeRpm({ target, version, tree, scratch, out, epoch }: PackageJob): string | undefined {
	if (target.rpm === undefined || !hasTool("rpmbuild")) return undefined;
	const folder = join(scratch, "rpm-tree");
	copyTree(tree, folder);
	mkdirSync(join(folder, "var/lib/mailtrail-agent"), { recursive: true });
	const spec = join(scratch, "mailtrail-agent.spec");
	writeFileSync(spec, fillIn(readFileSync(RPM_SPEC, "utf8"), { VERSION: version, TREE: folder }));
	const macros = {
		_topdir: join(scratch, "rpmbuild"),
		_rpmdir: scratch,
		_rpmfilename: "package.rpm",
		_binary_payload: "w9.zstdio",
		_buildhost: "mailtrail",
		use_source_date_epoch_as_buildtime: "1",
		clamp_mtime_to_source_date_epoch: "1",
		_unitdir: "/usr/lib/systemd/system",
	};
	const defines = Object.entries(macros).flatMap(([name, value]) => ["--define", `${name} ${value}`]);
	run("rpmbuild", ["-bb", "--quiet", "--nodeps", "--target", target.rpm, ...defines, spec], epoch);
	const file = `mailtrail-agent-${version}-1.${target.rpm}.rpm`;
	renameSync(join(scratch, "package.rpm"), join(out, file));
	return file;
}

export function makeTarball({ target, version, tree, out, epoch }: PackageJob): string {
	const file = `mailtrail-agent-${version}-${target.name}.tar.gz`;
	const fixed = ["--sort=name", "--owner=0", "--group=0", "--numeric-owner", `--mtime=@${epoch}`];
	const plain = join(out, file.replace(/\.gz$/, ""));
	run("tar", [...fixed, "--format=gnu", "-cf", plain, "-C", tree, "."], epoch);
	// without the name and time that gzip writes into its header
	run("gzip", ["--force", "--no-name", plain], epoch);
	return file;
}

function copyTree(from: string, to: string): void {
	rmSync(to, { recursive: true, force: true });
	mkdirSync(to, { mode: 0o755 });
	execFileSync("cp", ["-a", `${from}/.`, to]);
}

function treeSize(folder: string): number {
	return readdirSync(folder, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

function run(program: string, args: string[], epoch: number): void {
	const env = { ...process.env, SOURCE_DATE_EPOCH: String(epoch), LC_ALL: "C", TZ: "UTC" };
	execFileSync(program, args, { env, stdio: ["ignore", "ignore", "pipe"] });
}
