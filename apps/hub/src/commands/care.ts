/**
 * `mailtrail-hub import …` and `mailtrail-hub store …`: bulk load and care of the store without a running hub. `check`,
 * `backup` and `export` only read and may run beside one. Exit status: 0 done, 1 damage found or nothing there, 2 bad use.
 */
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseQuery, queryTimeRange } from "@mailtrail/core/query";
import { isHostName } from "../agents/enrolment.ts";
import { UsageError } from "../config.ts";
import { backupStore } from "../store/sqlite/care/backup-store.ts";
import { checkStore } from "../store/sqlite/care/check-store.ts";
import { exportLines } from "../store/sqlite/care/export-lines.ts";
import { STORE_FULL } from "../store/store.ts";
import { openSqliteStore, rebuildStore } from "../store/sqlite/sqlite-store.ts";
import { type CareArguments, readArguments } from "./arguments.ts";
import { importLogs } from "./import-logs.ts";
import { progressBar } from "./progress.ts";

const USAGE = `mailtrail-hub import --data DIR --host NAME [--tz ZONE] FILE…
  reads logs into the store of a hub that does not run; oldest file first, packed or plain

mailtrail-hub store check  [--data DIR] [--json]     look at every file; says which are damaged
mailtrail-hub store backup [--data DIR] --to DIR     a copy that a hub can start from; the hub may run
mailtrail-hub store export [--data DIR] [--host NAME] [--since T] [--until T] [--format log|jsonl]
                                                     the stored lines on standard output
mailtrail-hub store rebuild [--data DIR]             make everything that is derived from lines anew
`;

/** Returns the exit status. `args` begins with `import` or `store`. */
export async function care(args: string[], environment: NodeJS.ProcessEnv): Promise<number> {
	const [word, ...rest] = args;
	const asked = readArguments(rest, environment);
	if (asked.help) {
		process.stdout.write(USAGE);
		return 0;
	}
	if (word === "import") return importFiles(asked);
	const [action, ...more] = asked.words;
	if (more.length > 0) throw new UsageError(`store ${action} takes no ${more[0]}`);
	needData(asked);
	switch (action) {
		case "check":
			return check(asked);
		case "backup":
			return backup(asked);
		case "export":
			return exportStore(asked);
		case "rebuild":
			return rebuild(asked);
		default:
			throw new UsageError("store needs one of check, backup, export, rebuild");
	}
}

async function importFiles({ data, host, tz, words: files }: CareArguments): Promise<number> {
	if (host === undefined || !isHostName(host)) {
		throw new UsageError("import needs --host NAME: the host that wrote these logs");
	}
	if (files.length === 0) throw new UsageError("import needs the log files, the oldest first");
	for (const file of files) {
		if (!existsSync(file) || !statSync(file).isFile())
			throw new UsageError(`${file}: there is no such file; give the files by name`);
	}
	const store = openSqliteStore(data);
	const bar = progressBar(process.stderr);
	const started = performance.now();
	try {
		const zone = tz ?? new Intl.DateTimeFormat().resolvedOptions().timeZone;
		const result = await importLogs(store, host, files, { zone, now: Date.now(), progress: bar.show });
		bar.end();
		const seconds = Math.max(0.001, (performance.now() - started) / 1000);
		process.stdout.write(
			`${result.added} lines of ${host} stored${result.lines > result.added ? `, ${result.lines - result.added} were there` : ""}, ` +
				`${result.unparsed} not understood, ${Math.round(result.lines / seconds)} lines a second\n`,
		);
		return 0;
	} catch (error) {
		if (!(error instanceof Error) || error.name !== STORE_FULL) throw error;
		bar.end();
		process.stderr.write(`mailtrail-hub: ${error.message} Run the same command again then.\n`);
		return 1;
	} finally {
		bar.end();
		await store.close();
	}
}

function check({ data, json }: CareArguments): number {
	let damaged = 0;
	for (const report of checkStore(data)) {
		if (report.problem !== undefined) damaged++;
		if (json) process.stdout.write(`${JSON.stringify(report)}\n`);
		else {
			const what = report.problem ?? `${report.lines} lines, ${report.hops} hops`;
			process.stdout.write(
				`${report.problem === undefined ? "ok      " : "DAMAGED "} ${report.name}  ${what}\n`,
			);
		}
	}
	if (damaged > 0) {
		process.stderr.write(
			`mailtrail-hub: ${damaged} damaged. A hub that starts sets them aside and serves the rest; restore them from a backup.\n`,
		);
	}
	return damaged > 0 ? 1 : 0;
}

async function backup({ data, to }: CareArguments): Promise<number> {
	if (to === undefined) throw new UsageError("store backup needs --to DIR, a folder that does not exist yet");
	if (existsSync(to)) throw new UsageError(`${to} exists; name a folder that does not`);
	const bar = progressBar(process.stderr);
	const { files, bytes } = await backupStore(data, to, (done, all) =>
		bar.show({ file: to, done, all, lines: 0 }),
	);
	bar.end();
	process.stdout.write(`${files} files, ${Math.round(bytes / 1e6)} MB in ${to}\n`);
	return 0;
}

async function exportStore({ data, host, since, until, format = "log" }: CareArguments): Promise<number> {
	if (format !== "log" && format !== "jsonl") throw new UsageError("--format is log or jsonl");
	const words = [since && `since:"${since}"`, until && `until:"${until}"`].filter(Boolean).join(" ");
	const zone = new Intl.DateTimeFormat().resolvedOptions().timeZone;
	const query = parseQuery(words, { now: Date.now(), zone });
	if (query.problems[0]) throw new UsageError(query.problems[0]);
	let lines = 0;
	for (const line of exportLines(data, { ...(host !== undefined && { host }), ...queryTimeRange(query) })) {
		const text = format === "log" ? line.raw : JSON.stringify(line);
		if (!process.stdout.write(`${text}\n`))
			await new Promise((resolve) => process.stdout.once("drain", resolve));
		lines++;
	}
	return lines > 0 ? 0 : 1;
}

async function rebuild({ data }: CareArguments): Promise<number> {
	const parts = rebuildStore(data, (done, all) =>
		process.stderr.write(`mailtrail-hub: part ${done + 1} of ${all}\n`),
	);
	process.stdout.write(`${parts} parts made anew from their lines\n`);
	return 0;
}

function needData({ data }: CareArguments): void {
	if (!existsSync(join(data, "slices"))) {
		throw new UsageError(`${data} is no hub's data folder (it has no slices); name it with --data`);
	}
}
