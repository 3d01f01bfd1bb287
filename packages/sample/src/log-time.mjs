/**
 * Times in log lines: reads the one that a line starts with and writes another in the same form. RFC 3339 keeps its
 * fraction digits and offset, RFC 3164 (`Dec  5 18:38:12`, no year, no zone) its padding. Exim repeats the time behind its
 * tag; that one moves along. A line without a time (the rest of a broken one) stays as it is.
 */

const RFC3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)/;
const RFC3164 = /^([A-Z][a-z]{2}) ( ?\d{1,2}) (\d\d):(\d\d):(\d\d)/;
const EXIM = /^(\S+ \S+ exim\[\d+\]: )(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/**
 * @param {string} line
 * @param {{ zone: string, year: number }} recorded how to read a time without year and zone
 * @returns {number | undefined} epoch milliseconds
 */
export function readTime(line, { zone, year }) {
	const iso = RFC3339.exec(line);
	if (iso) return Date.parse(iso[0]);
	const old = RFC3164.exec(line);
	if (!old) return undefined;
	const [, month, day, hour, minute, second] = old;
	return zoned(
		Date.UTC(year, MONTHS.indexOf(month), Number(day), Number(hour), Number(minute), Number(second)),
		zone,
	);
}

/**
 * @param {string} line
 * @param {number} at epoch milliseconds
 * @param {string} zone what a reader takes for times without one
 */
export function writeTime(line, at, zone) {
	const iso = RFC3339.exec(line);
	if (iso) {
		const moved = iso3339(at, iso[2] ?? "", iso[3]) + line.slice(iso[0].length);
		return moved.replace(EXIM, (_, head) => head + local(at, "UTC").replace("T", " "));
	}
	const old = RFC3164.exec(line);
	if (!old) return line;
	const text = local(at, zone);
	const day = String(Number(text.slice(8, 10)));
	const padded = day.length === 1 && old[2].startsWith(" ") ? ` ${day}` : day;
	return `${MONTHS[Number(text.slice(5, 7)) - 1]} ${padded} ${text.slice(11)}${line.slice(old[0].length)}`;
}

function iso3339(at, fraction, offset) {
	const minutes = offset === "Z" ? 0 : Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4));
	const wall = at + (offset.startsWith("-") ? -minutes : minutes) * 60_000;
	const whole = new Date(wall).toISOString();
	// digits below the millisecond are kept as recorded: they order lines of one millisecond
	const digits =
		fraction === "" ? "" : `.${(whole.slice(20, 23) + fraction.slice(4)).slice(0, fraction.length - 1)}`;
	return whole.slice(0, 19) + digits + offset;
}

const formats = new Map();

/** Wall clock of a zone, `2026-01-31T18:38:12` */
function local(at, zone) {
	let format = formats.get(zone);
	if (!format) {
		format = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
		formats.set(zone, format);
	}
	return format.format(at).replace(" ", "T");
}

/** Wall clock of a zone, given as if it were UTC → epoch milliseconds. Two rounds find the offset across a clock change. */
function zoned(wall, zone) {
	let at = wall;
	for (let round = 0; round < 2; round++) at = wall - (Date.parse(`${local(at, zone)}Z`) - at);
	return at;
}
