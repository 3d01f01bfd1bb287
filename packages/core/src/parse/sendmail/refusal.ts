/**
 * What sendmail refused, discarded or let a milter change: rulesets (main.c, rscheck), milters (milter.c), and errors said to
 * a client (err.c, usrerr). Arguments are a stranger's words: the fields behind them count only outside quotes and brackets.
 */
import {
	bareAddress,
	canonicalIp,
	parseReply,
	type ParsedMessage,
	type SmtpStage,
} from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event, unparsed } from "../parsed.ts";
import { readPeer } from "../peer.ts";
import { parseMilterEdit } from "./milter-edit.ts";
import { parseUserError } from "./user-error.ts";
import { parseRejectedCommand } from "./rejected-command.ts";

const RULESET_STAGES: Readonly<Record<string, SmtpStage>> = {
	check_relay: "CONNECT",
	check_helo: "HELO",
	check_mail: "MAIL",
	check_rcpt: "RCPT",
	check_data: "DATA",
	check_eoh: "EOM",
	check_eom: "EOM",
	check_vrfy: "VRFY",
	check_expn: "VRFY",
	check_etrn: "ETRN",
	trust_auth: "AUTH",
};

const MILTER_STAGES: Readonly<Record<string, SmtpStage>> = {
	"initialization failed": "CONNECT",
	connect: "CONNECT",
	helo: "HELO",
	mail: "MAIL",
	from: "MAIL",
	rcpt: "RCPT",
	to: "RCPT",
	"cmd=data": "DATA",
	data: "EOM",
	header: "EOM",
	eoh: "EOM",
	body: "EOM",
	eom: "EOM",
};

/** The event of such a line; undefined where the line is something else. */
export function parseRefusal(queueId: string | undefined, text: string): ParsedMessage | undefined {
	if (text.startsWith("ruleset=")) return parseRuleset(queueId, text);
	if (text.startsWith("Milter")) return parseMilterEdit(queueId, text) ?? parseMilter(queueId, text);
	if (text.startsWith("milter=")) return parseMilterAction(queueId, text);
	return parseUserError(queueId, text) ?? parseRejectedCommand(queueId, text);
}

interface Decision {
	/** where the decision begins: what stands before it are arguments */
	at: number;
	verb: string;
	words: string;
	reason?: string;
}

const DECISIONS: readonly { mark: string; verb: string; ends?: true; reason?: string }[] = [
	{ mark: ", reject=", verb: "reject" },
	{ mark: ", quarantine=", verb: "quarantine" },
	{ mark: ", discard", verb: "discard", ends: true },
	{ mark: ", rejecting commands", verb: "reject", ends: true, reason: "rejecting commands" },
	{ mark: ", temp failing commands", verb: "tempfail", ends: true, reason: "temp failing commands" },
	{ mark: ", temp failing commands=", verb: "tempfail" },
	{ mark: ", shutdown=", verb: "reject" },
	{ mark: ", shutdown", verb: "reject", ends: true, reason: "shutdown" },
	{ mark: ", tempfail", verb: "tempfail", ends: true },
	{ mark: ", reject", verb: "reject", ends: true },
];

function decision(text: string, from: number): Decision | undefined {
	let found: Decision | undefined;
	for (const { mark, verb, ends, reason } of DECISIONS) {
		if (ends ? !text.endsWith(mark) : !text.includes(mark)) continue;
		const at = indexOutside(text, mark, from);
		if (at < 0 || (found && found.at <= at)) continue;
		if (ends && at + mark.length !== text.length) continue;
		found = { at, verb, words: text.slice(at + mark.length), ...(reason && { reason }) };
	}
	return found;
}

/** A refusal carries the reply, any other decision its reason. */
function outcome({ verb, words, reason }: Decision) {
	if (words === "") return { verb, reason };
	return verb === "reject" || verb === "tempfail"
		? { verb, reply: parseReply(words) }
		: { verb, reason: words };
}

