/**
 * OpenSMTPD 6 and 7: `SESSION smtp|mta|mda EVENT key=value …`. A message's id is the msgid (8 hex); an envelope's evpid is the
 * msgid and 8 hex more. Values in quotes are not escaped: what a stranger wrote in them is read by place, never searched.
 * Where the client stands on an earlier line only, `sessionId` is what the two lines share. incoming.ts reads `smtp`, delivery.ts the
 * deliveries of `mta` and `mda`, sentences.ts what versions before 6 wrote, daemon.ts what belongs to no session.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";
import { parseDaemon } from "./daemon.ts";
import { parseDelivery } from "./delivery.ts";
import { parseIncoming } from "./incoming.ts";
import { parseSentence } from "./sentences.ts";
import { certificateTrust, parseTls } from "./tls.ts";

/** The tags that OpenSMTPD logs under; Postfix's smtpd always has a name before the slash. */
export const OPENSMTPD_PROGRAMS = ["smtpd", "opensmtpd"] as const;

// before 6.4 `smtp event=connected …`
const LINE = /^([0-9a-f]{16}) (smtp|mta|mda) (event=)?/;
/** what stands where a delivery failed before any session */
const NO_SESSION = "0000000000000000";

/** What a line of OpenSMTPD says. */
export function parseOpensmtpd(_program: ProgramTag, message: string): ParsedMessage {
	const match = LINE.exec(message);
	if (!match) return parseSentence(message) ?? parseDaemon(message);
	const [, session, agent, old] = match as unknown as [string, string, string, string?];
	const text = message.slice(match[0].length);
	const parsed =
		(agent === "smtp" ? parseIncoming(text, old !== undefined) : parseOutgoing(agent, text)) ??
		unparsed("opensmtpd");
	if (session !== NO_SESSION) parsed.sessionId = session;
	return parsed;
}

const KNOWN =
	/^(?:connecting|connected|disconnected|starttls|auth|envelope|message|command|closing|host-rejects-all-mails|host-rtt|ssl_check_name:)/;

function parseOutgoing(agent: string, text: string): ParsedMessage | undefined {
	if (text.startsWith("delivery evpid=")) return parseDelivery(agent, text);
	const out = { kind: "tls", mta: "opensmtpd", direction: "out" } as const;
	const tls = parseTls(text);
	if (tls) return event({ ...out, ...tls });
	// mta server-cert-check result="failure", since 7.0 cert-check result="unverified" fingerprint="SHA256:…"
	const trust = certificateTrust(text);
	if (trust !== undefined) return event({ ...out, trust });
	// mta closing reason=tls-connect-failed
	if (text.startsWith("closing reason=tls-")) return event({ ...out, reason: text.slice(15) });
	// mta error reason=Connection timeout
	const error = /^error (?:reason|error)="?(.{1,400}?)"?$/.exec(text);
	if (error?.[1]?.startsWith("SSL certificate check failed")) return event({ ...out, reason: error[1] });
	if (error) return event({ kind: "attempt", mta: "opensmtpd", reason: error[1] });
	return KNOWN.test(text) ? event({ kind: "other", mta: "opensmtpd" }) : undefined;
}
