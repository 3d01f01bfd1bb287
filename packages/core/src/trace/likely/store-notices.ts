/**
 * Notices of a mail store that refuses a message which it has taken already (Sieve `reject`, a mailbox that is full; RFC 5429 section 2.1.1): Dovecot
 * sends one from `<>` to the sender and logs no id of it. The Message-ID that it gives the notice tells when it was made, by the clock that the
 * session's id and its line are told by too: within the session, and for its sender. It is joined where one session alone can have made it.
 */
import { sessionBegan } from "./dovecot-session.ts";
import type { Hop } from "../hop/hop.ts";
import type { HopLink } from "../link/hop-link.ts";
import { rejectedAt } from "./made-by-dovecot.ts";
import type { ParentLink } from "../link/parent-links.ts";
import { sameAddress } from "../hop/recipients.ts";
import type { Holes } from "./whole.ts";

/** A script takes no longer, where id and line do not tell together; a session may serve one message after the other. */
const RUNNING_MS = 5_000;
export const SESSION_MS = 60_000;
/** dovecot-lda has its session's id some microseconds after the notice's; a line is written when the notice has been handed over. */
const WRITTEN_MS = 20;

/** A session that sent a notice. */
interface Session {
	hop: Hop;
	sender: string;
	from: number;
	until: number;
}

interface Notice {
	child: Hop;
	madeAt: number;
}

/** @param links the way of each hop so far: a store knows its sender from the queue before it */
export function storeNotices(hops: readonly Hop[], links: readonly HopLink[], holes: Holes): ParentLink[] {
	const rejecting = hops.filter(isRejecting);
	if (rejecting.length === 0) return [];
	const before = new Map(links.map((link) => [link.to, link.from]));
	const sessions = rejecting.flatMap((hop) => sessionOf(hop, before.get(hop)?.sender));
	const notices = hops.flatMap((hop) => noticeOf(hop, before));
	const possible = new Map(
		notices.map((notice) => [notice, sessions.filter((session) => mayHaveMade(session, notice))]),
	);
	return [...settled(possible)].flatMap(([{ child }, { hop }]) =>
		holes.near(child.host, child.firstAt) || holes.near(hop.host, hop.firstAt)
			? []
			: [{ parent: hop, child }],
	);
}

/** Whether a store says that it sent this one back. */
export function isRejecting({ mta, attempts }: Hop): boolean {
	return mta === "dovecot" && attempts.some(({ status }) => status === "rejected");
}

/** Whether it bears the Message-ID of such a notice. */
export function isOfRejection({ mta, messageId }: Hop): boolean {
	return mta !== "dovecot" && rejectedAt(messageId) !== undefined;
}

function sessionOf(hop: Hop, sender: string | undefined): Session[] {
	const refused = hop.attempts.find(({ status }) => status === "rejected");
	if (!refused || !sender) return [];
	// RFC 3164 headers have whole seconds
	const until = (refused.at % 1000 === 0 ? refused.at + 999 : refused.at) + WRITTEN_MS;
	const began = sessionBegan(hop.queueId ?? "");
	if (began === undefined) return [{ hop, sender, from: until - RUNNING_MS, until }];
	// another machine may stamp the log, by another clock
	const isOneClock = until >= began && until <= began + SESSION_MS;
	return [{ hop, sender, from: began - WRITTEN_MS, until: isOneClock ? until : began + RUNNING_MS }];
}

/** Where the queue that took it logs no Message-ID (OpenSMTPD), the next one does. */
function noticeOf(hop: Hop, before: ReadonlyMap<Hop, Hop>): Notice[] {
	const madeAt = isOfRejection(hop) ? rejectedAt(hop.messageId) : undefined;
	if (madeAt === undefined) return [];
	const from = before.get(hop);
	if (from && (from.mta !== "opensmtpd" || before.has(from))) return [];
	const child = from ?? hop;
	return child.sender === "" ? [{ child, madeAt }] : [];
}

function mayHaveMade({ hop, sender, from, until }: Session, { child, madeAt }: Notice): boolean {
	// two hosts may refuse one message at once
	if (hop.host !== child.host && wasHandedInHere(child)) return false;
	if (madeAt < from || madeAt > until || child.attempts.length === 0) return false;
	return child.attempts.every(({ recipient, original }) =>
		[recipient, original ?? recipient].some((each) => sameAddress(each, sender)),
	);
}

/** By sendmail(1), so by a program of this host; not over a connection (`submission_host`). */
function wasHandedInHere({ uid, protocol, client }: Hop): boolean {
	if (uid !== undefined || protocol?.startsWith("local")) return true;
	// OpenSMTPD's `connected address=local`, sendmail's `relay=vmail@localhost`
	return client !== undefined && client.ip === undefined;
}

/** Each session makes one: what one notice alone can come from is no other's. What two notices claim, and what is left with two, stays apart. */
function settled(possible: ReadonlyMap<Notice, readonly Session[]>): Map<Notice, Session> {
	const found = new Map<Notice, Session>();
	const claimed = new Set<Session>();
	for (let before = -1; before < found.size; ) {
		before = found.size;
		const sole = [...possible].flatMap(([notice, all]): [Notice, Session][] => {
			const [only, another] = found.has(notice) ? [] : all.filter((each) => !claimed.has(each));
			return only && !another ? [[notice, only]] : [];
		});
		for (const [session, [claim, rival]] of Map.groupBy(sole, ([, by]) => by))
			if (claim && !rival) {
				found.set(claim[0], session);
				claimed.add(session);
			}
	}
	return found;
}
