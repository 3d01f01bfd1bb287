/** `--log HOST=PATH[,PATH…]`: whose log it is and where. */
import { existsSync, statSync } from "node:fs";
import { BadUse } from "../failure.ts";

/** One `--log HOST=PATH[,PATH…]`. */
export interface HostLog {
	host: string;
	paths: string[];
}

export interface CollectOptions {
	zoneOf(host: string): string;
	now: number;
	program?: string;
}

/** All that were given. Standard input comes once: a second host's would be empty. */
export function readHostLogs(texts: readonly string[]): HostLog[] {
	const logs = texts.map(readHostLog);
	const hosts = new Set(logs.filter(({ paths }) => paths.includes("-")).map(({ host }) => host));
	if (hosts.size > 1)
		throw new BadUse(
			`--log: standard input (-) can be the log of one host only, not of ${[...hosts].join(" and ")}`,
		);
	return logs;
}

function readHostLog(text: string): HostLog {
	const equals = text.indexOf("=");
	const host = text.slice(0, Math.max(equals, 0));
	const paths = text
		.slice(equals + 1)
		.split(",")
		.filter((path) => path !== "");
	if (equals <= 0 || paths.length === 0) {
		const path = paths[0] ?? "/var/log/mail.log";
		throw new BadUse(
			`--log: “${text}” names no host and file; write HOST=PATH, for example --log mx1=${path}`,
		);
	}
	if (/[\s:]/.test(host))
		throw new BadUse(`--log: “${host}” cannot name a host; use a name without blanks and colons`);
	return { host, paths };
}

/** A file among the words of a question would be looked for as a word, and found nowhere. */
export function refuseFiles(words: readonly string[]): void {
	const file = words.find((word) => /[./]/.test(word) && isFile(word));
	if (file !== undefined) throw new BadUse(`“${file}” is a file: say whose log it is, --log mx1=${file}`);
}

function isFile(path: string): boolean {
	return existsSync(path) && statSync(path).isFile();
}
