/**
 * Programs that Postfix asks while it works on a message: postsrsd about addresses, postfix-mta-sts-resolver about TLS. What they answer
 * shows in Postfix' own lines; kept are their starts and their troubles.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag } from "../parsed.ts";

// 1.x srs_forward: <a@x> rewritten as <SRS0=…> ; 2.x error: cannot create socket: …
const SRS_TROUBLE = /^(?:(error|warn(?:ing)?|fatal): |[a-z_]{1,40}: (?:Cannot|Failed|Unable|failed|cannot) )/;

export function parsePostsrsd(_program: ProgramTag, text: string): ParsedMessage {
	const trouble = SRS_TROUBLE.exec(text);
	if (!trouble) return event({ kind: "other", mta: "postsrsd" });
	const severity = trouble[1]?.startsWith("warn") ? "warning" : trouble[1] === "fatal" ? "fatal" : "error";
	return event({ kind: "problem", mta: "postsrsd", severity, text });
}

// 2026-11-23 03:18:29 INFO     MAIN: MTA-STS daemon starting...
const LOGGED =
	/^(?:\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:,\d{3})? )?(DEBUG|INFO|WARNING|ERROR|CRITICAL) {1,8}([A-Z]{1,10}): /;
const SEVERITIES = { WARNING: "warning", ERROR: "error", CRITICAL: "fatal" } as const;

export function parseMtaSts(_program: ProgramTag, text: string): ParsedMessage {
	const mta = "mta-sts-daemon";
	const logged = LOGGED.exec(text);
	if (!logged) return event({ kind: "other", mta });
	const words = text.slice(logged[0].length);
	const severity = SEVERITIES[logged[1] as keyof typeof SEVERITIES];
	if (severity !== undefined) return event({ kind: "problem", mta, severity, text: words });
	if (logged[2] === "MAIN" && logged[1] === "INFO") return event({ kind: "status", mta, text: words });
	return event({ kind: "other", mta });
}
