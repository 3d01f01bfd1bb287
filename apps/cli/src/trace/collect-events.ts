/**
 * Logs of several hosts → the events of every queue id, in memory. Lines that belong to no message are read and
 * forgotten. A line that was broken in two (copied from a web page or a mail) is put together where only both pieces
 * together make sense.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { ParseOptions } from "@mailtrail/core/parse";
import { type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import { BadUse } from "../failure.ts";
import { expandPaths } from "../read-logs/expand-paths.ts";
import { readLines } from "../read-logs/read-lines.ts";
import { joinBroken } from "./join-broken.ts";

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

export type EventsByKey = Map<string, LocatedEvent[]>;

export function readHostLog(text: string): HostLog {
	const equals = text.indexOf("=");
	const host = text.slice(0, Math.max(equals, 0));
	const paths = text
		.slice(equals + 1)
		.split(",")
		.filter((path) => path !== "");
	if (equals <= 0 || paths.length === 0) {
		throw new BadUse(
			`--log: “${text}” names no host and file; write HOST=PATH, for example --log mx1=/var/log/mail.log`,
		);
	}
	if (/[\s:]/.test(host))
		throw new BadUse(`--log: “${host}” cannot name a host; use a name without blanks and colons`);
	return { host, paths };
}

export async function collectEvents(logs: HostLog[], options: CollectOptions): Promise<EventsByKey> {
	const byKey: EventsByKey = new Map();
	const orders = new Map<string, number>();
	for (const { host, paths } of logs) {
		for (const file of await expandPaths(paths)) {
			const parsing: ParseOptions = {
				zone: options.zoneOf(host),
				now: options.now,
				...(options.program === undefined ? {} : { program: options.program }),
			};
			const order = orders.get(host) ?? 0;
			orders.set(host, order + (await collectFile(byKey, host, file, parsing, order)));
		}
	}
	return byKey;
}

/** How many lines the file has. */
async function collectFile(
	byKey: EventsByKey,
	host: string,
	file: string,
	parsing: ParseOptions,
	order: number,
): Promise<number> {
	let lines = 0;
	// bare messages carry no time: their order stands for it
	const bare = parsing.program === undefined ? {} : { at: new Date(parsing.now).toISOString() };
	const joiner = joinBroken(parsing, (parsed, number) => {
		const event: MailEvent = bare.at === undefined ? parsed : { ...bare, ...parsed };
		const keys = queueKeys(host, event);
		if (keys.length === 0) return;
		const located = { host, ref: `${host}:${file}:${number}`, order: order + number, event };
		for (const key of keys) {
			const events = byKey.get(key);
			if (events) events.push(located);
			else byKey.set(key, [located]);
		}
	});
	await readLines(file, (raw, number) => {
		lines = number;
		joiner.line(raw, number);
	});
	joiner.end();
	return lines;
}
