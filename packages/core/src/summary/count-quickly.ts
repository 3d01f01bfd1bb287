/**
 * The four lines that make up most of a Postfix log, counted without parsing them whole: `client=`, `from=<…>, size=`,
 * `to=<…>, … status=sent` and `removed`. Whoever calls this knows from the line's bytes how it begins (scan/), addresses
 * without quotes included; everything else is read strictly in its place, and a line that differs in anything is left to
 * the parser. A test holds both ways to the same summary.
 */
import { canonicalIp } from "../event/index.ts";
import { clientDomain } from "./domain.ts";
import { LOCAL, type Tally } from "./tally.ts";

/** Whether the line was counted; `kind` is the scan's. `at` is a time of the same hour. The tally is asked for of Postfix's lines only. */
export function countQuickly(tallyOf: () => Tally, kind: string, raw: string, at: string): boolean {
	const tag = tagAt(raw);
	if (!raw.startsWith("postfix/", tag)) return false;
	const bracket = raw.indexOf("[", tag);
	const text = raw.indexOf("]: ", bracket) + 3;
	const colon = raw.indexOf(": ", text);
	const daemon = raw.slice(tag + 8, bracket);
	// postfix/relay/smtp and its like have names of their own
	if (colon < 0 || daemon.includes("/")) return false;
	const id = raw.slice(text, colon);
	const tally = tallyOf();
	switch (kind) {
		case "removed":
			tally.begin(at, 1, undefined);
			tally.open.close(id);
			return true;
		case "received":
			return countReceived(tally, id, daemon, raw, colon + 2, at);
		case "queued":
			return countQueued(tally, id, raw, colon + 2, at);
		case "delivery":
			return countSent(tally, id, raw, colon + 2, at);
		default:
			return false;
	}
}

/** Behind time and host, which the scan has seen in their places. */
function tagAt(raw: string): number {
	const host = raw.charCodeAt(0) > 57 ? 16 : raw.indexOf(" ") + 1;
	return raw.indexOf(" ", host) + 1;
}

// Jan 12 04:00:10 sub1 postfix/smtpd[2275640]: 4B16140000: client=web01.example[192.0.2.1], sasl_method=PLAIN
function countReceived(
	tally: Tally,
	id: string,
	daemon: string,
	raw: string,
	from: number,
	at: string,
): boolean {
	if (daemon === "pickup") {
		tally.begin(at, 1, undefined);
		tally.received(id, LOCAL);
		return true;
	}
	if (daemon !== "smtpd" || !raw.startsWith("client=", from)) return false;
	const open = raw.indexOf("[", from);
	const close = raw.indexOf("]", open);
	if (open < 0 || close < 0 || raw.indexOf(" ", from) < close !== raw.indexOf(" ", from) < 0) return false;
	if (close + 1 < raw.length && raw.charCodeAt(close + 1) !== 44) return false;
	const name = raw.slice(from + 7, open);
	const ip = name === "unknown" ? canonicalIp(raw.slice(open + 1, close)) : undefined;
	if (name === "" || name.includes(",") || (name === "unknown" && ip === undefined)) return false;
	tally.begin(at, 1, undefined);
	tally.received(id, clientDomain(ip === undefined ? { name } : { ip }));
	return true;
}

// 4B16140000: from=<alice@corp.example>, size=1619, nrcpt=1 (queue active)
function countQueued(tally: Tally, id: string, raw: string, from: number, at: string): boolean {
	const close = raw.indexOf(">, size=", from);
	const comma = close < 0 ? -1 : raw.indexOf(", nrcpt=", close);
	if (comma < 0 || !raw.startsWith("from=<", from) || !raw.endsWith(" (queue active)")) return false;
	const size = raw.slice(close + 8, comma);
	if (!isDigits(size)) return false;
	tally.begin(at, 1, undefined);
	const message = tally.open.queued(id);
	if (message.size === undefined) tally.sent(message, raw.slice(from + 6, close), Number(size));
	return true;
}

const SENT = "status=sent (";

// 4B16140000: to=<u5@b.example>, relay=mx[192.0.2.2]:25, delay=0.11, delays=0.1/0/0/0, dsn=2.0.0, status=sent (250 …)
function countSent(tally: Tally, id: string, raw: string, from: number, at: string): boolean {
	const close = raw.indexOf(">, relay=", from);
	if (close < 0 || !raw.startsWith("to=<", from)) return false;
	// the scan knows that the recipient holds no `>`: this is the end of it, or of an orig_to
	if (raw.indexOf(">", from) !== close) return false;
	let place = endOfValue(raw, close + 9);
	if (raw.startsWith(", conn_use=", place)) place = endOfValue(raw, place + 11);
	if (!raw.startsWith(", delay=", place)) return false;
	const delayEnd = endOfValue(raw, place + 8);
	const delay = Number(raw.slice(place + 8, delayEnd));
	place = delayEnd;
	if (raw.startsWith(", delays=", place)) place = endOfValue(raw, place + 9);
	if (raw.startsWith(", dsn=", place)) place = endOfValue(raw, place + 6);
	if (!raw.startsWith(SENT, place + 2) || !raw.endsWith(")")) return false;
	if (!(delay >= 0) || raw.startsWith("forwarded as ", place + 2 + SENT.length)) return false;
	tally.begin(at, 1, undefined);
	tally.delivered(tally.open.of(id), raw.slice(from + 4, close), delay);
	return true;
}

function endOfValue(raw: string, from: number): number {
	const comma = raw.indexOf(",", from);
	const space = raw.indexOf(" ", from);
	return comma >= 0 && comma < space ? comma : space;
}

function isDigits(text: string): boolean {
	for (let at = 0; at < text.length; at++) {
		const code = text.charCodeAt(at);
		if (code < 48 || code > 57) return false;
	}
	return text.length > 0 && text.length < 16;
}
