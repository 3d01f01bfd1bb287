/** Tells a recorded conversation again: the same lines from a given moment on, with fresh ids and process numbers. */
import { randomInt } from "node:crypto";
import { writeTime } from "../../packages/sample/src/log-time.mjs";
import { freshId } from "./message-ids.mjs";

/**
 * @param {import("./conversations.mjs").Conversation} conversation
 * @param {number} start epoch milliseconds of its first line
 * @param {string} zone
 * @returns {import("./conversations.mjs").Line[]}
 */
export function retell({ ids, lines }, start, zone) {
	const fresh = freshIds(ids);
	const rename = renamer(fresh);
	const pids = new Map();
	const by = start - lines[0].at;
	return lines.map(({ host, text, at }) => {
		const renamed = rename(text).replace(
			/^([^[]*\[)(\d+)(?=\]: )/,
			(_, head, pid) => head + pidOf(pids, host, pid),
		);
		return { host, text: writeTime(renamed, at + by, zone), at: at + by };
	});
}

/** A Message-ID may hold a queue id (`202611220526.6AM5Pv8E000364`): the part is renamed as it is elsewhere. */
function freshIds(ids) {
	const fresh = new Map();
	for (const id of [...ids].sort((a, b) => a.length - b.length)) {
		const parts = id.split(/([./])/).map((part) => fresh.get(part) ?? freshId(part));
		fresh.set(id, parts.join(""));
	}
	return fresh;
}

/** Every id in one pass, longest first: an id may be a part of another. */
function renamer(fresh) {
	if (fresh.size === 0) return (text) => text;
	const longestFirst = [...fresh.keys()].sort((a, b) => b.length - a.length);
	const escaped = longestFirst.map((id) => id.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&"));
	// OpenSMTPD's envelope ids start with the message's id: eight hexadecimal digits may stand before eight more
	const ids = new RegExp(
		`(?<![A-Za-z0-9])(?:${escaped.join("|")})(?=[^A-Za-z0-9]|$|[0-9a-f]{8}(?![A-Za-z0-9]))`,
		"g",
	);
	return (text) => text.replace(ids, (id) => fresh.get(id));
}

/** One process serves one conversation here: its lines must not mix with another's. */
function pidOf(pids, host, pid) {
	const key = `${host} ${pid}`;
	if (!pids.has(key)) pids.set(key, String(randomInt(2_000, 4_000_000)));
	return pids.get(key);
}
