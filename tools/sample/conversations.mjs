/**
 * Parts a recording into conversations: all lines, on all hosts, about one message and what came of it (copies, bounces),
 * each of which can be told again on its own. Lines are about the same message when they share an id; a refusal without id
 * belongs to the message that another host was just trying to hand over to that recipient; the lines of an SMTP session
 * belong to the message that it was about. Lines about no message are left out.
 */
import { knownIds, ownIds } from "./message-ids.mjs";

/** A refusal and the sender's line about it are milliseconds apart. */
const REFUSAL_WINDOW_MS = 1_000;
/** What takes longer is left out: a replay should show how messages end. */
const LONGEST_MS = 4 * 60_000;
const LINES_MAX = 400;

/**
 * @typedef {{ host: string, text: string, at: number }} Line
 * @typedef {{ ids: string[], lines: Line[] }} Conversation lines in time order
 */

/** @param {import("../../packages/sample/src/recording.mjs").RecordedHost[]} hosts @returns {Conversation[]} */
export function conversations(hosts) {
	const lines = timedLines(hosts);
	const known = new Set(lines.flatMap(({ text }) => ownIds(text)));
	const groups = new Groups();
	const idsOf = new Map();
	for (const line of lines) {
		const ids = knownIds(line.text, known);
		if (ids.length > 0) {
			idsOf.set(line, ids);
			groups.join(ids);
		}
	}
	const ownerOf = new Map([...idsOf].map(([line, ids]) => [line, groups.top(ids[0])]));
	addRefusals(lines, ownerOf);
	addSessions(lines, ownerOf);
	return collect(lines, ownerOf, idsOf);
}

function timedLines(hosts) {
	return hosts
		.filter((host) => host.chain)
		.flatMap(({ host, lines }) =>
			lines.filter(({ at }) => at !== undefined).map(({ text, at }) => ({ host, text, at })),
		)
		.sort((a, b) => a.at - b.at);
}

const REFUSED = /(?:NOQUEUE: .* to=<|rejected RCPT <|recipient=)([^\s<>,]+@[^\s<>,]+)/;

function addRefusals(lines, ownerOf) {
	const handovers = lines.filter((line) => ownerOf.has(line) && line.text.includes("to=<"));
	for (const line of lines) {
		const recipient = ownerOf.has(line) ? undefined : REFUSED.exec(line.text)?.[1];
		if (!recipient) continue;
		const handover = handovers.find(
			(other) =>
				other.host !== line.host &&
				Math.abs(other.at - line.at) < REFUSAL_WINDOW_MS &&
				other.text.includes(`to=<${recipient}>`),
		);
		if (handover) ownerOf.set(line, ownerOf.get(handover));
	}
}

const SESSION = /postfix\/[\w/]*smtpd\[(\d+)\]: (connect|disconnect)? ?/;

/** A session between connect and disconnect goes along when it was about one message, or refused at the first host. */
function addSessions(lines, ownerOf) {
	const open = new Map();
	const first = lines[0]?.host;
	for (const line of lines) {
		const match = SESSION.exec(line.text);
		if (!match) continue;
		const key = `${line.host} ${match[1]}`;
		if (match[2] === "connect") open.set(key, [line]);
		else open.get(key)?.push(line);
		if (match[2] !== "disconnect") continue;
		const session = open.get(key) ?? [];
		open.delete(key);
		const owners = new Set(session.flatMap((each) => ownerOf.get(each) ?? []));
		const refused = session.some((each) => each.text.includes("NOQUEUE: reject"));
		if (owners.size > 1 || (owners.size === 0 && !(refused && line.host === first))) continue;
		const [owner = `session ${key} ${line.at}`] = owners;
		for (const each of session) ownerOf.set(each, owner);
	}
}

function collect(lines, ownerOf, idsOf) {
	const found = new Map();
	for (const line of lines) {
		const owner = ownerOf.get(line);
		if (owner === undefined) continue;
		const entry = found.get(owner) ?? { ids: new Set(), lines: [] };
		for (const id of idsOf.get(line) ?? []) entry.ids.add(id);
		entry.lines.push(line);
		found.set(owner, entry);
	}
	return [...found.values()]
		.map(({ ids, lines: own }) => ({ ids: [...ids], lines: own }))
		.filter(
			({ lines: own }) =>
				own.length > 1 && own.length <= LINES_MAX && own.at(-1).at - own[0].at <= LONGEST_MS,
		);
}

/** Which ids mean the same message. */
class Groups {
	#up = new Map();

	top(id) {
		let top = id;
		while ((this.#up.get(top) ?? top) !== top) top = this.#up.get(top);
		this.#up.set(id, top);
		return top;
	}

	join([first, ...others]) {
		this.#up.set(this.top(first), this.top(first));
		for (const id of others) this.#up.set(this.top(id), this.top(first));
	}
}
