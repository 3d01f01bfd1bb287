/**
 * Courier: the mail server (`courierd`, `courieresmtp`, `courierlocal`, `courieresmtpd`) and its IMAP and POP3 servers. Fields are
 * `name=value` with commas between; addresses stand in brackets and are a stranger's, the words of a server come last.
 */
import {
	bareAddress,
	canonicalIp,
	type Endpoint,
	type ParsedMessage,
	parseReply,
} from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event, type ProgramTag } from "../parsed.ts";
import { parsePam } from "./pam-login.ts";

const mta = "courier";
const ID = "[0-9A-F]{8,16}\\.[0-9A-F]{8,16}\\.[0-9A-F]{8}";
const DELIVERY = new RegExp(`^id=(${ID}),from=(?=<)`);
// newmsg,id=000000000026C411.000000006B03B329.000000AF: dns; localhost (localhost [127.0.0.1])
const NEW = new RegExp(
	`^newmsg,id=(${ID}): dns; \\S{1,255} \\(([^\\s()]{0,255}) ?\\[([0-9A-Fa-f:.]{2,50})\\]\\)$`,
);
const NAMED = new RegExp(`^(?:started|completed|newmsg|wakeup),id=(${ID})`);

/** What a line of the mail server says. */
export function parseCourier({ base }: ProgramTag, text: string): ParsedMessage {
	const common = { mta, daemon: base } as const;
	if (base === "courieresmtpd") return parseListener(base, text);
	const delivery = DELIVERY.exec(text);
	if (delivery) return parseDelivery(base, delivery[1] as string, text.slice(delivery[0].length));
	const taken = NEW.exec(text);
	if (taken) {
		const [, queueId, name, address] = taken as unknown as [string, string, string, string];
		return event({ kind: "received", ...common, queueId, client: peer(name, address) });
	}
	const named = NAMED.exec(text);
	// completed,id=… ends a round of tries, not the message
	if (named) return event({ kind: "other", ...common, queueId: named[1] });
	const version = /^Courier (\d\S{0,20}) Copyright/.exec(text)?.[1];
	if (version !== undefined) return event({ kind: "status", ...common, text, version });
	return event({ kind: "other", ...common });
}

function peer(name: string, address: string, port?: string): Endpoint | undefined {
	const ip = canonicalIp(address);
	if (ip === undefined) return undefined;
	return { ...(name !== "" && { name }), ip, ...(port && { port: Number(port) }) };
}

/** Behind `from=`: `<a@x>,addr=<b@y>,size=327,success: Message delivered.` or `…,status: deferred`, or the words before such a line. */
function parseDelivery(daemon: string, queueId: string, text: string): ParsedMessage {
	const common = { mta, daemon, queueId } as const;
	const to = indexOutside(text, ",addr=<");
	const end = to < 0 ? -1 : text.indexOf(">", to + ",addr=<".length);
	if (end < 0) return event({ kind: "other", ...common });
	const recipients = [bareAddress(text.slice(to + ",addr=".length, end + 1))];
	const rest = text.slice(end + 1);
	// ,size=327,success: Message delivered.
	const done = /^(?:,size=\d{1,15})?,(success|status): (.{1,600})$/.exec(rest);
	if (done?.[1] === "success") {
		const action = daemon === "courieresmtp" ? "relayed" : "delivered";
		return event({ kind: "delivery", ...common, recipients, status: "success", action, reason: done[2] });
	}
	if (done) {
		const status = (done[2] as string).toLowerCase();
		const action = status === "deferred" ? "delayed" : status === "failure" ? "failed" : undefined;
		return event({ kind: "delivery", ...common, recipients, status, action });
	}
	// : 550 User unknown. ; : DNS lookup failed.
	const words = rest.startsWith(": ") ? rest.slice(2) : "";
	if (words === "") return event({ kind: "other", ...common });
	const reply = parseReply(words);
	return event({ kind: "attempt", ...common, ...(reply.code === undefined ? { reason: words } : { reply }) });
}

