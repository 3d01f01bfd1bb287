/**
 * How old a rotated log is, by what rotation added to its name. Pure. logrotate's `dateformat` may hold %Y %m %d %H %M %S %V
 * %s %z in any order, newsyslog and logrotate count from 0 or 1, postlogd writes %Y%m%d-%H%M%S.
 */

const ADDED = /^[._-](?:\d[\dTWZ.:+_-]{0,40}|old)$/;
const NUMBER = /^[._-](\d{1,5})$/;
const NUMBER_LENGTH = 5;

export interface NameAge {
	by: "date" | "number" | "none";
	/** sorts as a string, oldest first, among those of the same kind */
	age: string;
}

/** `.2`, `-20261122`, `-22-11-2026`, `.old`: nothing where no rotation makes such a name. */
export function ageOfName(added: string): NameAge | undefined {
	if (!ADDED.test(added)) return undefined;
	const digits = added.replace(/\D/g, "");
	const date = dateOf(digits);
	if (date !== undefined) return { by: "date", age: date };
	const number = NUMBER.exec(added)?.[1];
	if (number === undefined) return { by: "none", age: "" };
	// the higher the number, the older the file
	const rank = 10 ** NUMBER_LENGTH - 1 - Number(number);
	return { by: "number", age: String(rank).padStart(NUMBER_LENGTH, "0") };
}

/** Year, month, day and what follows, as digits that sort; nothing where they are no date. */
function dateOf(digits: string): string | undefined {
	// %s: seconds since 1970, from 2001 to 2033
	if (/^1\d{9}$/.test(digits)) return new Date(Number(digits) * 1000).toISOString().replace(/\D/g, "");
	if (/^(?:19|20)\d\d(?:(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])\d*)?)?$/.test(digits)) return digits;
	const turned = /^(0[1-9]|[12]\d|3[01])(0[1-9]|1[0-2])((?:19|20)\d\d)(\d*)$/.exec(digits);
	if (turned) return `${turned[3]}${turned[2]}${turned[1]}${turned[4]}`;
	// %Y and the week (%V), or the day of the year
	return /^(?:19|20)\d{4,5}$/.test(digits) ? digits : undefined;
}
