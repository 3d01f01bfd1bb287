/**
 * What `mailtrail login` keeps: a token per hub, in a file that this user alone reads (`$XDG_CONFIG_HOME/mailtrail/hubs.json`).
 * The hub that was signed in to last is the one that is meant where none is named.
 */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { BadUse } from "../failure.ts";

export interface SavedLogins {
	last?: string;
	tokens: Record<string, string>;
}

export function loginsFile(environment = process.env): string {
	const { XDG_CONFIG_HOME } = environment;
	const base = XDG_CONFIG_HOME ? XDG_CONFIG_HOME : join(homedir(), ".config");
	return join(base, "mailtrail", "hubs.json");
}

export function readLogins(file = loginsFile()): SavedLogins {
	if (!existsSync(file)) return { tokens: {} };
	try {
		const value = JSON.parse(readFileSync(file, "utf8")) as Partial<SavedLogins>;
		return { tokens: value.tokens ?? {}, ...(typeof value.last === "string" && { last: value.last }) };
	} catch {
		throw new BadUse(`${file}: cannot be read; remove it and run mailtrail login again`);
	}
}

export function writeLogins(logins: SavedLogins, file = loginsFile()): void {
	mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
	const fresh = `${file}.${process.pid}`;
	writeFileSync(fresh, `${JSON.stringify(logins, null, "\t")}\n`, { mode: 0o600 });
	renameSync(fresh, file);
}
