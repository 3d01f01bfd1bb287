/**
 * RFC 5424 after its `<PRI>1 TIMESTAMP `: host, app, procid, msgid, structured data, message. Nil values (`-`) are
 * absent; structured data is skipped with its escaped quotes; a byte order mark before the message is dropped.
 */
import type { ReadLine } from "./header.ts";
import { ledByOwnId, readTag } from "./header.ts";

/** Reads from the host on; `at` is the time already read. */
export function readHeader5424(raw: string, from: number, at: string | undefined): ReadLine | undefined {
	const words: string[] = [];
	let place = from;
	for (let count = 0; count < 4; count++) {
		const space = raw.indexOf(" ", place);
		if (space < 0) return undefined;
		words.push(raw.slice(place, space));
		place = space + 1;
	}
	const [host, app, procid] = words as [string, string, string, string];
	const end = skipStructuredData(raw, place);
	if (end === undefined) return undefined;
	let start = raw.charCodeAt(end) === 32 ? end + 1 : end;
	if (raw.charCodeAt(start) === 0xfeff) start++;
	// rsyslog keeps the space that followed the old tag's colon
	if (raw.charCodeAt(start) === 32) start++;
	const header: ReadLine["header"] = {};
	if (at !== undefined) header.at = at;
	if (host !== "-") header.host = host;
	if (app !== "dma" && /^\d{1,10}$/.test(procid)) header.pid = Number(procid);
	if (app === "-") return { message: readTag(raw, start, header), header };
	header.program = app;
	const message = withoutTag(raw, start, app);
	return { header, message: header.pid === undefined ? ledByOwnId(app, procid, message) : message };
}

/** The message; a forwarder may have left the tag that APP-NAME was taken from before it. */
function withoutTag(raw: string, start: number, app: string): string {
	if (!raw.startsWith(app, start)) return raw.slice(start);
	const tag: ReadLine["header"] = {};
	const message = readTag(raw, start, tag);
	return tag.program === app ? message : raw.slice(start);
}

/** Where the structured data ends: `-`, or elements `[id name="value"]…` with `\"`, `\\` and `\]` escaped. */
function skipStructuredData(raw: string, from: number): number | undefined {
	if (raw.charCodeAt(from) === 45) return from + 1;
	let place = from;
	while (raw.charCodeAt(place) === 91) {
		let quoted = false;
		for (place++; ; place++) {
			const code = raw.charCodeAt(place);
			if (Number.isNaN(code)) return undefined;
			if (code === 92 && quoted) place++;
			else if (code === 34) quoted = !quoted;
			else if (code === 93 && !quoted) break;
		}
		place++;
	}
	return place === from ? undefined : place;
}
