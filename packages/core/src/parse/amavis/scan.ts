/** What amavis's scanners found, at higher log levels, before the verdict of the message: scores with their tests, names of viruses. */
import { bareAddress, type ParsedMessage } from "../../event/index.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import { event } from "../parsed.ts";

// `score=x` where no scanner was asked, the lists between score and tests (Amavis.pm)
const SCORED =
	/^, (Yes|No), (?:score|hits)=(x|-?[0-9.]{1,12})(?: tag[a-z_0-9]{0,12}=\S{1,12}){0,2}(?: required=(-?[0-9.]{1,12}))?(?: kill=\S{1,12})?(?: BLACKLISTED)?(?: WHITELISTED)? tests=(?:\[([^[\]]{0,4000})\])?/;
const SCANNED = /^virus_scan: \((.{1,300})\), detected by \d{1,3} scanners: /;

/** The event of such a line; undefined where the line is something else. */
export function parseScan(text: string): ParsedMessage | undefined {
	const common = { kind: "verdict", mta: "amavis", filter: "amavis" } as const;
	// virus_scan: (HTML.Phishing.Bank-43), detected by 1 scanners: ClamAV-clamd
	const virus = SCANNED.exec(text);
	if (virus) return event({ ...common, result: "virus", reason: virus[1] });
	// spam-tag, <a@x> -> <b@y>, No, score=-1 tagged_above=-999 required=6.2 tests=[ALL_TRUSTED=-1] autolearn=ham
	const start = /^(?:spam-tag|SPAM-TAG|SPAM), (?=<)/.exec(text);
	if (!start) return undefined;
	const arrow = indexOutside(text, " -> ", start[0].length);
	const end = arrow < 0 ? -1 : indexOutside(text, ", ", arrow + 4);
	const scored = end < 0 ? undefined : SCORED.exec(text.slice(end));
	if (!scored) return undefined;
	const names = (scored[4] ?? "").split(", ").map((test) => test.split("=")[0] as string);
	const symbols = names.filter((name) => name !== "");
	return event({
		...common,
		result: scored[1] === "Yes" ? "spam" : "clean",
		score: finite(scored[2]),
		required: finite(scored[3]),
		sender: bareAddress(text.slice(start[0].length, arrow)),
		recipients: splitAddresses(text.slice(arrow + 4, end)),
		symbols: symbols.length > 0 ? symbols : undefined,
	});
}

function finite(text: string | undefined): number | undefined {
	const value = text === undefined ? Number.NaN : Number(text);
	return Number.isFinite(value) ? value : undefined;
}
