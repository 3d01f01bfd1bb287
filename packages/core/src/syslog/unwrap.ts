/**
 * What others put around a line of a log: the runtimes of containers, `grep`, octet counts, logs that write the year or the zone in
 * another place. Gives the line in a form that `read-line.ts` knows, or undefined. Asked only where a line has no header
 * that is known, so what it costs does not matter; each pattern is bounded and anchored at the line's first byte.
 */

interface Wrapping {
	found: RegExp;
	/** in the language of `String.replace` */
	becomes: string;
}

const CLOCK = "\\d\\d:\\d\\d:\\d\\d";
const FRACTION = "\\.\\d{1,9}";
/** A pattern: what follows begins with a header's time. */
export const TIME_AHEAD = `(?=[A-Z][a-z]{2} [ \\d]\\d ${CLOCK}|\\d{4}-\\d\\d-\\d\\d[T ]${CLOCK}|<\\d{1,3}>|@4[0-9a-f]{15})`;

const WRAPPINGS: readonly Wrapping[] = [
	// a hole in a file that was cut while written to, journalctl -o json-seq (RFC 7464), a pasted line's indent
	{ found: /^[\0\x1e\ufeff \t]{1,65536}/, becomes: "" },
	// docker compose logs: `mail-1  | Nov 22 11:38:16 host tag[pid]: …`
	{ found: new RegExp(`^[\\w.-]{1,64} {1,64}\\| ${TIME_AHEAD}`), becomes: "" },
	// grep and zgrep over several files, -n too: `/var/log/mail.log.1:Nov 22 …`, `mail.log:12:Nov 22 …`
	{ found: new RegExp(`^[^\\s:]{1,255}:(?:\\d{1,10}:)?${TIME_AHEAD}`), becomes: "" },
	// RFC 6587: the octets of a frame, counted
	{ found: /^[1-9]\d{0,5} (?=<\d{1,3}>1 )/, becomes: "" },
	// journalctl -o json-sse
	{ found: /^data: (?=\{)/, becomes: "" },
	// the year first: `2026 Nov 22 11:38:16 host …`
	{ found: new RegExp(`^(\\d{4}) ([A-Z][a-z]{2} [ \\d]\\d) (?=${CLOCK})`), becomes: "$2 $1 " },
	// as ctime(3) writes it; OpenWrt's logread names the level and no host: `Sun Nov 22 11:38:16 2026 mail.info tag[pid]: …`
	{
		found: new RegExp(
			`^[A-Z][a-z]{2} ([A-Z][a-z]{2} [ \\d]\\d ${CLOCK} \\d{4}) (?:[a-z0-9]{1,12}\\.[a-z]{1,8} )?(?=(?:\\S{1,255} )?[\\w./-]{1,64}(?:\\[\\d{1,10}\\])?: )`,
		),
		becomes: "$1 ",
	},
	// ISO 8601 with a comma: `2026-11-22T11:38:16,123+00:00`
	{ found: new RegExp(`^(\\d{4}-\\d\\d-\\d\\d[T ]${CLOCK}),(?=\\d)`), becomes: "$1." },
	// without a zone: `2026-11-22T11:38:16.123 host …`
	{ found: new RegExp(`^(\\d{4}-\\d\\d-\\d\\d)T(${CLOCK}(?:${FRACTION})?) `), becomes: "$1 $2 " },
	// with a zone and a blank: `2026-11-22 11:38:16+00:00 host …`; macOS' `log show --style syslog` has two blanks before the host
	{
		found: new RegExp(`^(\\d{4}-\\d\\d-\\d\\d) (${CLOCK}(?:${FRACTION})?(?:Z|[+-]\\d\\d:?\\d\\d)) {1,2}`),
		becomes: "$1T$2 ",
	},
	// templates with tabs between time, host and tag
	{ found: /^([^\t]{15,40})\t([^\t ]{1,255})\t([^\t ]{1,128}:)[\t ]/, becomes: "$1 $2 $3 " },
];

/** The line without the outermost wrapping. */
export function unwrap(line: string): string | undefined {
	if (line.startsWith("{")) return entryOf(line);
	for (const { found, becomes } of WRAPPINGS) {
		const bare = line.replace(found, becomes);
		if (bare !== line) return bare;
	}
	return undefined;
}

// docker's json-file: `{"log":"Nov 22 11:38:16 host tag[pid]: …\n","stream":"stdout","time":"2026-11-22T11:38:16.123456789Z"}`
function entryOf(line: string): string | undefined {
	try {
		const entry: unknown = JSON.parse(line);
		if (typeof entry !== "object" || entry === null || !("log" in entry) || !("time" in entry))
			return undefined;
		const { log, time } = entry;
		return typeof log === "string" && typeof time === "string"
			? `${time} stdout F ${log.trimEnd()}`
			: undefined;
	} catch {
		return undefined;
	}
}
