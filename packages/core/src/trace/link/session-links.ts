/**
 * Into a mail store, over LMTP, where the client counts no answer of the store's: OpenSMTPD up to 7.x reads the first recipient's answer
 * as everybody's and takes the others for noise ("Remote host sent too much data"), any client loses a connection between two answers.
 * The store has one session for the whole transaction, and names each recipient's after the first one's.
 */
import { localPart } from "../hop/recipients.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { sessionsOfNth } from "../hop/store-session.ts";
import { contradicts } from "./contradiction.ts";
import type { HopIndex } from "./hop-index.ts";
import type { HopLink } from "./hop-link.ts";

/** The tries of one transaction are logged together. */
const TOGETHER_MS = 60_000;

/** @param known links of this hop, some of them into a store's session */
export function besideInSession(from: Hop, known: readonly HopLink[], index: HopIndex): HopLink[] {
	const unanswered = from.attempts.filter(isUnanswered);
	if (unanswered.length === 0) return [];
	return known.flatMap((link) => (link.via === "session" ? othersOf(link, unanswered, index) : []));
}

function othersOf(
	{ from, attempt: first, to, evidence }: HopLink,
	unanswered: HopAttempt[],
	index: HopIndex,
): HopLink[] {
	const links: HopLink[] = [];
	for (let nth = 2; nth <= from.attempts.length; nth++) {
		const names = sessionsOfNth(to.queueId ?? "", nth);
		const [store, another] = names.flatMap((name) => index.namedOn(to.host, name, to.firstAt));
		if (!store) break;
		const attempt = unanswered.find(
			(each) => Math.abs(each.at - first.at) <= TOGETHER_MS && isUser(store, each.recipient),
		);
		if (another || !attempt || contradicts(from, attempt, store)) continue;
		links.push({
			...{ from, attempt, to: store, via: "session", confidence: "proven" },
			evidence: [attempt.ref, ...evidence, ...store.refs.slice(0, 1)],
		});
	}
	return links;
}

/** A try that waits for another, without a word of the store's that names a session. */
function isUnanswered({ action, remoteId, nextQueueId }: HopAttempt): boolean {
	return action === "delayed" && remoteId === undefined && nextQueueId === undefined;
}

/** Stores log the login name, which may lack the domain; of a redirection the address before it. */
function isUser({ mta, attempts: [first] }: Hop, recipient: string): boolean {
	const user = (first?.original ?? first?.recipient ?? "").toLowerCase();
	if (mta !== "dovecot" || user === "") return false;
	return user === (user.includes("@") ? recipient.toLowerCase() : localPart(recipient));
}
