/**
 * OpenSMTPD before 6.0, which wrote sentences: `smtp-in: Accepted message 4296f490 on session 08d856b172f69c5c: …`, `relay: Ok for
 * 4296f490ab12cd34: …` (smtp_session.c, mta.c, mda.c). An envelope that expired or was removed is still told so (log_envelope, util.c).
 */
import { bareAddress, type ParsedMessage } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { readDelay } from "./delay.ts";
import { ACTIONS, relayOf, said } from "./delivery.ts";
import { failedCommand } from "./failed-command.ts";
import { endpoint } from "./incoming.ts";

const COMMON = { mta: "opensmtpd" } as const;

/** The event of such a line; undefined for any other. */
export function parseSentence(text: string): ParsedMessage | undefined {
	if (text.startsWith("relay: ") || text.startsWith("delivery: ")) return parseEnvelope(text);
	if (text.startsWith("smtp-in: ")) return parseIn(text.slice("smtp-in: ".length));
	return undefined;
}

const SESSION = "([0-9a-f]{16})";
const NEW = new RegExp(`^New session ${SESSION} from host (\\S{0,255}) \\[(\\S{1,60})\\]$`);
const ACCEPTED = new RegExp(`^Accepted message ([0-9a-f]{8}) on session ${SESSION}: from=(?=<)`);
// ndest: what one recipient became; a line for each since 5.4
const TAKEN = /^, size=(\d{1,15}), (?:ndest=\d{1,7}|nrcpts=(\d{1,7})), proto=(\S{1,20})$/;
const FAILED = new RegExp(`^Failed command on session ${SESSION}: "`);
const TLS = new RegExp(
	`^Started TLS on session ${SESSION}: version=(\\S{1,20}), cipher=(\\S{1,80}), bits=(\\d{1,5})$`,
);
const LOGIN_FAILED = new RegExp(`^Authentication failed for user (.{0,320}) on session ${SESSION}$`);
const ENDED = new RegExp(
	`^(?:(Received disconnect from|Closing) session ${SESSION}|Disconnecting session ${SESSION}: (.{1,300}))$`,
);

function parseIn(text: string): ParsedMessage | undefined {
	// New session 08d856b172f69c5c from host ix.example.com [local]
	const connected = NEW.exec(text);
	if (connected) {
		const client = endpoint(connected[3] as string, connected[2]);
		return event({ kind: "connect", ...COMMON, client, sessionId: connected[1] });
	}
	if (text.startsWith("Accepted message ")) return parseAccepted(text);
	// Failed command on session 1f55bdcdf16e28a3: "MAIL FROM:<root@x>  " => 421 4.3.0: Temporary Error
	const failed = FAILED.exec(text);
	if (failed)
		return { ...failedCommand(text.slice(failed[0].length), '" => ', ""), sessionId: failed[1] as string };
	const [, inTls, protocol, cipher, bits] = TLS.exec(text) ?? [];
	if (inTls !== undefined)
		return event({
			kind: "tls",
			...COMMON,
			direction: "in",
			protocol,
			cipher,
			bits: Number(bits),
			sessionId: inTls,
		});
	const login = LOGIN_FAILED.exec(text);
	if (login)
		return event({
			kind: "auth-failed",
			...COMMON,
			service: "smtp",
			username: login[1],
			sessionId: login[2],
		});
	const ended = ENDED.exec(text);
	if (!ended) return undefined;
	const [, how, session = ended[3], , reason] = ended;
	const kind = how === "Closing" ? "disconnect" : "connection-lost";
	return event({ kind, ...COMMON, reason, sessionId: session });
}

// Accepted message 4296f490 on session 08d856b172f69c5c: from=<a@x>, to=<b@y>, size=1746, ndest=1, proto=ESMTP
// 5.3: Accepted message 4296f490 on session 08d856b172f69c5c: from=<a@x>, size=1746, nrcpts=2, proto=ESMTP
function parseAccepted(text: string): ParsedMessage | undefined {
	const head = ACCEPTED.exec(text);
	const end = head ? indexOutside(text, ", ", head[0].length) : -1;
	const size = text.startsWith(", to=<", end) ? indexOutside(text, ", ", end + 2) : end;
	const tail = size < 0 ? undefined : TAKEN.exec(text.slice(size));
	if (!head || !tail) return undefined;
	return event({
		kind: "received",
		...COMMON,
		queueId: head[1],
		sender: bareAddress(text.slice(head[0].length, end)),
		size: Number(tail[1]),
		recipientCount: tail[2] === undefined ? undefined : Number(tail[2]),
		protocol: tail[3],
		sessionId: head[2],
	});
}

const RESULT = new RegExp(
	`^(relay|delivery): (Ok|TempFail|PermFail|Loop|Expire|Remove) for ([0-9a-f]{8})[0-9a-f]{8}: (?:session=${SESSION}, )?from=(?=<)`,
);
const TAIL =
	/^(?:, user=\S{1,100})?(?:, method=(?<method>[^\s,]{1,60}))?(?:, source=[^\s,]{1,60})?(?:, relay=(?<relay>[^,]{0,300}))?, delay=(?<delay>\S{1,20}), stat=/;
const STATUS: Readonly<Record<string, string>> = { Expire: "expired", Remove: "removed" };
/** what stands where a delivery failed before any session */
const NO_SESSION = "0000000000000000";

// relay: Ok for 4296f490ab12cd34: session=08d856b272f69c5c, from=<a@x>, to=<b@y>, rcpt=<->, source=192.0.2.1, relay=192.0.2.9 (mx.y), delay=1s, stat=250 2.0.0 Ok: queued as 4F5A5B
// delivery: Ok for 4296f490ab12cd34: from=<a@x>, to=<b@y>, user=b, method=maildir, delay=0s, stat=Delivered
// relay: Expire for c5885afc4d99251f: from=<a@x>, to=<ghost@b.example>, rcpt=<->, delay=59s, stat=Envelope expired
function parseEnvelope(text: string): ParsedMessage | undefined {
	const head = RESULT.exec(text);
	const to = head ? indexOutside(text, ", to=<", head[0].length) : -1;
	const next = to < 0 ? -1 : indexOutside(text, ", ", to + 2);
	if (!head || next < 0) return undefined;
	const hasOriginal = text.startsWith(", rcpt=<", next);
	const rest = hasOriginal ? indexOutside(text, ", ", next + 2) : next;
	const tail = rest < 0 ? undefined : TAIL.exec(text.slice(rest));
	const found = tail?.groups;
	if (!tail || !found) return undefined;
	const [, agent, result = "", queueId, session] = head;
	const original = hasOriginal ? bareAddress(text.slice(next + 7, rest)) : "-";
	const status = STATUS[result] ?? result.toLowerCase();
	return event({
		kind: "delivery",
		...COMMON,
		queueId,
		recipients: [bareAddress(text.slice(to + 5, next))],
		originalRecipient: original === "-" ? undefined : original,
		relay: found.relay === undefined ? undefined : relayOf(found.relay),
		transport: found.method,
		delay: readDelay(found.delay as string),
		status,
		action: ACTIONS[status] ?? (agent === "delivery" ? "delivered" : "relayed"),
		...(session !== NO_SESSION && { sessionId: session }),
		...said(text.slice(rest + tail[0].length), status),
	});
}
