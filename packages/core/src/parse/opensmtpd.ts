/**
 * OpenSMTPD 6 and 7: `SESSION smtp|mta|mda EVENT key=value …`. A message's id is the msgid (8 hex); an envelope's evpid is the
 * msgid and 8 hex more. Values in quotes are not escaped: what a stranger wrote in them is read by place, never searched.
 */
import {
	type Action,
	bareAddress,
	canonicalIp,
	type Endpoint,
	type ParsedMessage,
	parseReply,
	type Relay,
	type SmtpReply,
	type SmtpStage,
} from "../event/index.ts";
import { indexOutside } from "./outside-quotes.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";
import { readRemoteId } from "./remote-id.ts";

/** The tags that OpenSMTPD logs under; Postfix's smtpd always has a name before the slash. */
export const OPENSMTPD_PROGRAMS = ["smtpd", "opensmtpd"] as const;

// before 6.4 `smtp event=connected …`
const LINE = /^[0-9a-f]{16} (smtp|mta|mda) (?:event=)?/;

/** What a line of OpenSMTPD says. */
export function parseOpensmtpd(_program: ProgramTag, message: string): ParsedMessage {
	const match = LINE.exec(message);
	if (!match) return parseDaemon(message);
	const text = message.slice(match[0].length);
	const parsed = match[1] === "smtp" ? parseIncoming(text) : parseOutgoing(match[1] as string, text);
	return parsed ?? unparsed("opensmtpd");
}

function parseIncoming(text: string): ParsedMessage | undefined {
	// smtp connected address=127.0.1.3 host=edge.corp.example
	const connected = /^connected address=(\S{1,60}) host=(\S{0,255})$/.exec(text);
	if (connected)
		return event({
			kind: "connect",
			mta: "opensmtpd",
			client: endpoint(connected[1] as string, connected[2]),
		});
	if (text.startsWith("disconnected") || text.startsWith("closed")) {
		return event({
			kind: "disconnect",
			mta: "opensmtpd",
			reason: /^(?:disconnected|closed) reason="?(.{1,200}?)"?$/.exec(text)?.[1],
		});
	}
	// smtp message msgid=b90125ce size=1873 nrcpt=1 proto=ESMTP
	const taken = /^message msgid=([0-9a-f]{8}) size=(\d{1,15}) nrcpt=(\d{1,7}) proto=(\S{1,20})$/.exec(text);
	if (taken) {
		return event({
			kind: "received",
			mta: "opensmtpd",
			queueId: taken[1],
			protocol: taken[4],
			size: Number(taken[2]),
			recipientCount: Number(taken[3]),
		});
	}
	const old = parseOldMessage(text);
	if (old) return old;
	// smtp envelope evpid=b90125cedcf4a4f9 from=<carol@corp.example> to=<u5@c.example>
	const envelope = /^envelope evpid=([0-9a-f]{8})[0-9a-f]{8} from=(?=<)/.exec(text);
	if (envelope) {
		const end = indexOutside(text, " to=<", envelope[0].length);
		if (end < 0) return undefined;
		return event({
			kind: "queued",
			mta: "opensmtpd",
			queueId: envelope[1],
			sender: bareAddress(text.slice(envelope[0].length, end)),
		});
	}
	if (text.startsWith('failed-command command="')) return parseFailedCommand(text);
	if (text.startsWith("authentication ")) return parseAuthentication(text);
	const tls = parseTls(text);
	if (tls) return event({ kind: "tls", mta: "opensmtpd", direction: "in", ...tls });
	if (text.startsWith("bad-input ")) {
		return event({ kind: "problem", mta: "opensmtpd", severity: "warning", text });
	}
	return /^(?:cert-check|client-cert-check|starttls|limit|filter|envelope|command|data) ?/.test(text)
		? event({ kind: "other", mta: "opensmtpd" })
		: undefined;
}

// before 6.4: smtp event=message address=192.0.2.3 host=x msgid=b90125ce from=<a@x> to=<b@y> size=1873 ndest=1 proto=ESMTP
function parseOldMessage(text: string): ParsedMessage | undefined {
	const head = /^message address=(\S{1,60}) host=(\S{0,255}) msgid=([0-9a-f]{8}) from=(?=<)/.exec(text);
	const to = head ? indexOutside(text, " to=<", head[0].length) : -1;
	const size = to < 0 ? -1 : indexOutside(text, " size=", to + 1);
	const tail =
		size < 0 ? undefined : /^ size=(\d{1,15}) ndest=(\d{1,7}) proto=(\S{1,20})$/.exec(text.slice(size));
	if (!head || !tail) return undefined;
	return event({
		kind: "received",
		mta: "opensmtpd",
		queueId: head[3],
		client: endpoint(head[1] as string, head[2]),
		protocol: tail[3],
		sender: bareAddress(text.slice(head[0].length, to)),
		size: Number(tail[1]),
		recipientCount: Number(tail[2]),
	});
}

