/** MIMEDefang, MailScanner, postfwd and milter-regex: filters whose rules their owner writes. */
import { canonicalIp, parseReply, type VerdictEvent } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { envelope, type Filter, peer, type Saying } from "./saying.ts";

// commas in the fields are written %2C (mimedefang.pl md_graphdefang_log)
const GRAPHDEFANG =
	/^MDLOG,([^,]{1,40}),([\w-]{1,40}),([^,]{0,1000}),([^,]{0,1000}),(<[^,]{0,400}>),(<[^,]{0,400}>),/;

const RESULTS: Readonly<Record<string, string>> = {
	spam: "spam",
	virus: "virus",
	bad_filename: "banned",
	suspicious_chars: "banned",
	message_partial: "banned",
};

const MIMEDEFANG: readonly Saying[] = [
	// 36C452B02E6: MDLOG,36C452B02E6,spam,1002.301,192.0.2.50,<a@x>,<b@y>,subject
	{ pattern: GRAPHDEFANG, verdict: readGraphdefang },
	// 45FB62B02E8: filter:  drop_with_warning=1
	{
		pattern: /^filter: {1,2}((?:[a-z_]{1,40}=\d{1,6} ?){1,20})$/,
		verdict: ([, actions]) => ({ action: (actions as string).trim() }),
	},
	{
		pattern: /^(?:ERROR|Error|Could not|Cannot|Unable|Worker \d{1,4} (?:died|exited)).{0,600}$/,
		severity: "error",
	},
	{
		pattern: /^(?:MIMEDefang alive|Multiplexor alive|started;|stopping|Starting multiplexor).{0,400}$/,
		status: true,
	},
	{ pattern: /^.{0,4000}$/ },
];

function readGraphdefang(match: RegExpExecArray): Partial<VerdictEvent> | undefined {
	const [, queueId, event, first, second, from, to] = match.map((part) => part.replaceAll("%2C", ","));
	const ip = canonicalIp(second ?? "");
	const score = Number(first);
	const result = RESULTS[event ?? ""];
	return {
		...(queueId !== "NOQUEUE" && queueId !== undefined && { queueId }),
		...envelope(from ?? "", to ?? ""),
		...(result !== undefined && { result }),
		action: event as string,
		...(ip !== undefined && { client: { ip } }),
		...(event === "spam" && first !== "" && Number.isFinite(score)
			? { score }
			: first !== "" && { reason: first as string }),
	};
}