// error,relay=::ffff:127.0.0.1,port=58840,from=<bob@localhost>: 517 Syntax error.
const REFUSED = /^error,relay=([0-9A-Fa-f:.]{2,50})(?:,port=(\d{0,5}))?(?=[,:])/;
// what the client's identd says (courieresmtpd.c): without commas and colons before addresses, in quotes before `msg=`
const IDENT = /^,ident=(?:"[^"]{0,600}"(?=,msg=")|[^,:"][^,:]{0,600}(?=[,:]))/;

function parseListener(daemon: string, text: string): ParsedMessage {
	const common = { mta, daemon } as const;
	// started,ip=[::ffff:127.0.0.1],port=
	const started = /^started,ip=\[([0-9A-Fa-f:.]{2,50})\](?:,port=\[(\d{1,5})\])?/.exec(text);
	if (started)
		return event({ kind: "connect", ...common, client: peer("", started[1] as string, started[2]) });
	const refused = REFUSED.exec(text);
	if (!refused) return event({ kind: "other", ...common });
	const client = peer("", refused[1] as string, refused[2]);
	const rest = text.slice(refused[0].length).replace(IDENT, "");
	if (rest.startsWith(',msg="')) return parseAnswer(common, client, rest);
	const at = indexOutside(rest, ": ");
	if (at < 0) return event({ kind: "other", ...common });
	const from = rest.startsWith(",from=<") ? indexOutside(rest, ",to=<") : -1;
	const sender = rest.startsWith(",from=<")
		? bareAddress(rest.slice(",from=".length, from < 0 ? at : from))
		: undefined;
	const recipient = from < 0 ? undefined : bareAddress(rest.slice(from + ",to=".length, at));
	const stage = recipient !== undefined ? "RCPT" : sender !== undefined ? "MAIL" : undefined;
	const reply = parseReply(rest.slice(at + 2));
	return event({ kind: "reject", ...common, verb: "error", client, sender, recipient, stage, reply });
}

/** Behind `cmd:` stands the client's last line, with AUTH LOGIN its password: nothing of it is taken but the method. */
const ANSWER = /^,msg="([^"]{1,300})",cmd: ?(?:AUTH ?([A-Z0-9-]{0,30})(?: |$))?/i;

// error,relay=::ffff:192.0.2.7,msg="535 Authentication failed.",cmd: AUTH LOGIN
// error,relay=::ffff:192.0.2.7,msg="writev: Connection reset by peer",cmd: DATA
function parseAnswer(
	common: { mta: typeof mta; daemon: string },
	client: Endpoint | undefined,
	rest: string,
): ParsedMessage {
	const answer = ANSWER.exec(rest);
	if (!answer) return event({ kind: "other", ...common });
	const said = answer[1] as string;
	if (said.startsWith("535 ")) {
		const method = answer[2] || undefined;
		return event({ kind: "auth-failed", ...common, client, service: "smtp", method, reason: said });
	}
	const reply = parseReply(said);
	if (reply.code !== undefined) return event({ kind: "reject", ...common, verb: "error", client, reply });
	return event({ kind: "problem", ...common, severity: "warning", text: said, client });
}

const SERVICES: Readonly<Record<string, string>> = {
	imapd: "imap",
	"imapd-ssl": "imap",
	pop3d: "pop3",
	"pop3d-ssl": "pop3",
};
/** the user's name is a stranger's, the fields behind it are not: the last place where it can end counts */
const AFTER_USER = /, ip=\[([0-9A-Fa-f:.]{2,50})\](?:, port=\[?(\d{0,5})\]?)?(?:, .{0,300})?$/;

/** What a line of Courier's IMAP or POP3 server says; others log under these tags too, and are foreign. */
export function parseCourierLogin(program: ProgramTag, text: string): ParsedMessage {
	const daemon = program.base;
	const common = { mta, daemon } as const;
	// LOGIN FAILED, user=taro, ip=[::ffff:127.0.0.1], port=
	if (text.startsWith("LOGIN FAILED, ")) {
		const at = text.lastIndexOf(", ip=[");
		const after = at < 0 ? null : AFTER_USER.exec(text.slice(at));
		const user = /^LOGIN FAILED, (?:method=[A-Z0-9-]{1,30}, )?user=/.exec(text);
		return event({
			kind: "auth-failed",
			...common,
			client: after ? peer("", after[1] as string, after[2]) : undefined,
			method: /^LOGIN FAILED, method=([A-Z0-9-]{1,30}), /.exec(text)?.[1],
			username: user && at > user[0].length ? text.slice(user[0].length, at) : undefined,
			reason: "LOGIN FAILED",
			service: SERVICES[daemon],
		});
	}
	// Connection, ip=[::ffff:127.0.0.1], port=
	const peerOf = /^(Connection|LOGOUT|DISCONNECTED|Disconnected|TIMEOUT|LOGIN), /.exec(text)?.[1];
	if (peerOf === undefined) return text.startsWith("pam_") ? parsePam(program, text) : { kind: "foreign" };
	if (peerOf === "LOGIN") return event({ kind: "other", ...common });
	const at = text.lastIndexOf(", ip=[");
	const after = at < 0 ? null : AFTER_USER.exec(text.slice(at));
	const client = after ? peer("", after[1] as string, after[2]) : undefined;
	if (peerOf === "Connection") return event({ kind: "connect", ...common, client });
	return event({ kind: "disconnect", ...common, client, reason: peerOf });
}