function endpoint(address: string, host: string | undefined): Endpoint | undefined {
	const ip = canonicalIp(address);
	// a local submission has address=local
	if (ip === undefined) return undefined;
	return host && host !== "<unknown>" && host !== "unknown" && canonicalIp(host) === undefined
		? { name: host, ip }
		: { ip };
}

const STAGES: readonly [verb: RegExp, stage: SmtpStage][] = [
	[/^RCPT TO:/i, "RCPT"],
	[/^MAIL FROM:/i, "MAIL"],
	[/^(?:EHLO|LHLO)\b/i, "EHLO"],
	[/^HELO\b/i, "HELO"],
	[/^STARTTLS\b/i, "STARTTLS"],
	[/^AUTH\b/i, "AUTH"],
	[/^DATA\b/i, "DATA"],
	[/^\.?$/, "EOM"],
	[/^VRFY\b/i, "VRFY"],
	[/^ETRN\b/i, "ETRN"],
	[/^RSET\b/i, "RSET"],
	[/^NOOP\b/i, "NOOP"],
	[/^HELP\b/i, "HELP"],
	[/^QUIT\b/i, "QUIT"],
];

// smtp failed-command command="RCPT To:<ghost50@c.example> ORCPT=rfc822;ghost50@c.example" result="524 5.2.4 Mailing list expansion problem: <ghost50@c.example>"
function parseFailedCommand(text: string): ParsedMessage {
	const start = 'failed-command command="'.length;
	const mark = '" result="';
	const at = text.indexOf(mark, start);
	const command = text.slice(start, at < 0 ? undefined : at);
	// a client that writes the mark itself makes the answer unreadable, no more
	const readable = at >= 0 && text.lastIndexOf(mark) === at && text.endsWith('"');
	const stage = STAGES.find(([verb]) => verb.test(command))?.[1] ?? "UNKNOWN";
	const address = /^(?:RCPT TO|MAIL FROM): ?(?=<)/i.exec(command);
	const path = address ? command.slice(address[0].length) : "";
	const end = indexOutside(path, " ");
	const bare = path === "" || !readable ? undefined : bareAddress(end < 0 ? path : path.slice(0, end));
	return event({
		kind: "reject",
		mta: "opensmtpd",
		verb: "reject",
		stage,
		reply: readable ? parseReply(text.slice(at + mark.length, -1)) : undefined,
		sender: stage === "MAIL" ? bare : undefined,
		recipient: stage === "RCPT" ? bare : undefined,
		helo: stage === "HELO" || stage === "EHLO" ? command.slice(5).trim() || undefined : undefined,
	});
}

// smtp authentication user=bob address=192.0.2.1 host=x result=permfail ; 7.x: smtp authentication user=bob result=ok
function parseAuthentication(text: string): ParsedMessage | undefined {
	const result = / result="?([a-z]{1,20})"?$/i.exec(text);
	if (!result) return undefined;
	if (/^ok$/i.test(result[1] as string)) return event({ kind: "other", mta: "opensmtpd" });
	const rest = text.slice("authentication ".length, result.index);
	const from = / address=(\S{1,60})(?: host=(\S{0,255}))?$/.exec(rest);
	const user = rest.slice(0, from?.index).replace(/^user=/, "");
	return event({
		kind: "auth-failed",
		mta: "opensmtpd",
		client: from ? endpoint(from[1] as string, from[2]) : undefined,
		username: user || undefined,
		reason: result[1],
		service: "smtp",
	});
}

// tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256
function parseTls(text: string): { protocol?: string; cipher?: string; bits?: number } | undefined {
	const match =
		/^tls (?:address=\S{1,60} host=\S{0,255} )?ciphers="?([^\s:]{1,20})[:,]([^\s:,]{1,80})[:,](\d{1,5})"?/.exec(
			text,
		);
	return match
		? { protocol: match[1] as string, cipher: match[2] as string, bits: Number(match[3]) }
		: undefined;
}

function parseOutgoing(agent: string, text: string): ParsedMessage | undefined {
	if (text.startsWith("delivery evpid=")) return parseDelivery(agent, text);
	const tls = parseTls(text);
	if (tls) return event({ kind: "tls", mta: "opensmtpd", direction: "out", ...tls });
	// mta error reason=Connection timeout
	const error = /^error (?:reason|error)="?(.{1,400}?)"?$/.exec(text);
	if (error) return event({ kind: "attempt", mta: "opensmtpd", reason: error[1] });
	return /^(?:connecting|connected|disconnected|cert-check|server-cert-check|starttls|auth|envelope|message|command)\b/.test(
		text,
	)
		? event({ kind: "other", mta: "opensmtpd" })
		: undefined;
}

const ACTIONS: Readonly<Record<string, Action>> = {
	tempfail: "delayed",
	permfail: "failed",
	loop: "failed",
	expired: "failed",
};