// SA.pm: the words are of the site's languages.conf: (not cached, score=9.1, required 6, …) · (nicht gecacht, Wertung=9.1, benötigt 6, …)
const SCORE =
	/\bSpamAssassin \((?:[^,=()]{1,60}, )?[^,=()]{1,40}=(-?\d{1,6}(?:\.\d{1,6})?), [^,=()\d]{1,40} (-?\d{1,6}(?:\.\d{1,6})?)/;

const MAILSCANNER: readonly Saying[] = [
	// Message 5B1F1A0F5.A9C3E from 192.0.2.1 (a@x.example) to y.example is spam, SpamAssassin (not cached, score=9.1, required 6, …)
	{
		pattern:
			/^Message ([0-9A-Za-z-]{5,25})(?:\.[0-9A-F]{5})? from ([0-9A-Fa-f:.]{2,50}) \((.{0,320}?)\) to (\S{1,2000}) is (not spam|spam|whitelisted|too big)(.{0,2000})$/,
		verdict: ([, queueId, ip, from, , what, rest]) => {
			const score = SCORE.exec(rest ?? "");
			return {
				queueId: queueId as string,
				...peer("", ip as string),
				sender: from as string,
				result: what === "spam" ? "spam" : "clean",
				// Message.pm: "… is spam (blacklisted)"
				...(rest?.startsWith(" (blacklisted)") && { reason: "blacklisted" }),
				...(score && { score: Number(score[1]), required: Number(score[2]) }),
			};
		},
	},
	// Requeue: 5B1F1A0F5.A9C3E to 7C2D81A0F6
	{
		pattern: /^Requeue: ([0-9A-Za-z-]{5,25})(?:\.[0-9A-F]{5})? to ([0-9A-Za-z-]{5,25})$/,
		verdict: ([, from, to]) => ({ queueId: from as string, nextQueueId: to as string, action: "requeue" }),
	},
	// Infected message 5B1F1A0F5.A9C3E came from 192.0.2.1
	{
		pattern: /^Infected message ([0-9A-Za-z-]{5,25})(?:\.[0-9A-F]{5})? came from ([0-9A-Fa-f:.]{2,50})$/,
		verdict: ([, queueId, ip]) => ({
			queueId: queueId as string,
			...peer("", ip as string),
			result: "virus",
		}),
	},
	// Spam Actions: message 5B1F1A0F5.A9C3E actions are store
	{
		pattern:
			/^(?:Non-)?(?:Spam|High scoring spam|MCP) Actions: message ([0-9A-Za-z-]{5,25})(?:\.[0-9A-F]{5})? actions are (.{1,300})$/i,
		verdict: ([, queueId, action]) => ({ queueId: queueId as string, action: action as string }),
	},
	{ pattern: /^MailScanner .{0,100}(?:starting|exiting|started).{0,100}$/i, status: true },
	{ pattern: /^(?:ERROR|Cannot|Could not|Config Error).{0,400}$/i, severity: "error" },
	{ pattern: /^.{0,4000}$/ },
];

const POSTFWD: readonly Saying[] = [
	// [RULES] rule=1, id=R2, client=h.example[192.0.2.51], sender=<a@x>, recipient=<b@y>, helo=<h>, proto=ESMTP, state=RCPT, delay=0.00s, hits=R2, action=DEFER_IF_PERMIT try later
	{
		pattern:
			/^\[(?:RULES|CACHE|RATES|STATIC)\] .{0,200}?id=([^,]{1,60}), client=([^\s[\]]{0,255})\[([0-9A-Fa-f:.]{2,50})\], (?=sender=<)/,
		verdict: readPostfwd,
	},
	{
		pattern: /^(?:(?:\[[A-Z]{1,12}\] )?(?:warning|error|fatal): |unable|can't|could not).{0,400}$/i,
		severity: "warning",
	},
	{
		pattern: /^(?:postfwd\d? \d\S{0,10} (?:starting|ready|terminat)|ready for input|\[STATS\]).{0,400}$/,
		status: true,
	},
	{ pattern: /^.{0,2000}$/ },
];

function readPostfwd(match: RegExpExecArray): Partial<VerdictEvent> | undefined {
	const [found, rule, name, ip] = match as unknown as [string, string, string, string];
	const text = match.input.slice(found.length);
	const to = indexOutside(text, ", recipient=<", "sender=".length);
	const helo = to < 0 ? -1 : indexOutside(text, ", helo=<", to + ", recipient=".length);
	if (to < 0 || helo < 0) return undefined;
	// the name of HELO is the client's: what follows it is read where it stands once
	const tail = [...text.slice(helo).matchAll(/>, proto=[A-Z]{0,12}, state=[A-Z-]{1,20}, delay=/g)];
	const end = tail.length === 1 ? (tail[0]?.index ?? -1) : -1;
	const action = end < 0 ? undefined : /, action=(.{1,600})$/.exec(text.slice(helo + end))?.[1];
	const said = action === undefined ? undefined : /^([A-Za-z_]{1,30}|\d{3})(?: (.*))?$/.exec(action);
	const heloName = end < 0 ? "" : text.slice(helo + ", helo=<".length, helo + end);
	return {
		...peer(name, ip),
		...envelope(text.slice("sender=".length, to), text.slice(to + ", recipient=".length, helo)),
		rule,
		...(heloName !== "" && { helo: heloName }),
		...(said && { action: said[1] as string }),
		...(said?.[2] && { reason: parseReply(said[2]).text }),
	};
}

export const POLICY_FILTERS: readonly Filter[] = [
	{
		programs: ["mimedefang", "mimedefang.pl", "mimedefang-multiplexor"],
		mta: "mimedefang",
		filter: "mimedefang",
		sayings: MIMEDEFANG,
	},
	{
		programs: ["mailscanner"],
		mta: "mailscanner",
		filter: "mailscanner",
		sayings: MAILSCANNER,
		ownIds: true,
	},
	{
		programs: ["postfwd", "postfwd1", "postfwd2", "postfwd3"],
		mta: "postfwd",
		filter: "postfwd",
		sayings: POSTFWD,
		ownIds: true,
	},
	// logs what its owner's rules say; the MTA's own line tells the client, the addresses and the reply
	{
		programs: ["milter-regex", "greylistd"],
		mta: "milter",
		filter: "milter-regex",
		sayings: [{ pattern: /^.{0,2000}$/ }],
	},
];
