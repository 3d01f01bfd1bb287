/** Postgrey: one line per decision, `action=greylist, reason=new, client_name=…, client_address=…, sender=…, recipient=…`. */
import { canonicalIp, type Endpoint, type ParsedMessage } from "../event/index.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";

export const POSTGREY_PROGRAMS = ["postgrey"] as const;

// the sender is a stranger's, and the reason names what list let it pass; nothing else is free text
const HEAD =
	/^(?:([0-9A-Za-z]{5,20}): )?action=([a-z]{1,20}), (?:reason=(.{1,200}?), )?(?:delay=\d{1,12}, )?client_name=([^,\s]{0,255}), client_address=([0-9A-Fa-f:.]{2,60})(?:\/\d{1,3})?, (?:sender=)?/;

const RESULTS: Readonly<Record<string, string>> = { greylist: "greylisted", pass: "pass" };

/** What a line of Postgrey says. */
export function parsePostgrey(_program: ProgramTag, message: string): ParsedMessage {
	const head = HEAD.exec(message);
	if (!head) return parseDelayed(message) ?? parseDaemon(message);
	// the null sender is not logged at all
	const hasSender = head[0].endsWith("sender=");
	const rest = `${hasSender ? "" : ", "}${message.slice(head[0].length)}`;
	// a quoted local part may hold `, recipient=`: the real one is the last
	const at = rest.lastIndexOf(", recipient=");
	const sender = at < 0 ? rest : rest.slice(0, at);
	const recipient = at < 0 ? undefined : rest.slice(at + ", recipient=".length);
	return event({
		kind: "verdict",
		mta: "postgrey",
		filter: "postgrey",
		queueId: head[1],
		result: RESULTS[head[2] as string] ?? head[2],
		action: head[2],
		reason: head[3],
		client: client(head[4] as string, head[5] as string),
		sender: hasSender ? sender : undefined,
		recipients: recipient ? [recipient] : undefined,
	});
}

// delayed 452 seconds: client=mx.example.net, from=a@x.example, to=b@y.example
const DELAYED = /^(delayed \d{1,9} seconds): client=([^,\s]{1,255}), /;

/** Before 1.32, of a message that came again: the null sender is not logged here either. */
function parseDelayed(message: string): ParsedMessage | undefined {
	const head = DELAYED.exec(message);
	if (!head) return undefined;
	const rest = `, ${message.slice(head[0].length)}`;
	const at = rest.lastIndexOf(", to=");
	if (at < 0) return undefined;
	const sender = rest.startsWith(", from=") ? rest.slice(", from=".length, at) : undefined;
	const name = head[2] as string;
	return event({
		kind: "verdict",
		mta: "postgrey",
		filter: "postgrey",
		result: "pass",
		action: "pass",
		reason: head[1],
		client: client(canonicalIp(name) === undefined ? name : "", name),
		sender,
		recipients: [rest.slice(at + ", to=".length).trim()],
	});
}

function client(name: string, address: string): Endpoint | undefined {
	const ip = canonicalIp(address);
	const known = name !== "" && name !== "unknown";
	if (!known && ip === undefined) return undefined;
	return { ...(known && { name }), ...(ip !== undefined && { ip }) };
}

function parseDaemon(text: string): ParsedMessage {
	// 2026/11/22-07:28:13 postgrey (type Net::Server::Multiplex) starting! pid(367) ; 2026/11/22-07:31:02 Server closing!
	if (/^\d{4}\/\d\d\/\d\d-\d\d:\d\d:\d\d (?:.{1,100} starting! pid\(|Server closing!)/.test(text))
		return event({ kind: "status", mta: "postgrey", text });
	// what Perl warns of and dies of: `FATAL: ERROR: locked: /var/lib/postgrey/postgrey.lock`
	const trouble = /^(WARNING|FATAL): /.exec(text);
	if (trouble) {
		const severity = trouble[1] === "FATAL" ? "fatal" : "warning";
		return event({ kind: "problem", mta: "postgrey", severity, text: text.slice(trouble[0].length) });
	}
	// postgrey 1.37 mux_input: a client that does not speak Postfix's policy protocol ; Net::Server: Couldn't unlink "/run/postgrey.pid" […]
	if (/^(?:unrecognized request type: '|ignoring garbage: <|Couldn't )/.test(text)) {
		return event({ kind: "problem", mta: "postgrey", severity: "warning", text });
	}
	const known =
		/^(?:Process Backgrounded|Binding to |Setting [gu]id|cleaning |cleaned |whitelisted: |client AWL|rm |Group Not|User Not|Pid_file|database |\d{4}\/|Resolved |spawning|SIG|HUP|closing|correcting date )/i;
	return known.test(text) ? event({ kind: "other", mta: "postgrey" }) : unparsed("postgrey");
}
