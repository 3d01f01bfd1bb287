/**
 * The fields of a delivery report (RFC 3464, RFC 6533): one group for the message, one for each recipient. Written by
 * many hands: types left out, addresses in brackets, `Action` cut, groups that are separated by nothing. A group begins
 * where a recipient is named.
 */
import type { SmtpStage } from "../event/index.ts";
import { first, type HeaderBlock, readHeaderBlock } from "./header-block.ts";
import type { RecipientEntry } from "./report.ts";

export interface StatusReport {
	reportingMta?: string | undefined;
	arrivalDate?: string | undefined;
	queueId?: string | undefined;
	sender?: string | undefined;
	envelopeId?: string | undefined;
	/** Gmail and others say it where they return no header */
	originalMessageId?: string | undefined;
	entries: RecipientEntry[];
	/** what is said of a recipient whom no field names, where none is named at all */
	ofNobody?: RecipientEntry;
}

const ENTRIES_MAX = 1000;

/** Does a text hold such fields, though no part says so? */
export function holdsStatusFields(text: string): boolean {
	return (
		/^(?:final|original)-recipient[ \t]*:/im.test(text) &&
		/^(?:action|status|diagnostic-code)[ \t]*:/im.test(text)
	);
}

/** Does a text begin with such fields? A part whose type does not say what it is. */
export function beginsWithStatusFields(text: string): boolean {
	return (
		/^\s*(?:reporting-mta|received-from-mta|original-envelope-id|arrival-date|(?:final|original)-recipient)[ \t]*:/i.test(
			text,
		) && holdsStatusFields(text)
	);
}

export function readStatusFields(text: string): StatusReport {
	const report: StatusReport = { entries: [] };
	const lines = text.split("\n");
	let orphan: HeaderBlock | undefined;
	for (let at = 0; at < lines.length && report.entries.length < ENTRIES_MAX; ) {
		const { fields, end } = readHeaderBlock(lines, at);
		at = end + 1;
		if (fields.size === 0) continue;
		readMessageFields(fields, report);
		const recipients = Math.max(count(fields, "final-recipient"), 1);
		for (let nth = 0; nth < recipients; nth++) {
			const entry = readEntry(fields, nth);
			if (entry.recipient !== undefined || entry.originalRecipient !== undefined) report.entries.push(entry);
			else if (entry.diagnostic !== undefined || entry.status !== undefined) orphan ??= fields;
		}
	}
	// one recipient whose fields an empty line tore apart
	const only = report.entries.length === 1 ? report.entries[0] : undefined;
	if (only && orphan) Object.assign(only, { ...readEntry(orphan, 0), ...only });
	if (report.entries.length === 0 && orphan) report.ofNobody = readEntry(orphan, 0);
	return report;
}

function count(fields: HeaderBlock, name: string): number {
	return fields.get(name)?.length ?? 0;
}

function readMessageFields(fields: HeaderBlock, report: StatusReport): void {
	report.reportingMta ??= hostOf(first(fields, "reporting-mta"));
	report.arrivalDate ??= first(fields, "arrival-date");
	report.envelopeId ??= first(fields, "original-envelope-id");
	const messageId = first(fields, "x-original-message-id") ?? first(fields, "original-message-id");
	report.originalMessageId ??= /^\s*<?([^<>\s]{3,500})>?\s*$/.exec(messageId ?? "")?.[1];
	for (const [name, [value]] of fields) {
		// Postfix `X-Postfix-Queue-ID`, mail.ru and others of its kin under their own name (mail_name in main.cf)
		if (name.startsWith("x-") && name.endsWith("-queue-id")) report.queueId ??= value;
		if (name.startsWith("x-") && name.endsWith("-sender")) report.sender ??= addressOf(value);
	}
}

function readEntry(fields: HeaderBlock, nth: number): RecipientEntry {
	const pick = (name: string) => fields.get(name)?.[nth] ?? first(fields, name);
	const entry: RecipientEntry = {};
	const final = addressOf(pick("final-recipient"));
	const actual = addressOf(pick("x-actual-recipient"));
	const original = addressOf(pick("original-recipient"));
	// CommuniGate: `Final-Recipient: system;mx.example.net`; Sun: `rfc822;@store.example.net.lmtp:35065@lmtpcs-daemon`
	const recipient = [final, actual, original].find(isOfSomebody) ?? final ?? original;
	if (recipient !== undefined) entry.recipient = recipient;
	if (original !== undefined) entry.originalRecipient = original;
	const action = pick("action")
		?.toLowerCase()
		.match(/[a-z]+/)?.[0];
	if (action !== undefined) entry.action = action;
	const status = /(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?!\d)/.exec(pick("status") ?? "")?.[0];
	if (status !== undefined) entry.status = status;
	const supplement = supplementOf(pick("x-supplementary-info"));
	const diagnostic = wordsOf(pick("diagnostic-code") ?? supplement?.words, pick("status"));
	if (diagnostic !== undefined) entry.diagnostic = diagnostic;
	const remote = hostOf(pick("remote-mta")) ?? supplement?.host;
	if (remote !== undefined) entry.remoteMta = remote;
	const stage = commandIn(entry.diagnostic);
	if (stage !== undefined) entry.command = stage;
	return entry;
}

