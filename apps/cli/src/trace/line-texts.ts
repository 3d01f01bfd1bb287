/** What of a line is looked for in the bytes of others, and where bytes do not show what a line says. */
import type { MailEvent } from "@mailtrail/core/event";
import type { Wanted } from "./block-search.ts";

/** Who was refused without a queue id, or beside a message; OpenSMTPD names the client on the line of its connecting only. */
export function tellsOfSession(event: MailEvent): boolean {
	return event.kind === "reject" || event.kind === "received" || event.mta === "opensmtpd";
}

/** How lines go on behind the process that refuse without a queue id (smtpd_check.c, since Postfix 2.0). */
export const REFUSING = ["]: NOQUEUE", "]: reject", "]: message repeated"];

/**
 * What lines of a process have in common; of those that refuse, which say so, far less is to be looked at.
 */
export function textsOf(
	{ mta, program, pid, raw }: MailEvent,
	whole: boolean,
): Pick<Wanted, "text" | "process">[] {
	// a refusal that stands for itself
	if (pid === undefined) return [];
	// a process for each connection, and its own log has no tag before the pid (log_selector = +pid)
	if (mta === "exim" && raw.includes(`[${pid}]`)) return [{ text: `[${pid}]` }];
	const tag = `${program}[${pid}]`;
	// RFC 5424 parts them
	if (!raw.includes(tag)) return [{ text: `${program} ${pid} ` }];
	if (whole) return [{ text: tag }];
	return ["NOQUEUE", "reject", "message repeated"].map((words) => ({
		text: `]: ${words}`,
		process: `[${pid}`,
	}));
}

/** A journal's entry may hold its message as numbers, or letters in another spelling. */
export function hides(raw: string): boolean {
	return raw.startsWith("{") && /\\[u/]|"MESSAGE"\s{0,9}:\s{0,9}\[/.test(raw);
}

/** What of an id stands in the bytes as it was read: invalid ones are not the characters that they became. */
export function longestPlain(id: string): string {
	return id
		.split(/[^!-~]+/)
		.reduce((longest, piece) => (piece.length > longest.length ? piece : longest), "");
}
