/**
 * Header and body checks of cleanup, milter header checks, and smtp_header_checks:
 * `VERB: header NAME: VALUE from ORIGIN; from=<…> to=<…> proto=… helo=<…>: TEXT` (cleanup_message.c). The value is the
 * message's own, so the origin is told by the fields behind it, which must fit up to TEXT.
 */
import { type Endpoint, readEndpoint } from "../../event/index.ts";
import { isQuotedAt, mostTries, readTrailer, type Trailer } from "../angle-fields.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

const HEAD = /^([a-z][a-z-]{1,40}): +(header|body|content|mime-error) /;
/** Whose checks name no origin: smtp(8) has none to name (smtp_proto.c). */
const CLIENTS: ReadonlySet<string> = new Set(["smtp", "lmtp", "relay"]);
const WITH_TARGET: ReadonlySet<string> = new Set(["redirect", "filter", "prepend", "replace", "bcc"]);

/** 4jX…: warning: header Subject: Buy now from mx.example[192.0.2.1]; from=<a@b.example> to=<c@d.example> proto=ESMTP helo=<mx>: policy */
export function readHeaderCheck(line: PostfixLine): Said | undefined {
	const head = HEAD.exec(line.text);
	if (!head) return undefined;
	const [verb, part] = [head[1] as string, head[2] as string];
	const rest = line.text.slice(head[0].length);
	const found = CLIENTS.has(line.tag.base) ? undefined : findOrigin(rest);
	if (!found) return withoutOrigin(verb, part, rest);
	const content = rest.slice(0, found.at).trim();
	const behind = behindFields(rest, found.trailer.end);
	const takesTarget = WITH_TARGET.has(verb.slice(verb.lastIndexOf("-") + 1));
	return said({
		kind: "header",
		verb,
		header: part === "header" || part === "content" ? splitHeader(content) : undefined,
		target: takesTarget ? behind : undefined,
		client: found.client,
		sender: found.trailer.sender,
		recipient: part === "mime-error" ? realRecipient(found.trailer) : found.trailer.recipient,
		helo: found.trailer.helo,
		protocol: found.trailer.protocol,
		text: (takesTarget ? undefined : behind) ?? (part === "header" ? undefined : bodyText(part, content)),
	});
}

/** cleanup_message.c writes `to=<unknown>` where a message broken in its MIME parts had no recipient yet. */
const realRecipient = ({ recipient }: Trailer) => (recipient === "unknown" ? undefined : recipient);

const bodyText = (part: string, content: string) =>
	part === "mime-error" ? `mime-error ${content}` : content;

interface Origin {
	/** where ` from ORIGIN;` begins */
	at: number;
	client?: Endpoint;
	trailer: Trailer;
}

const ORIGIN =
	/(?<! ) +from +(local|unknown|\S{0,255}\[[^\]\s]{1,60}\](?::\d{1,5})?); *(?=from=<|to=<|proto=|helo=<|$)/g;

/**
 * The last place whose fields fit and that is no quoted address's own: the message, which stands before, cannot forge it.
 * Nor can TEXT behind, where it repeats the message (`REPLACE Subject: [x] $1`).
 */
function findOrigin(rest: string): Origin | undefined {
	let best: Origin | undefined;
	const most = mostTries(rest);
	ORIGIN.lastIndex = 0;
	for (let tries = 0; tries < most; tries++) {
		const match = ORIGIN.exec(rest);
		if (!match) break;
		if (best && match.index > LONGEST_CONTENT) break;
		const trailer = readTrailer(rest, match.index + match[0].length);
		const fits = !trailer.closed || trailer.end >= rest.length || rest.charCodeAt(trailer.end) === 58;
		if (!fits) continue;
		// one that stands inside a quoted address of the one before is that address's own
		if (best && isQuotedAt(best.trailer, match.index)) continue;
		if (best && repeats(rest, best.at, match.index, trailer.end)) continue;
		const client = readEndpoint(match[1] as string);
		best =
			match[1] === "local" || !client ? { at: match.index, trailer } : { at: match.index, client, trailer };
	}
	return best;
}

// cleanup_act_log: "%.200s"; a character is at least one of its bytes
const LONGEST_CONTENT = 201;

const repeats = (rest: string, content: number, from: number, to: number) =>
	rest.slice(0, content).includes(rest.slice(from, to));

function behindFields(rest: string, end: number): string | undefined {
	const text = rest.slice(rest.charCodeAt(end) === 58 ? end + 1 : end).trim();
	return text === "" ? undefined : text;
}

/** smtp(8)'s own checks name no origin: replace: header Sender: a@b: Sender: c@d */
function withoutOrigin(verb: string, part: string, rest: string): Said {
	const header = part === "header" ? splitHeader(rest) : undefined;
	const again = header && WITH_TARGET.has(verb) ? header.value.lastIndexOf(`: ${header.name}: `) : -1;
	if (!header || again < 0) {
		return said({ kind: "header", verb, header, text: header ? undefined : rest });
	}
	const target = header.value.slice(again + 2).trim();
	return said({
		kind: "header",
		verb,
		header: { name: header.name, value: header.value.slice(0, again) },
		target,
	});
}

function splitHeader(content: string): { name: string; value: string } | undefined {
	const colon = content.indexOf(":");
	if (colon <= 0) return undefined;
	return { name: content.slice(0, colon), value: content.slice(colon + 1).trim() };
}
