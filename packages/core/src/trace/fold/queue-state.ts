/**
 * What lines about the message as a whole do to its hop: held, released, removed, given up, and what header and body
 * checks decided. Who still waited when a queue gave up gets a last try of status `expired`.
 */
import { type HeaderEvent, parseReply, type QueueStateEvent } from "../../event/index.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { pick } from "../hop/pick.ts";

/** Somebody's command removes what still waits (`postsuper -d`, `exim -Mrm`); the queue's own `removed` comes when all is done. */
export function addState(hop: Hop, event: QueueStateEvent, at: number, ref: string): void {
	// exim -Mg: `cancelled by root` returns the message to its sender, `removed by root` (-Mrm) does not
	const cancelled = event.kind === "removed" && event.reason?.startsWith("cancelled by ");
	const givenUp = event.kind === "removed" && (cancelled || hop.state?.givenUp === true);
	const byHand =
		event.kind === "removed" &&
		!givenUp &&
		(event.daemon === "postsuper" ||
			event.reason !== undefined ||
			hop.state?.byHand === true ||
			isLeftAlone(hop));
	hop.state = { kind: event.kind, at, ...(byHand && { byHand }), ...(givenUp && { givenUp }) };
	if (event.kind === "expired" || cancelled) expireDelayed(hop, at, ref, event.reason);
}

/** The queue manager does not look at what is on hold; rsyslog's RFC 5424 template cuts off which daemon removed it. */
function isLeftAlone({ mta, state, refusals }: Hop): boolean {
	if (mta !== "postfix") return false;
	return state
		? state.kind === "held"
		: refusals.some(({ verb }) => verb === "hold" || verb === "milter-hold");
}

const DECIDING_CHECKS: ReadonlySet<string> = new Set(["reject", "discard", "hold", "redirect"]);

/** Header and body checks see the message after its recipients: what they decide is about all (header_checks(5)). */
export function addHeaderCheck(hop: Hop, event: HeaderEvent, at: number, ref: string): void {
	if (event.header?.name.toLowerCase() === "subject") hop.subject ??= event.header.value;
	if (!DECIDING_CHECKS.has(event.verb)) return;
	const { text: reason } = event;
	hop.refusals.push({
		at,
		ref,
		stage: "EOM",
		...pick(event, ["verb", "recipient", "sender", "helo"]),
		...(reason !== undefined && (event.verb === "reject" ? { reply: parseReply(reason) } : { reason })),
	});
}

const TOO_MANY_HOPS =
	/^(?:SYSERR\(\w{1,64}\): )?Too many hops \d+ \(\d+ max\): .*, to <([^<>",\s]+@[^<>",\s]+)>$/s;

/**
 * sendmail gives a message that came round too often up before it tries anybody (deliver.c, sendall), and names the first of its recipients:
 * rs sendmail[171]: 6AN6ecM8000171: SYSERR(root): Too many hops 26 (25 max): from <carol@corp.example> via relay.corp.example, to <both@x.example>
 */
export function addLoop(hop: Hop, text: string | undefined, at: number, ref: string): void {
	if (!text?.includes("Too many hops ") || hop.attempts.length > 0) return;
	const recipient = TOO_MANY_HOPS.exec(text)?.[1];
	if (recipient === undefined) return;
	const told = { at, ref, recipient, reason: text };
	hop.refusals.push({ ...told, verb: "reject", stage: "EOM" });
	hop.attempts.push({ ...told, status: "too many hops", action: "failed" });
}

/** The queue manager gave up: every recipient that still waits has failed (`status=expired, returned to sender`). */
export function expireDelayed(hop: Hop, at: number, ref: string, reason: string | undefined): void {
	const latest = new Map<string, HopAttempt>();
	for (const attempt of hop.attempts) latest.set(attempt.recipient.toLowerCase(), attempt);
	for (const attempt of latest.values()) {
		if (attempt.action !== "delayed") continue;
		hop.attempts.push({
			at,
			ref,
			recipient: attempt.recipient,
			...pick(attempt, ["original", "dsn", "relay"]),
			status: "expired",
			action: "failed",
			...(reason !== undefined && { reason }),
		});
	}
}
