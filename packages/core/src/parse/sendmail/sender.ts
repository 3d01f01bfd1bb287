/**
 * `from=…`: the message was taken in (envelope.c, logsender). Address and Message-ID are a stranger's; the fields around them
 * have fixed places: what follows the Message-ID is read from the end of the line backwards.
 */
import { bareAddress, knownWord, type ParsedMessage } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event, unparsed } from "../parsed.ts";
import { readPeer } from "../peer.ts";

const AFTER_SENDER = /^, size=(-?\d{1,15}), class=-?\d{1,6}(?:, pri=-?\d{1,15})?, nrcpts=(\d{1,7})/;
/** what may stand between Message-ID and relay, last one first */
const TRAILING = [
	["auth", "auth="],
	["tls_verify", "tls_verify="],
	["daemon", "daemon="],
	["proto", "proto="],
	["bodytype", "bodytype="],
] as const;
type Trailing = Partial<Record<(typeof TRAILING)[number][0], string>>;

// from=<alice@corp.example>, size=1136, class=0, nrcpts=1, msgid=<x@y>, bodytype=7BIT, proto=ESMTP, daemon=MTA-v4, relay=relay1.corp.example [127.0.1.2]
export function parseSender(queueId: string | undefined, text: string): ParsedMessage {
	let size = indexOutside(text, ", size=", 5);
	if (size < 0) size = text.indexOf(", size=", 5);
	const counts = size < 0 ? undefined : AFTER_SENDER.exec(text.slice(size));
	if (!counts) return unparsed("sendmail", queueId);
	const sender = text.slice(5, size);
	const rest = text.slice(size + counts[0].length);
	const relay = rest.lastIndexOf(", relay=");
	const { fields, left } = peel(relay < 0 ? rest : rest.slice(0, relay));
	const auth = fields.auth;
	return event({
		kind: "received",
		mta: "sendmail",
		queueId,
		client: relay < 0 ? undefined : client(rest.slice(relay + ", relay=".length)),
		sasl: auth === undefined || auth === "NONE" ? undefined : { method: auth },
		protocol: fields.proto,
		sender: sender === "<NONE>" || isCut(sender) ? undefined : bareAddress(sender),
		// a message that only passes by reference has size=-1
		size: Number(counts[1]) < 0 ? undefined : Number(counts[1]),
		recipientCount: Number(counts[2]),
		messageId: messageId(left),
	});
}

/** `[RESPONSE]` stands for sendmail itself. */
function client(relay: string) {
	return relay === "[RESPONSE]" ? undefined : readPeer(relay);
}

function peel(text: string): { fields: Trailing; left: string } {
	const fields: Trailing = {};
	let end = text.length;
	for (const [key, mark] of TRAILING) {
		// both letters of the comma stand before the end
		const comma = text.lastIndexOf(", ", end - 2);
		if (comma < 0 || end < 2) break;
		const from = comma + 2 + mark.length;
		if (from > end || !text.startsWith(mark, comma + 2)) continue;
		if (from < end) fields[key] = knownWord(text, from, end);
		end = comma;
	}
	return { fields, left: text.slice(0, end) };
}

/** headers.c cuts an id after a hundred characters (MSGIDLOGLEN), a sender after two hundred, the bracket too: a beginning is neither. */
function isCut(written: string): boolean {
	return written.startsWith("<") && !written.endsWith(">");
}

function messageId(text: string): string | undefined {
	if (!text.startsWith(", msgid=")) return undefined;
	const written = text.slice(", msgid=".length);
	if (isCut(written)) return undefined;
	const id = bareAddress(written);
	return id === "" ? undefined : id;
}
