/** Words of the pages that count over many messages: histogram, facets, map, destinations. English. */
const plural = (n: number, one: string, many: string) => (n === 1 ? one : many);

export const figuresEn = {
	figures: {
		volume: "Messages over time",
		volumeHow: "Messages over time. Arrows move, Shift and arrows stretch, Enter narrows the search to it.",
		draw: "Draw over a stretch to narrow the search to it.",
		sampled: (n: string) => `Counted over the newest ${n}: the shares hold, the totals are at least these.`,
		none: "none",
		outcome: {
			delivered: "delivered",
			relayed: "relayed",
			delayed: "delayed",
			failed: "failed",
			discarded: "discarded",
			quarantined: "quarantined",
			expanded: "expanded",
			unknown: "unknown",
			refused: "refused at the door",
			accepted: "accepted",
		} as Record<string, string>,
		facets: "Narrow",
		facet: {
			outcome: "Outcome",
			"sender-domain": "From",
			"recipient-domain": "To",
			host: "Host",
			cause: "Cause",
		} as Record<string, string>,
		more: (n: string) => `and ${n} more`,
		remove: "take out again",
		span: {
			label: "Time",
			"1h": "1 hour",
			"6h": "6 hours",
			"24h": "24 hours",
			"7d": "7 days",
			"30d": "30 days",
		},
		counted: (n: number, text: string, exact: boolean) =>
			`${exact ? "" : "over the newest "}${text} ${plural(n, "message", "messages")}${exact ? "" : " (the shares hold, totals are at least these)"}`,
	},
	lines: {
		label: (host: string) => `Lines of ${host}, newest first`,
		contains: "Lines that contain …",
		kind: "Kind of line",
		none: "No line matches. A host whose agent has just been enrolled sends its first lines within seconds.",
		kinds: {
			delivery: "deliveries",
			reject: "refusals",
			problem: "problems",
			unparsed: "not understood",
			received: "taken in",
			tls: "TLS",
			"auth-failed": "failed log-ins",
			status: "status",
		} as Record<string, string>,
	},
	box: {
		recent: "Searched before",
		saved: "Saved",
		forget: "Forget them",
		fields: "Words to search by",
		save: "Save this search",
		saveShort: "Save",
		savedShort: "Saved",
		suggestions: "Suggestions",
		keys: "Enter searches · ↓ chooses · Tab takes the first · Esc clears",
		pasted: "Paste a bounce, a header block or a log line: it is read.",
		exportLabel: "Download",
	},
};

export type FiguresTexts = typeof figuresEn;
