/**
 * DragonFly's dma: a queue on hosts that only send. The id stands where others put their pid, `dma[2ca75b.557a00623f60]`; the header's
 * reader puts it before the words. Its first part is the message's, as in its `Received:` header, the second one recipient's.
 */
import { bareAddress, commandStage, type ParsedMessage, parseReply, readRelay } from "../../event/index.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";

const ID = /^([0-9a-f]{1,16})(?:\.[0-9a-f]{1,16})?: /;
// the user's name is of this host's passwd
const NEW_MAIL = /^new mail from user=.{0,64}? uid=(\d{1,10}) envelope_from=<(.{0,1000})>$/;
// net.c, deliver_to_host: what the remote said stands at the end
const FAILED_AFTER =
	/^remote delivery (?:deferred: |to )(\S{1,255} \[[0-9A-Fa-f:.]{2,45}\]) failed after (EHLO|MAIL FROM|RCPT TO|DATA|final DATA|STARTTLS|QUIT): /;
// net.c: connect to 192.0.2.2 [192.0.2.2] failed: Connection refused
const UNREACHED = /^(?:connect to|socket for) (\S{1,255} \[[0-9A-Fa-f:.]{2,45}\]) failed: /;
const BOUNCING = /^delivery failed, bouncing as ([0-9a-f]{1,16})$/;

const DEFERRED = ["remote delivery ", "local delivery ", "Could not perform server greeting at "];
const TALK = [
	"mail to=<",
	"trying remote delivery to ",
	"using smarthost (",
	"Server ",
	"  Server ",
	"SSL initialization",
	"successfully verified ",
	"in opportunistic TLS mode",
	"smarthost authentication:",
	"SMTP login not available",
	"creating mbox for ",
	"successfully created mbox ",
];
const TROUBLE =
	/^(?:can ?not |could not |lost |error |unknown |hung |child |syntax |fatal |failed |SMTP login |reached )/i;

/** What a line of dma says. */
export function parseDma(_program: ProgramTag, logged: string): ParsedMessage {
	const id = ID.exec(logged);
	const text = id ? logged.slice(id[0].length) : logged;
	const common = { mta: "dma", queueId: id?.[1] } as const;
	// 2ca75b: new mail from user=root uid=8 envelope_from=<alice@corp.example>
	const taken = NEW_MAIL.exec(text);
	if (taken) return event({ kind: "received", ...common, uid: Number(taken[1]), sender: taken[2] as string });
	if (text.startsWith("<")) return readRecipient(common, text);
	// 2ca75b.557a00623f60: delivery failed, bouncing as 2ca762
	const bounce = BOUNCING.exec(text);
	if (bounce)
		return event({
			kind: "bounce-created",
			...common,
			childQueueId: bounce[1],
			notification: "non-delivery",
			notified: "sender",
		});
	const attempt = readAttempt(common, text);
	if (attempt) return attempt;
	if (TALK.some((start) => text.startsWith(start))) return event({ kind: "other", ...common });
	if (TROUBLE.test(text)) return event({ kind: "problem", ...common, severity: "error", text });
	return unparsed("dma", common.queueId);
}

interface Common {
	mta: "dma";
	queueId: string | undefined;
}

/** `<u1@st.example> delivery successful`: an address without a domain is a user's of this host. */
function readRecipient(common: Common, text: string): ParsedMessage {
	const done = text.endsWith("> delivery successful");
	if (!done)
		return text.endsWith("> trying delivery")
			? event({ kind: "other", ...common })
			: unparsed("dma", common.queueId);
	const recipient = bareAddress(text.slice(0, -" delivery successful".length));
	return event({
		kind: "delivery",
		...common,
		recipients: [recipient],
		status: "delivery successful",
		action: recipient.includes("@") ? "relayed" : "delivered",
	});
}

function readAttempt(common: Common, text: string): ParsedMessage | undefined {
	// remote delivery to mx.example [192.0.2.2] failed after RCPT TO: 550 5.7.1 <rej@st.example>: no
	const said = FAILED_AFTER.exec(text);
	if (said)
		return event({
			kind: "attempt",
			...common,
			relay: readRelay(withoutBlank(said[1] as string)),
			stage: said[2] === "final DATA" ? "EOM" : commandStage(said[2] as string),
			reply: parseReply(text.slice(said[0].length)),
		});
	const unreached = UNREACHED.exec(text);
	if (unreached)
		return event({
			kind: "attempt",
			...common,
			relay: readRelay(withoutBlank(unreached[1] as string)),
			stage: "CONNECT",
			reason: text,
		});
	// remote delivery deferred: SSL handshake failed fatally: …
	if (DEFERRED.some((start) => text.startsWith(start)))
		return event({ kind: "attempt", ...common, reason: text });
	return undefined;
}

/** `mx.example [192.0.2.2]` as others write it. */
function withoutBlank(peer: string): string {
	return peer.replace(" [", "[");
}
