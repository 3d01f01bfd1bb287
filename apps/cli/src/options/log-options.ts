/** The options that `parse` and `trace` share: zone, now, program, language, limit. Wrong values are named with a right one. */
import { BadUse } from "../failure.ts";
import type { OptionSpec, ReadOptions } from "./read-options.ts";

export const LOG_OPTIONS: Record<string, OptionSpec> = {
	program: { value: "NAME", help: "lines are bare messages of this program (postfix/smtpd), without header" },
	tz: { value: "ZONE|HOST=ZONE", help: "zone of headers that name none (default: this machine's)" },
	now: { value: "ISO", help: "the moment that gives headers their year (default: now)" },
	count: { help: "print only the totals by kind" },
};

/** Zones of `--tz`: one for all hosts, others by host. */
export interface Zones {
	of(host: string): string;
	/** those that have a zone of their own */
	hosts: string[];
}

export function readZones(options: ReadOptions): Zones {
	let fallback: string | undefined;
	const byHost = new Map<string, string>();
	for (const text of options.values("tz")) {
		const equals = text.indexOf("=");
		const zone = checkedZone(text.slice(equals + 1));
		if (equals < 0) fallback = zone;
		else byHost.set(text.slice(0, equals), zone);
	}
	return {
		of(host) {
			const own = byHost.get(host);
			if (own !== undefined) return own;
			// asked late: Intl takes longer than everything else at the start
			fallback ??= isOnUtc() ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
			return fallback;
		},
		hosts: [...byHost.keys()],
	};
}

/** Whether this machine's clock was at UTC in every month of the years that a log may be of, as most servers' are. */
function isOnUtc(): boolean {
	const year = new Date().getFullYear();
	for (let month = -240; month <= 12; month++)
		if (new Date(year, month, 1).getTimezoneOffset() !== 0) return false;
	return true;
}

function checkedZone(zone: string): string {
	try {
		return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone;
	} catch {
		throw new BadUse(`--tz: no zone “${zone}”; write a name like Asia/Tokyo, Europe/Berlin or UTC`);
	}
}

/** Epoch milliseconds. */
export function readNow(options: ReadOptions): number {
	const text = options.value("now");
	if (text === undefined) return Date.now();
	const now = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
	if (Number.isNaN(now)) {
		throw new BadUse(`--now: “${text}” is no ISO 8601 time; write one like 2026-01-31T18:00:00+09:00`);
	}
	return now;
}

export function readLimit(options: ReadOptions): number | undefined {
	const text = options.value("limit");
	if (text === undefined) return undefined;
	const limit = Number(text);
	if (!Number.isInteger(limit) || limit < 1) throw new BadUse(`--limit: “${text}” is no number above 0`);
	return limit;
}

export function readLanguage(options: ReadOptions): "en" | "ja" {
	const text = options.value("lang") ?? systemLanguage();
	if (text !== "en" && text !== "ja") throw new BadUse(`--lang: “${text}”; write en or ja`);
	return text;
}

function systemLanguage(): "en" | "ja" {
	const { LC_ALL, LC_MESSAGES, LANG } = process.env;
	return (LC_ALL || LC_MESSAGES || LANG || "").startsWith("ja") ? "ja" : "en";
}
