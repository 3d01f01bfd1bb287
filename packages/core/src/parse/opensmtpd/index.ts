/**
 * OpenSMTPD 6 and 7: `SESSION smtp|mta|mda EVENT key=value …`. A message's id is the msgid (8 hex); an envelope's evpid is the
 * msgid and 8 hex more. Values in quotes are not escaped: what a stranger wrote in them is read by place, never searched.
 * incoming.ts reads `smtp`, delivery.ts the deliveries of `mta` and `mda`.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";
import { parseDelivery } from "./delivery.ts";
import { parseIncoming, parseTls } from "./incoming.ts";

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
	// smtp-out: Disabling route [] <-> 192.0.2.1 (mx.x) for 15s
	if (/^smtp-(?:in|out): /.test(text)) {
		const trouble = /^smtp-\S{2,3}: (?:Error|Disabling|No valid|session \S{1,40} ?: )/i.test(text);
		if (trouble) return event({ kind: "problem", mta: "opensmtpd", severity: "warning", text });
		return event({ kind: "other", mta: "opensmtpd" });
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