// mta delivery evpid=f5aa4dbe9985723f from=<a@x> to=<u10@b.example> rcpt=<fwd@c.example> source="127.0.1.13" relay="127.0.1.12 (mx.b.example)" delay=0s result="Ok" stat="250 OK id=1xUxQS-00002A-2b"
// mda delivery evpid=c43c023867e8b88b from=<a@x> to=<u8@c.example> rcpt=<u8@c.example> user=vmail delay=0s result=Ok stat=Delivered
function parseDelivery(agent: string, text: string): ParsedMessage | undefined {
	const head = /^delivery evpid=([0-9a-f]{8})[0-9a-f]{8} from=(?=<)/.exec(text);
	const to = head ? indexOutside(text, " to=<", head[0].length) : -1;
	const rcpt = to < 0 ? -1 : indexOutside(text, " rcpt=<", to + 1);
	const rest = rcpt < 0 ? -1 : indexOutside(text, " ", rcpt + 1);
	if (!head || rest < 0) return undefined;
	const tail =
		/^(?: user=\S{1,100})?(?: method=(?<method>\S{1,60}))?(?: source="[^"]{0,60}")?(?: relay="(?<relay>[^"]{0,300})")? delay=(?<delay>\S{1,20}) result="?(?<result>[A-Za-z]{1,20})"? stat=/.exec(
			text.slice(rest),
		);
	const found = tail?.groups;
	if (!tail || !found) return undefined;
	const original = bareAddress(text.slice(rcpt + 6, rest));
	const status = (found.result as string).toLowerCase();
	const stat = text.slice(rest + tail[0].length);
	return event({
		kind: "delivery",
		mta: "opensmtpd",
		queueId: head[1],
		recipients: [bareAddress(text.slice(to + 4, rcpt))],
		// `rcpt=<->`: none
		originalRecipient: original === "-" ? undefined : original,
		relay: found.relay === undefined ? undefined : relayOf(found.relay),
		transport: agent === "mda" ? (found.method ?? "mda") : undefined,
		delay: readDelay(found.delay as string),
		status,
		action: ACTIONS[status] ?? (agent === "mda" ? "delivered" : "relayed"),
		...said(stat.startsWith('"') && stat.endsWith('"') && stat.length > 1 ? stat.slice(1, -1) : stat, status),
	});
}

/** `127.0.1.12 (mx.b.example)`, or a name alone where nothing was reached. */
function relayOf(text: string): Relay | undefined {
	const match = /^(\S{1,255})(?: \(([^()\s]{1,255})\))?$/.exec(text);
	if (!match || text === "-") return undefined;
	const ip = canonicalIp(match[1] as string);
	const name = ip === undefined ? match[1] : match[2];
	const relay: Relay = {};
	if (name !== undefined && canonicalIp(name) === undefined) relay.name = name;
	if (ip !== undefined) relay.ip = ip;
	return relay.name === undefined && relay.ip === undefined ? undefined : relay;
}

function said(
	stat: string,
	status: string,
): { reply?: SmtpReply; reason?: string; nextQueueId?: string; remoteId?: string } {
	if (stat === "") return {};
	const reply = parseReply(stat);
	if (reply.code === undefined) return { reason: stat };
	if (status !== "ok") return { reply };
	const { nextQueueId, remoteId } = readRemoteId(reply.text);
	return { reply, ...(nextQueueId && { nextQueueId }), ...(remoteId && { remoteId }) };
}

/** `0s`, `1m2s`, `2h3m4s`, `1d2h3m4s` (to.c, duration_to_text) */
function readDelay(text: string): number | undefined {
	const match = /^(?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?(?:(\d{1,9})s)?$/.exec(text);
	if (!match) return undefined;
	const [, days, hours, minutes, seconds] = match.map((part) => Number(part ?? 0));
	return (days ?? 0) * 86_400 + (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0);
}

const SEVERITIES: readonly [start: string, severity: "warning" | "error" | "fatal"][] = [
	["warn: ", "warning"],
	["warning: ", "warning"],
	["crit: ", "error"],
	["error: ", "error"],
	["fatal: ", "fatal"],
];

function parseDaemon(text: string): ParsedMessage {
	for (const [start, severity] of SEVERITIES) {
		if (text.startsWith(start))
			return event({ kind: "problem", mta: "opensmtpd", severity, text: text.slice(start.length) });
	}
	// info: OpenSMTPD 6.8.0p2 starting
	if (text.startsWith("info: ")) {
		const words = text.slice(6);
		const version = /^OpenSMTPD (\S{1,40}) starting/.exec(words)?.[1];
		return event({ kind: "status", mta: "opensmtpd", text: words, version });
	}
	return /^(?:debug|trace|smtpd|scheduler|control|lookup|queue|setup_|parent|bounce|imsg|profile|stat|dispatcher|pony|ca): /.test(
		text,
	)
		? event({ kind: "other", mta: "opensmtpd" })
		: unparsed("opensmtpd");
}