// ruleset=check_rcpt, arg1=<u@x.example>, relay=h.example [192.0.2.1], reject=550 5.7.1 <u@x.example>... Relaying denied
function parseRuleset(queueId: string | undefined, text: string): ParsedMessage {
	const comma = text.indexOf(", arg1=");
	const name = comma < 0 ? "" : text.slice("ruleset=".length, comma);
	const found = decision(text, Math.max(0, comma + 7));
	if (!/^[A-Za-z0-9_-]{1,60}$/.test(name) || !found) return unparsed("sendmail", queueId);
	const relay = indexOutside(text.slice(0, found.at), ", relay=", comma + 7);
	const second = indexOutside(text.slice(0, found.at), ", arg2=", comma + 7);
	const ends = [relay, second, found.at].filter((at) => at >= 0);
	const argument = text.slice(comma + 7, Math.min(...ends));
	const peer = relay < 0 ? undefined : readPeer(text.slice(relay + 8, found.at));
	// these two judge the server that mail is being sent to
	if (name === "tls_server" || name === "tls_rcpt") {
		return event({
			kind: "attempt",
			mta: "sendmail",
			queueId,
			relay: peer,
			stage: "STARTTLS",
			reply: parseReply(found.words),
		});
	}
	return event({
		kind: "reject",
		mta: "sendmail",
		queueId,
		...outcome(found),
		stage: RULESET_STAGES[name] ?? (name.startsWith("check_") || name.startsWith("tls_") ? undefined : "EOM"),
		client: peer,
		sender: name === "check_mail" ? bareAddress(argument) : undefined,
		recipient: name === "check_rcpt" ? bareAddress(argument) : undefined,
		list: /^5\d\d .{0,200} listed at ([0-9a-z.-]{3,100})$/i.exec(found.words)?.[1],
		rule: name,
	});
}

// Milter: to=<u@x.example>, reject=451 4.7.1 Greylisting in action, please come back in 00:05:00
function parseMilter(queueId: string | undefined, text: string): ParsedMessage | undefined {
	if (!text.startsWith("Milter: ")) return undefined;
	const words = text.slice(8);
	const found = decision(words, 0);
	if (!found) return undefined;
	const subject = words.slice(0, found.at);
	// `Milter: connect: host=[192.0.2.1], addr=192.0.2.1, rejecting commands`
	const connect = /^connect: host=(\S{1,255}), addr=(\S{1,60})$/.exec(subject);
	const equals = subject.indexOf("=");
	const key = connect
		? "connect"
		: subject.startsWith("cmd=") || equals < 0
			? subject
			: subject.slice(0, equals);
	const stage = MILTER_STAGES[key];
	const value = equals < 0 ? undefined : subject.slice(equals + 1);
	return event({
		kind: "reject",
		mta: "sendmail",
		queueId,
		...outcome(found),
		stage,
		client: connect ? readPeer(`${connect[1]} [${canonicalIp(connect[2] as string) ?? ""}]`) : undefined,
		sender: stage === "MAIL" && value !== undefined ? bareAddress(value) : undefined,
		recipient: stage === "RCPT" && value !== undefined ? bareAddress(value) : undefined,
		helo: stage === "HELO" ? value : undefined,
	});
}

// milter=spamfilter, action=rcpt, reject=550 5.7.1 Command rejected
function parseMilterAction(queueId: string | undefined, text: string): ParsedMessage {
	const match = /^milter=([^,\s]{1,100})(?:, action=([a-z]{1,20}))?(?=, )/.exec(text);
	if (!match) return unparsed("sendmail", queueId);
	const found = decision(text, match[0].length);
	if (!found || found.at !== match[0].length) return event({ kind: "other", mta: "sendmail", queueId });
	return event({
		kind: "reject",
		mta: "sendmail",
		queueId,
		...outcome(found),
		// without an action it is milter_data's, about the whole message
		stage: MILTER_STAGES[match[2] === "data" ? "cmd=data" : (match[2] ?? "eom")],
		rule: match[1],
	});
}
