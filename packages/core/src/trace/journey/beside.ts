/**
 * Recipients who were refused beside accepted ones: which message a session's refusals belong to. Postfix counts its session's
 * transactions. Exim and OpenSMTPD write no end of one that came to nothing: a transaction of which nobody was taken and the next one
 * of the same sender look like one. There the sending host's own tries decide where they are known, and otherwise only an exim whose
 * session shows that it writes such ends (log_selector = +smtp_incomplete_transaction).
 */
import { APART_MS } from "./answers.ts";
import type { Hop, HopRefusal } from "../hop/hop.ts";
import type { HopIndex } from "../link/hop-index.ts";
import type { HopLink } from "../link/hop-link.ts";
import { sameAddress } from "../hop/recipients.ts";
import { isTransactionTold } from "../hop/transaction-told.ts";

/** A transaction's last word comes within minutes of its first. */
const ONE_SESSION_MS = 600_000;

/** Sessions whose refused recipients stood beside accepted ones: refusal hop → the message's hop. */
export function refusedBeside(
	hops: readonly Hop[],
	index: HopIndex,
	links: readonly HopLink[],
): Map<Hop, Hop> {
	const attached = new Map<Hop, Hop>();
	const sessions = hops.filter((hop) => hop.sessionQueueIds.length > 0);
	if (sessions.length === 0) return attached;
	const into = Map.groupBy(links, (link) => link.to);
	for (const hop of sessions) {
		for (const id of hop.sessionQueueIds) {
			const message = index
				.namedOn(hop.host, id, hop.lastAt)
				.find((each) => Math.abs(each.firstAt - hop.lastAt) < ONE_SESSION_MS && fits(hop, each));
			if (!message || !isOneTransaction(hop, into.get(message) ?? [])) continue;
			attached.set(hop, message);
			break;
		}
	}
	return attached;
}

function fits(session: Hop, message: Hop): boolean {
	if (session.sender === undefined || message.sender === undefined) return true;
	return sameAddress(session.sender, message.sender);
}

function isOneTransaction(session: Hop, into: readonly HopLink[]): boolean {
	if (!isTransactionTold(session.mta)) return true;
	if (into.length > 0)
		return session.refusals.every((refusal) => into.some(({ from }) => triedFor(from, refusal)));
	return session.sessionTellsEnds ?? false;
}

function triedFor(from: Hop, { recipient, at }: HopRefusal): boolean {
	return from.attempts.some(
		(attempt) =>
			attempt.nextQueueId === undefined &&
			recipient !== undefined &&
			sameAddress(attempt.recipient, recipient) &&
			Math.abs(attempt.at - at) <= APART_MS,
	);
}