/** An address, and not that of a channel within Sun Messaging Server. */
function isOfSomebody(address: string | undefined): boolean {
	return address?.includes("@") === true && !/@[a-z0-9_-]+-daemon$/i.test(address);
}

/** Exchange 2010 and later, where there is no `Diagnostic-Code`: `<mx.example.net #5.1.1 smtp;550 5.1.1 User unknown>`. */
function supplementOf(value: string | undefined): { host?: string; words: string } | undefined {
	const said = /^\s*<\s*([^\s#<>]{1,255})?\s*#[245]\.\d{1,3}\.\d{1,3} (\S.{0,3000}?)>?\s*$/s.exec(
		value ?? "",
	);
	if (!said?.[2]) return undefined;
	return { words: said[2], ...(said[1] !== undefined && { host: said[1] }) };
}

/** PowerMTA and Sun write the words behind the status: `Status: 4.2.2 (Over quota)`. */
function wordsOf(diagnostic: string | undefined, status: string | undefined): string | undefined {
	const words = /^[245]\.\d{1,3}\.\d{1,3}\s*\((.{3,300})\)\s*$/.exec(status ?? "")?.[1];
	const said = diagnostic?.replace(/\s+/g, " ").trim();
	if (said === undefined || said === "" || said === "smtp;") return words;
	// nothing but an exit code: Sendmail `X-Unix; 77`
	return said;
}

/** `rfc822; a@b`, `RFC822;<a@b>`, `<a@b>`, `rfc822;@relay:a@b`, `utf-8; ü@b`, `X400; …`. */
function addressOf(value: string | undefined): string | undefined {
	if (value === undefined) return undefined;
	const semicolon = /^\s*[A-Za-z0-9-]{1,20}\s*;/.exec(value);
	const bare = (semicolon ? value.slice(semicolon[0].length) : value).trim();
	const address = (/<([^<>]{1,320})>/.exec(bare)?.[1] ?? bare.split(/\s/)[0] ?? "").replace(
		/^@[^:\s]{1,255}:/,
		"",
	);
	if (address === "" || address.length > 320) return undefined;
	return address.includes("\\x{") ? withoutEscapes(address) : address;
}

/** `utf-8-addr-xtext` (RFC 6533 section 3): a host that may not write UTF-8 writes `\x{30ED}` for each character beyond ASCII. */
function withoutEscapes(address: string): string {
	return address.replace(/\\x\{([0-9A-F]{2,6})\}/gi, (written, digits: string) => {
		const code = Number.parseInt(digits, 16);
		return code < 0x80 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
			? written
			: String.fromCodePoint(code);
	});
}

/** `dns; mx.example.net (192.0.2.1)`, `DNS;[192.0.2.1]`, `mx.example.net`. */
function hostOf(value: string | undefined): string | undefined {
	if (value === undefined) return undefined;
	const name = value
		.replace(/^\s*[A-Za-z0-9-]{1,20}\s*;\s*/, "")
		.trim()
		.split(/[\s(]/)[0]
		?.replace(/^\[(?:IPv6:)?(.*)\]$/i, "$1")
		.replace(/\.$/, "");
	return name === "" ? undefined : name;
}

function commandIn(words: string | undefined): SmtpStage | undefined {
	const named = /\(in reply to ([A-Za-z ]{3,20}?)(?: command)?\)\s*$/.exec(words ?? "")?.[1];
	return named === undefined ? undefined : stageOf(named);
}

/** A command as any program words it: `RCPT TO`, `RCPT_TO`, `MAIL From:<…>`, `end of DATA`, `DATA`. */
export function stageOf(words: string): SmtpStage | undefined {
	const upper = words.trim().toUpperCase().replace(/_/g, " ");
	if (/^(?:END OF DATA|FINAL DATA|PIPELINED END|END-OF-|\.$|MESSAGE BODY|DATA CONTENT)/.test(upper))
		return "EOM";
	const verb =
		/^(?:PIPELINED )?(CONNECT|HELO|EHLO|LHLO|STARTTLS|AUTH|MAIL|RCPT|DATA|BDAT|QUIT|RSET|INITIAL CONNECTION)/.exec(
			upper,
		)?.[1];
	switch (verb) {
		case undefined:
			return undefined;
		case "LHLO":
			return "EHLO";
		case "INITIAL CONNECTION":
			return "CONNECT";
		default:
			return verb as SmtpStage;
	}
}
