/**
 * The fields of the query language. `address` and `name` are what bare words become when their shape does not say
 * more: an address may be the sender, a recipient or a Message-ID, a dotted name a domain, a host of ours or a relay.
 */

export const TERM_FIELDS = [
	"from",
	"to",
	"address",
	"domain",
	"id",
	"queue",
	"ip",
	"host",
	"name",
	"status",
	"cause",
	"dsn",
	"since",
	"until",
	"size",
	"delay",
	"text",
] as const;
export type TermField = (typeof TERM_FIELDS)[number];

/** Names that other tools use for the same thing: too far from ours for a spelling distance. */
const OTHER_NAMES: Record<string, TermField> = {
	sender: "from",
	mailfrom: "from",
	envelope: "from",
	recipient: "to",
	rcpt: "to",
	mid: "id",
	msgid: "id",
	messageid: "id",
	qid: "queue",
	queueid: "queue",
	server: "host",
	relay: "name",
	mx: "name",
	outcome: "status",
	stat: "status",
	state: "status",
	reason: "cause",
	error: "cause",
	code: "dsn",
	after: "since",
	before: "until",
	date: "since",
	subject: "text",
	body: "text",
	client: "ip",
	took: "delay",
	duration: "delay",
};

/** The known field that a mistyped name most likely means. */
export function nearestField(name: string): TermField {
	const wanted = name.toLowerCase().replace(/[-_]/g, "").slice(0, 32);
	const other = Object.hasOwn(OTHER_NAMES, wanted) ? OTHER_NAMES[wanted] : undefined;
	if (other) return other;
	let best: TermField = "text";
	let bestDistance = Number.POSITIVE_INFINITY;
	for (const field of TERM_FIELDS) {
		const distance = editDistance(wanted, field);
		if (distance < bestDistance) {
			best = field;
			bestDistance = distance;
		}
	}
	return best;
}

/** Levenshtein's distance, a swap of two neighbours counted as one (`form` is `from`). */
function editDistance(a: string, b: string): number {
	const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
	for (let i = 1; i <= a.length; i++) {
		const row = [i];
		for (let j = 1; j <= b.length; j++) {
			const same = a[i - 1] === b[j - 1] ? 0 : 1;
			let cost = Math.min(cell(rows, i - 1, j) + 1, (row[j - 1] ?? 0) + 1, cell(rows, i - 1, j - 1) + same);
			if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
				cost = Math.min(cost, cell(rows, i - 2, j - 2) + 1);
			}
			row.push(cost);
		}
		rows.push(row);
	}
	return cell(rows, a.length, b.length);
}

function cell(rows: number[][], i: number, j: number): number {
	return rows[i]?.[j] ?? 0;
}
