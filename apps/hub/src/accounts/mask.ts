/**
 * What leaves the hub for somebody who may not see everything, made from what would leave it for somebody who may. It
 * walks the answer itself, whatever route made it: a new field or a new route cannot be forgotten. Addresses lose their
 * local part, users their name, and what quotes a log line goes. Ids that are needed to ask on stay.
 */

export interface Veil {
	/** addresses and users are masked */
	masked: boolean;
	/** log lines may be seen */
	lines: boolean;
}

/** names of things that are asked for again, or that the viewer wrote */
const IDS = new Set([
	"id",
	"ref",
	"journeyId",
	"replaces",
	"messageId",
	"messageIds",
	"queueId",
	"answers",
	"terms",
]);
/** references to log lines, and lists of them */
const LINES = new Set(["lines", "evidence"]);
/** a line's own text, or the name of one */
const LINE = new Set(["raw", "line", "replyLine"]);
const USERS = new Set(["username", "mailbox"]);
const NAMES = new Set(["sender", "recipient", "original"]);
const PERSONAL = new Set(["subject", "uid"]);
/**
 * What stands before the @, as remotes and MTAs write it: quoted (RFC 5321, 4.1.2), or everything back to a blank or bracket.
 * Too much is better than too little: `=` is part of it, for the addresses of list servers carry the reader's own.
 * A word is tried from its beginning only: a long one without an @ would be read again from each of its signs.
 */
const ADDRESS = /(?:"[^"]{0,256}"|(?<![^\s@<>()[\],;:"])[^\s@<>()[\],;:"]+)@(?=[\p{L}\p{N}[])/gu;
/** fields with words of people and programs, where a name may stand without its domain */
const PROSE = new Set([
	"raw",
	"text",
	"reason",
	"explanation",
	"title",
	"steps",
	"facts",
	"output",
	"error",
	"why",
]);
/** `sasl_username=ab` in a line needs no @ and no length to name a person */
const LOGIN = /\b(sasl_username=|ctladdr=<?|user=<?|A=\w{1,32}:)([^\s,>@*]{1,128})(?=[\s,>]|$)/gi;
const WORD = /[\p{L}\p{N}._+-]{3,}/gu;

/** A copy as the viewer may have it; the answer itself is not changed. */
export function veil(answer: unknown, by: Veil): unknown {
	return walk(answer, { ...by, locals: by.masked ? localParts(answer) : new Set() }, undefined);
}

interface Walk extends Veil {
	/** the local parts of this answer, in lower case: replies name a user without the domain too */
	locals: ReadonlySet<string>;
}

function walk(value: unknown, by: Walk, key: string | undefined): unknown {
	if (typeof value === "string") return by.masked ? maskText(value, by, key) : value;
	if (Array.isArray(value)) {
		if (!by.lines && key !== undefined && LINES.has(key)) return [];
		return value.map((each) => walk(each, by, key));
	}
	if (typeof value !== "object" || value === null) return value;
	const copy: Record<string, unknown> = {};
	for (const [name, inner] of Object.entries(value)) {
		if (by.masked && PERSONAL.has(name)) continue;
		if (!by.lines && LINE.has(name) && typeof inner === "string") {
			// what a refusal of another host names is a field that must be there
			if (key === "refusal" || name === "raw") copy[name] = "";
			continue;
		}
		copy[name] = name === "terms" ? inner : walk(inner, by, name);
	}
	return copy;
}

function maskText(text: string, { locals }: Walk, key: string | undefined): string {
	if (key !== undefined) {
		if (IDS.has(key)) return text;
		// of local delivery: a name alone
		if (NAMES.has(key) && text !== "" && !text.includes("@")) return maskName(text);
		if (USERS.has(key) && !/^(?:inbox|junk|sent|trash|drafts|spam)\b/i.test(text)) return maskName(text);
	}
	const addresses = text.includes("@")
		? text.replace(ADDRESS, (part) => `${maskName(part.slice(0, -1))}@`)
		: text;
	const masked =
		key === "raw"
			? addresses.replace(LOGIN, (_all, name: string, user: string) => `${name}${maskName(user)}`)
			: addresses;
	if (locals.size === 0 || key === undefined || !PROSE.has(key)) return masked;
	return masked.replace(WORD, (word) => {
		const name = word.toLowerCase();
		// "no such user: tanaka."
		const bare = name.replace(/^[._+-]{1,3}|[._+-]{1,3}$/g, "");
		return locals.has(name) || locals.has(bare) ? maskName(word) : word;
	});
}

/** `tanaka` → `t***`: whoever knows the address knows it again, nobody else learns it. */
function maskName(name: string): string {
	return `${[...name][0] ?? ""}***`;
}

/** Local parts that are no everyday words of the answer: three characters and more. */
function localParts(answer: unknown): Set<string> {
	const found = new Set<string>();
	const add = (value: unknown, key: string | undefined): void => {
		if (typeof value === "string") {
			if (key !== undefined && ADDRESS_FIELDS.has(key)) {
				const at = value.lastIndexOf("@");
				const local = (at < 0 ? value : value.slice(0, at)).toLowerCase();
				// of `tanaka+shop` remotes name the mailbox, `tanaka`
				for (const name of [local, local.split("+", 1)[0] ?? ""]) if (name.length >= 3) found.add(name);
			}
			return;
		}
		if (Array.isArray(value)) {
			for (const each of value) add(each, key);
			return;
		}
		if (typeof value !== "object" || value === null) return;
		for (const [name, inner] of Object.entries(value)) add(inner, name);
	};
	add(answer, undefined);
	return found;
}

const ADDRESS_FIELDS = new Set(["sender", "recipient", "original", "username"]);
