/**
 * The lines of OpenSMTPD that belong to no session: start and stop, routes, filters' own words,
 * and everything that `smtpd -v -T all` traces. A filter's name stands before whatever it wrote, so any name and colon is known.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { event, unparsed } from "../parsed.ts";

const SEVERITIES: readonly [start: string, severity: "warning" | "error" | "fatal"][] = [
	["warn: ", "warning"],
	["warning: ", "warning"],
	["crit: ", "error"],
	["error: ", "error"],
	["fatal: ", "fatal"],
];

/** Routes that do not work (mta.c), however the line begins. */
const TROUBLE =
	/^smtp-(?:in|out): (?:Error|Disabling|No valid|No MX|Failed|Too many|Address family|session \S{1,40} ?: )/i;

/** log_warn and log_info statements without a level before them. */
const PLAIN: readonly [start: string, severity: "warning" | "error" | undefined][] = [
	["smtpd: process ", "error"],
	["queue: ", "warning"],
	["getnameinfo: ", "warning"],
	["getaddrinfo: ", "warning"],
	["SRS failed ", "warning"],
	["failed to push dataline", "warning"],
	["commands executed from aliases ", undefined],
	["Exiting", undefined],
	["version: ", undefined],
	["resuming ", undefined],
	["no rule matched", undefined],
	["temporary failure in processing", undefined],
	["filters ", undefined],
	["rule #", undefined],
	["TABLE ", undefined],
	["<<< ", undefined],
	[">>> ", undefined],
	["no certificate provided", undefined],
	["valid certificate", undefined],
	["done...", undefined],
	// a tab, also as rsyslog writes it: the second line of what a resolver or filter said, a table of the traced configuration
	["\t", undefined],
	["#011", undefined],
	["mail done", undefined],
];

// debug: …, mproc: queue -> control : 16 …, filter session: 0x5…, queue-backend: queue_message_create() -> 1 (8f2a91ce), pyf: saw link-connect of …
const NAMED = /^[A-Za-z][\w.-]{0,40}(?: [a-z()]{1,12}){0,3}: /;
// 925c949181bec26a filters protocol phase=rcpt-to, resume=y, action=proceed
const SESSION_TRACE = /^[0-9a-f]{16} filters /;

/** The event of any line without a session of smtp, mta or mda. */
export function parseDaemon(text: string): ParsedMessage {
	const common = { mta: "opensmtpd" } as const;
	for (const [start, severity] of SEVERITIES) {
		if (text.startsWith(start))
			return event({ kind: "problem", ...common, severity, text: text.slice(start.length) });
	}
	// smtp-out: Disabling route [] <-> 192.0.2.1 (mx.x) for 15s
	if (TROUBLE.test(text)) return event({ kind: "problem", ...common, severity: "warning", text });
	// info: OpenSMTPD 6.8.0p2 starting
	if (text.startsWith("info: ")) {
		const words = text.slice(6);
		const version = /^OpenSMTPD (\S{1,40}) starting/.exec(words)?.[1];
		return event({ kind: "status", ...common, text: words, version });
	}
	for (const [start, severity] of PLAIN) {
		if (!text.startsWith(start)) continue;
		return event(severity ? { kind: "problem", ...common, severity, text } : { kind: "other", ...common });
	}
	return NAMED.test(text) || SESSION_TRACE.test(text)
		? event({ kind: "other", ...common })
		: unparsed("opensmtpd");
}
