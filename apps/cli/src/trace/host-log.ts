/** `--log HOST=PATH[,PATH…]`: whose log it is and where. */
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
