/** What of a line is looked for in the bytes of others, and where bytes do not show what a line says. */
import type { MailEvent } from "@mailtrail/core/event";
import type { Wanted } from "./block-search.ts";

/** Who was refused without a queue id, or beside a message; OpenSMTPD names the client on the line of its connecting only. */
export function tellsOfSession(event: MailEvent): boolean {
	return event.kind === "reject" || event.kind === "received" || event.mta === "opensmtpd";
}

/**
 * How lines go on behind the process that refuse without a queue id (smtpd_check.c, since Postfix 2.0): `reject` with what follows,
 * for texts of ten bytes and more are looked for together with the others.
 */
export const REFUSING: readonly string[] = [
	"]: NOQUEUE",
	"]: reject: ",
	"]: reject_warning",
	"]: message repeated",
];

/**
 * What lines of a process have in common; of those that refuse, which say so, far less is to be looked at. Nothing for a refusal that
 * stands for itself.
 */
export function textsOf(
	{ mta, program, pid, raw }: MailEvent,
	whole: boolean,
): Pick<Wanted, "texts" | "process"> | undefined {
	if (pid === undefined) return undefined;
	// a process for each connection, and its own log has no tag before the pid (log_selector = +pid)
	if (mta === "exim" && raw.includes(`[${pid}]`)) return { texts: [`[${pid}]`] };
	const tag = `${program}[${pid}]`;
	// RFC 5424 parts them
	if (!raw.includes(tag)) return { texts: [`${program} ${pid} `] };
	return whole ? { texts: [tag] } : { texts: REFUSING, process: `[${pid}` };
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
