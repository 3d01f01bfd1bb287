/**
 * Final delivery: what LMTP and LDA stored, and what Sieve filed, redirected, answered or threw away (Pigeonhole's
 * `sieve: msgid=<…>: …`, lib-lda's `msgid=<…>: saved mail to …`, the mail_log plugin's `save: box=…`). The Message-ID is the sender's:
 * the words behind it are told from the end of the line.
 */
import { bareAddress, type ParsedMessage, type StoredEvent } from "../../event/index.ts";
import { event } from "../parsed.ts";
import type { ServiceLine } from "./service-line.ts";

interface Wording {
	/** what stands between the Message-ID and the value */
	mark: string;
	/** what ends the line behind the value; undefined: the value is the rest of the line */
	close?: string;
	action: NonNullable<StoredEvent["action"]>;
	value: "mailbox" | "target" | "reason" | "inner" | "none";
}

const STORED = "stored mail into mailbox '";

// the longer mark before the shorter one that it contains
const WORDINGS: readonly Wording[] = [
	{ mark: `: fileinto action: ${STORED}`, close: "'", action: "fileinto", value: "mailbox" },
	{ mark: `: keep action: ${STORED}`, close: "'", action: "saved", value: "mailbox" },
	{ mark: `: ${STORED}`, close: "'", action: "saved", value: "mailbox" },
	{ mark: ": saved mail to ", action: "saved", value: "mailbox" },
	{ mark: ": redirect action: forwarded to <", close: ">", action: "redirected", value: "target" },
	{ mark: ": forwarded to <", close: ">", action: "redirected", value: "target" },
	{ mark: ": vacation action: sent vacation response to <", close: ">", action: "vacation", value: "target" },
	{ mark: ": sent vacation response to <", close: ">", action: "vacation", value: "target" },
	{ mark: ": discard action: marked message to be discarded", action: "discarded", value: "none" },
	{ mark: ": discard action: Marked message to be discarded", action: "discarded", value: "none" },
	{
		mark: ": redirect action: discarded duplicate forward to <",
		close: ">",
		action: "discarded",
		value: "target",
	},
	{ mark: ": discarded duplicate forward to <", close: ">", action: "discarded", value: "target" },
	// nobody to tell: ext-reject.c drops the message
	{ mark: ": reject action: not sending reject message to <>", action: "discarded", value: "none" },
	{ mark: ": not sending reject message to <>", action: "discarded", value: "none" },
	{ mark: ": marked message to be discarded", action: "discarded", value: "none" },
	{ mark: ": discarded message", action: "discarded", value: "none" },
	{ mark: ": reject action: rejected message from <", close: ")", action: "rejected", value: "inner" },
	{ mark: ": ereject action: rejected message from <", close: ")", action: "rejected", value: "inner" },
	{ mark: ": rejected message from <", close: ")", action: "rejected", value: "inner" },
	{ mark: ": rejected message from <", close: ">", action: "rejected", value: "none" },
	{ mark: ": rejected: ", action: "rejected", value: "reason" },
];

/** The event of such a line; undefined where it stored nothing. */
export function parseStore(line: ServiceLine): ParsedMessage | undefined {
	const text = line.text.startsWith("sieve: ") ? line.text.slice(7) : line.text;
	if (!text.startsWith("msgid=")) return parseMailLog(line);
	let found: { at: number; wording: Wording } | undefined;
	for (const wording of WORDINGS) {
		if (wording.close && !text.endsWith(wording.close)) continue;
		const at = text.lastIndexOf(wording.mark);
		if (at >= 0 && (!found || at > found.at + found.wording.mark.length)) found = { at, wording };
	}
	if (!found) return undefined;
	const { at, wording } = found;
	const words = text.slice(at + wording.mark.length, wording.close ? -wording.close.length : undefined);
	return event({
		kind: "stored",
		mta: "dovecot",
		daemon: line.service,
		recipient: line.user,
		mailbox: wording.value === "mailbox" ? words : undefined,
		messageId: messageId(text.slice("msgid=".length, at)),
		sessionId: line.session,
		action: wording.action,
		target: wording.value === "target" ? words : undefined,
		reason: reasonOf(wording.value, words),
	});
}

/** `rejected: Quota exceeded`, `rejected message from <a@x> (spam content)`; `(reject)` only names the command. */
function reasonOf(value: Wording["value"], words: string): string | undefined {
	if (value === "reason") return words || undefined;
	if (value !== "inner") return undefined;
	const open = words.indexOf("> (");
	const inner = open < 0 ? "" : words.slice(open + 3);
	return inner === "" || inner === "reject" || inner === "ereject" ? undefined : inner;
}

// save: box=INBOX, uid=68, msgid=<L21@web01.corp.example>, size=1234 ; a second recipient of one message: copy from INBOX: box=…
// 2.4: Mailbox Junk: save: uid=1, msgid=<f30.aaa634@client.good.example>, size=403
const MAIL_LOG = [
	/^(?:save|copy from .{1,200}?): box=(.{1,300}?), uid=\d{1,10}, msgid=/,
	/^Mailbox (.{1,300}?): (?:save|copy from .{1,200}?): uid=\d{1,10}, msgid=/,
] as const;

function parseMailLog(line: ServiceLine): ParsedMessage | undefined {
	const match = line.text.startsWith("Mailbox ")
		? MAIL_LOG[1].exec(line.text)
		: line.text.includes(": box=")
			? MAIL_LOG[0].exec(line.text)
			: undefined;
	if (!match) return undefined;
	return event({
		kind: "stored",
		mta: "dovecot",
		daemon: line.service,
		recipient: line.user,
		mailbox: match[1],
		messageId: messageId(beforeSize(line.text.slice(match[0].length))),
		sessionId: line.session,
		action: "saved",
	});
}

/** mail_log_fields may put the sender and the subject behind the size; of several possible ends none is certain. */
function beforeSize(text: string): string {
	const ends = [...text.matchAll(/, size=\d{1,15}(?=$|, (?:vsize=|from=|subject=|flags=))/g)];
	const [first, second] = ends;
	if (!first) return text;
	if (!second) return text.slice(0, first.index);
	const last = ends.at(-1) ?? first;
	const bare = !/, (?:from|subject)=/.test(text) && last.index + last[0].length === text.length;
	return bare ? text.slice(0, last.index) : "";
}

/** Sieve cuts a long Message-ID and ends it with dots: half an id is none. */
function messageId(text: string): string | undefined {
	const id = bareAddress(text.trim());
	return id === "" || id === "unspecified" || id.endsWith("...") || id.startsWith("<") ? undefined : id;
}
