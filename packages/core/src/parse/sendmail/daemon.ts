/** The lines of sendmail that are about no message: its start and stop, its troubles, and what it says at high log levels. */
import type { ParsedMessage } from "../../event/index.ts";
import { event, unparsed } from "../parsed.ts";
import { readPeer } from "../peer.ts";

type Sort = "status" | "warning" | "error" | "fatal" | "other";

/** How lines begin, and what they are. `SYSERR` is the mark of err.c's syserr; the rest are single statements. */
const BEGINNINGS: readonly [start: string, sort: Sort][] = [
	["SYSERR", "error"],
	["starting daemon", "status"],
	["started as:", "status"],
	["stopping daemon", "status"],
	["restarting ", "status"],
	["accepting connections again", "status"],
	["alias database ", "status"],
	["rejecting connections on daemon ", "warning"],
	["deferring connections on daemon ", "warning"],
	["daemon invoked without full pathname", "warning"],
	["unable to write pid", "warning"],
	["unable to write ", "warning"],
	["poststats: ", "warning"],
	["error: ", "error"],
	["gethostbyaddr(", "warning"],
	["low on space", "error"],
	["Losing ", "error"],
	["lost ", "warning"],
	["savemail panic", "error"],
	["hash map ", "error"],
	["File descriptors missing", "warning"],
	["My unqualified host name", "warning"],
	["unable to qualify my own domain name", "warning"],
	["Fixed MIME ", "warning"],
	["Truncated MIME ", "warning"],
	["Cannot ", "error"],
	["cannot ", "error"],
	["can't ", "error"],
	["open of ", "error"],
	["queue timed out", "warning"],
	["hostsignature for host ", "warning"],
	["WARNING: ", "warning"],
	["warning: ", "warning"],
	["losing ", "error"],
	["daemon could not open control socket", "error"],
	["readqf: ", "error"],
	["runqueue: ", "other"],
	["grew WorkList", "other"],
	["Milter: ", "other"],
	["Milter accept", "other"],
	["milter_", "other"],
	["SMTP outgoing connect on ", "other"],
	["alias ", "other"],
	["forward ", "other"],
	["aliased to ", "other"],
	["forwarded to ", "other"],
	["locked", "other"],
	["queued", "other"],
	["done", "other"],
	["dropenvelope", "other"],
	["clone ", "other"],
	["clone:", "other"],
	["split: ", "other"],
	["<-- ", "other"],
	["--- ", "other"],
	["--> ", "other"],
	["<<< ", "other"],
	[">>> ", "other"],
	["engine=", "other"],
	["tls_clt_features=", "other"],
	["tls_srv_features=", "other"],
	["tls_verify", "other"],
	["ctl_command", "other"],
	["in background, pid=", "other"],
	["removed ", "other"],
	["quarantine", "other"],
	["return receipt", "other"],
	["Authentication-Warning: ", "other"],
	["X-Authentication-Warning: ", "other"],
	["saved message in ", "other"],
	["Saved message in ", "other"],
	["size=", "other"],
	["header_sender", "other"],
];

/** The event of any other line of sendmail; `unparsed` where nothing here knows it. */
export function parseDaemon(queueId: string | undefined, text: string): ParsedMessage {
	const common = { mta: "sendmail", queueId } as const;
	const attack = attackOf(text);
	if (attack !== undefined) {
		return event({ kind: "problem", ...common, severity: "warning", text, client: readPeer(attack) });
	}
	const sort = sortOf(text);
	if (sort === undefined) return unparsed("sendmail", queueId);
	if (sort === "other") return event({ kind: "other", ...common });
	// starting daemon (8.17.1.9): SMTP+queueing@00:00:15
	if (sort === "status") {
		return event({
			kind: "status",
			...common,
			text,
			version: /^starting daemon \((\S{1,40})\):/.exec(text)?.[1],
		});
	}
	return event({ kind: "problem", ...common, severity: sort, text });
}

function sortOf(text: string): Sort | undefined {
	for (const [start, sort] of BEGINNINGS) if (text.startsWith(start)) return sort;
	// daemon MTA-v4: problem creating SMTP socket
	if (/^daemon \S{1,60}: problem /.test(text)) return "error";
	// /etc/aliases: 4 aliases, longest 43 bytes, 90 bytes total
	if (/^\/\S{1,200}: \d{1,9} aliases, longest /.test(text)) return "other";
	// Milter (opendkim): init success to negotiate ; Milter (opendkim): error connecting to filter: Connection refused by /run/x
	const milter = /^Milter \([^()]{1,100}\): (.{0,300})/.exec(text);
	if (!milter) return undefined;
	return /error|timeout|unsafe|fail|returned|unknown|closed/.test(milter[1] as string) ? "warning" : "other";
}

// h.example [192.0.2.1]: probable open proxy: command=GET / ; h.example [192.0.2.1]: possible SMTP attack: command=AUTH, count=5
function attackOf(text: string): string | undefined {
	return /^([^\s:]{0,255} ?\[[0-9A-Fa-f.:IPv]{2,50}\](?: \(may be forged\))?): (?:probable open proxy|possible SMTP attack|Possible SMTP RCPT flood|SMTP violation)/.exec(
		text,
	)?.[1];
}
