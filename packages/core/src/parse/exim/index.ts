/**
 * Exim 4: mainlog lines, in their own file or in syslog (where exim's own time stands doubled before them), with any
 * log_selector. `ID FLAG rest` is about a message; received.ts reads `<=`, delivery.ts `=> -> >> == **`, refusal.ts what ACLs and
 * authenticators turned away, session.ts connections, and this file the rest.
 */
import { bareAddress, type ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag } from "../parsed.ts";
import { parseDaemon } from "./daemon.ts";
import { isDeliveryFlag, parseDelivery } from "./delivery.ts";
import { parseReceived } from "./received.ts";
import { parseRefusal } from "./refusal.ts";
import { parseAttempt, parseSession } from "./session.ts";
import { parseVerdict } from "./verdict.ts";

/** The tags that exim logs under. */
export const EXIM_PROGRAMS = ["exim", "exim4"] as const;
/** `syslog_processname = exim-in`: several instances on one host. */
export const EXIM_BEGINNING = "exim";

// log.c, write_syslog: what is too long for one line of syslog comes as `[1/2] …`, `[2\2] …`
const PART = /^\[(\d{1,3})[/\\]\d{1,3}\] /;
const TIME = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,6})? (?:[+-]\d{4} )?/;
const PID = /^\[\d{1,10}\] /;
const MESSAGE_ID =
	/^(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{6}-[0-9A-Za-z]{11}-[0-9A-Za-z]{4}) /;

/** What a line of Exim says. */
export function parseExim(_program: ProgramTag, message: string): ParsedMessage {
	const part = PART.exec(message);
	if (part && part[1] !== "1") return event({ kind: "other", mta: "exim" });
	const stamped = without(message, part);
	const timeless = without(stamped, TIME.exec(stamped));
	const line = without(timeless, PID.exec(timeless));
	const id = MESSAGE_ID.exec(line)?.[0];
	if (id === undefined)
		return parseRefusal(undefined, line) ?? parseSession(undefined, line) ?? parseDaemon(undefined, line);
	return parseOfMessage(id.trimEnd(), line.slice(id.length), part === null);
}

function without(text: string, match: RegExpExecArray | null): string {
	return match ? text.slice(match[0].length) : text;
}

function parseOfMessage(queueId: string, text: string, whole: boolean): ParsedMessage {
	const flag = text.slice(0, 2);
	if (flag === "<=" || flag === "(=") return parseReceived(queueId, text, whole);
	if (isDeliveryFlag(flag) && text.charCodeAt(2) === 32) return parseDelivery(queueId, flag, text);
	return (
		parseState(queueId, text) ??
		parseRefusal(queueId, text) ??
		parseAttempt(queueId, text) ??
		parseSession(queueId, text) ??
		parseDaemon(queueId, text)
	);
}

function parseState(queueId: string, text: string): ParsedMessage | undefined {
	const common = { mta: "exim", queueId } as const;
	if (text === "Completed" || text.startsWith("Completed ")) return event({ kind: "removed", ...common });
	const frozen = /^(?:\*\*\* )?[Ff]rozen\b ?(?:\((.{1,300})\)|(.{1,300}))?/.exec(text);
	if (frozen) return event({ kind: "held", ...common, reason: frozen[1] ?? frozen[2] });
	const words = /^(Unfrozen|unfrozen|removed|cancelled) by (.{1,300})$/.exec(text);
	if (words) {
		const kind = words[1]?.toLowerCase() === "unfrozen" ? "released" : "removed";
		return event({ kind, ...common, reason: text });
	}
	// queue.c, `exim -Mmad` and `-Mmd`: address <grey4@e.example> marked delivered by root
	const marked = /^address (<.{1,1000}>) marked delivered by (.{1,100})$/.exec(text);
	if (marked) {
		const recipients = [bareAddress(marked[1] as string)];
		const reason = `marked delivered by ${marked[2]}`;
		return event({ kind: "delivery", ...common, recipients, action: "discarded", reason });
	}
	// *> is what -N only pretends to deliver
	if (text.startsWith("*> ")) return event({ kind: "other", ...common });
	return parseVerdict(queueId, text);
}
