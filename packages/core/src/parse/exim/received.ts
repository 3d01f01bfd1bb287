/** `ID <= sender …`: exim took a message in (receive.c). Everything but the Message-ID stands before a stranger's words. */
import { bareAddress, type ParsedMessage, type Sasl } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { closing, listener, readFields, readQuoted } from "./fields.ts";

// <= alice@corp.example H=edge.corp.example [127.0.1.3]:46151 I=[127.0.1.12]:25 P=esmtps X=TLS1.3:…:256 CV=no A=plain:bob S=1695 id=L21@web01 T="Re: x" from <…> for u15@b.example
// (= a@client.example H=… (control = fakereject: the client was told a refusal)
// <= <> R=1xUxQU-00002E-08 U=Debian-exim P=local S=2809
export function parseReceived(queueId: string, text: string, whole: boolean): ParsedMessage {
	const blank = indexOutside(text, " ", 3);
	const sender = text.slice(3, blank < 0 ? undefined : blank);
	const { values, host, end } = readFields(text, blank < 0 ? text.length : blank, ["id", "T"]);
	const rest = readRest(text.slice(end));
	const size = values.S !== undefined && /^\d{1,15}$/.test(values.S) ? Number(values.S) : undefined;
	return event({
		kind: "received",
		mta: "exim",
		queueId,
		client: host?.endpoint,
		server: listener(values.I),
		sasl: sasl(values.A),
		protocol: values.P,
		sender: bareAddress(sender),
		size,
		// syslog may have cut the recipients off
		recipientCount: whole ? rest.recipientCount : undefined,
		messageId: rest.messageId,
		// elsewhere in the log R= is a router, here it is the message that a bounce reports on
		parentQueueId: values.R,
	});
}

/** `A=plain_login:alice@corp.example` */
function sasl(value: string | undefined): Sasl | undefined {
	if (value === undefined || value === "") return undefined;
	const colon = value.indexOf(":");
	if (colon < 0) return { method: value };
	return { method: value.slice(0, colon), username: value.slice(colon + 1) };
}

/** what may follow the Message-ID: log.c writes subject, sender and recipients in this order */
const AFTER_ID = [' T="', " from <", " for "];

interface Rest {
	messageId?: string;
	recipientCount?: number;
}

/** ` id=… T="…" from <…> for a@x b@y`: a Message-ID and addresses may hold blanks in quotes. */
function readRest(rest: string): Rest {
	let at = 0;
	const read: Rest = {};
	const key = rest.startsWith("id*=") ? 4 : rest.startsWith("id=") ? 3 : 0;
	if (key > 0) {
		at = rest.length;
		for (const mark of AFTER_ID) {
			const place = rest.includes(mark) ? indexOutside(rest, mark, key) : -1;
			if (place >= 0 && place < at) at = place;
		}
		if (at > key) read.messageId = bareAddress(rest.slice(key, at));
	}
	while (rest.charCodeAt(at) === 32) at++;
	if (rest.startsWith('T="', at)) at = readQuoted(rest, at + 2).end;
	while (rest.charCodeAt(at) === 32) at++;
	if (rest.startsWith("from <", at)) at = closing(rest, at + 5) + 1;
	if (at > 0 && rest.startsWith(" for ", at)) read.recipientCount = countWords(rest, at + 5);
	else if (rest.startsWith("for ", at)) read.recipientCount = countWords(rest, at + 4);
	return read;
}

/** The words from a place on; a blank in quotes parts none. */
function countWords(text: string, from: number): number {
	let count = 1;
	let quoted = false;
	for (let at = from; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code === 92) at++;
		else if (code === 34) quoted = !quoted;
		else if (code === 32 && !quoted) count++;
	}
	return count;
}
