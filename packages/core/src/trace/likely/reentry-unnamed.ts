/**
 * Messages that came back into a queue of their host without a Message-ID that both hops log: it had none, OpenSMTPD logs none, or
 * Dovecot made one for what its sieve redirected.
 */
import { mayBeMadeIn } from "./dovecot-session.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { madeBySieveAt } from "./made-by-dovecot.ts";
import { queueIdIn } from "../hop/made-ids.ts";
import { placeOf } from "../hop/place.ts";

/** Between the id and the arrival lies the call of sendmail(1), or a connection. */
const SENDING_MS = 5_000;
/** Whole seconds of a log beside the id's fraction. */
const WRITTEN_MS = 1_500;

/** Whether its Message-ID, if it has one, cannot stand in lines of the message that it was. */
export function isUnnamed(hop: Hop): boolean {
	return hop.messageId === undefined || isMade(hop) || isMadeByExim(hop);
}

/** exim's `+msg_id_created` logs what it put in for want of one, `id*=E1xVGhy-000069-1M@ex.corp.example`: nobody knew that id before. */
function isMadeByExim({ mta, messageId, queueId }: Hop): boolean {
	return mta === "exim" && messageId !== undefined && queueIdIn(messageId) === queueId;
}

/** Whether a Message-ID would stand in its lines if it had one, or never does: what else lacks it has its lines cut off. */
export function logsNames({ mta, messageId, protocol }: Hop): boolean {
	if (messageId !== undefined || mta === "postfix" || mta === "opensmtpd") return true;
	// exim gives messages of its own users one; not what `exim -oMr spam-scanned -bS` hands back
	return mta === "exim" && protocol !== undefined && !protocol.startsWith("local");
}

/** Whether a user's script sent it on, as Dovecot logs it. */
export function isRedirected({ mta }: Hop, { status }: HopAttempt): boolean {
	return mta === "dovecot" && status === "redirected";
}

/** What Dovecot says to have sent on at that time. */
interface Redirected {
	hop: Hop;
	attempt: HopAttempt;
	at: number;
}

/**
 * Of messages to one recipient that came from the host itself, those that Dovecot's lines of the same recipient follow one by one: an arrival, its
 * line, the next arrival. Where two are open at once, or a line stands without an arrival, nothing tells them apart.
 */
export function pairRedirected<E extends Redirected>(
	starts: readonly Hop[],
	ends: readonly E[],
): Map<Hop, E> {
	const [made, without] = [starts.filter(isMade), starts.filter((start) => !isMade(start))];
	const unnamed = ends.filter(({ hop }) => hop.messageId === undefined);
	return new Map([...pairInOrder(made, unnamed), ...pairInOrder(without, ends)]);
}

function pairInOrder<E extends Redirected>(starts: readonly Hop[], ends: readonly E[]): [Hop, E][] {
	const arrivals = starts.map((start) => ({
		at: start.receivedAt ?? start.firstAt,
		ref: start.refs[0],
		start,
	}));
	const lines = ends
		.filter(({ hop, attempt }) => isRedirected(hop, attempt))
		.map((end) => ({ at: end.at, ref: end.attempt.ref, end }));
	const pairs: [Hop, E][] = [];
	const stray: number[] = [];
	let open: { at: number; start: Hop }[] = [];
	let blurred = 0;
	for (const each of [...arrivals, ...lines].sort(inOrder)) {
		open = open.filter(({ at }) => each.at - at <= SENDING_MS);
		if ("start" in each) open.push(each);
		else if (open.length === 1 && blurred === 0) pairs.push([(open.pop() as { start: Hop }).start, each.end]);
		else if (open.length === 0) stray.push(each.at);
		else {
			open.shift();
			blurred = open.length;
		}
		if (open.length === 0) blurred = 0;
	}
	return pairs.filter(
		([start, end]) =>
			!stray.some((at) => Math.abs(at - end.at) <= SENDING_MS) &&
			fitsId(start, end) &&
			mayBeMadeIn(end.hop.queueId ?? "", end.at, start.receivedAt ?? start.firstAt),
	);
}

/** In whole seconds the places of one file tell; else an arrival is taken to stand before a line: two are open then. */
function inOrder(
	a: { at: number; ref: string | undefined },
	b: { at: number; ref: string | undefined },
): number {
	if (a.at !== b.at) return a.at - b.at;
	const [one, other] = [placeOf(a.ref ?? ""), placeOf(b.ref ?? "")];
	if (one && other && one.file === other.file) return one.line - other.line;
	return Number("end" in a) - Number("end" in b);
}

/** Of a message that had no Message-ID. */
function isMade({ messageId }: Hop): boolean {
	return madeBySieveAt(messageId) !== undefined;
}

/** An id that sieve made tells when. */
function fitsId({ messageId }: Hop, { at }: Redirected): boolean {
	const madeAt = madeBySieveAt(messageId);
	if (madeAt === undefined) return true;
	return madeAt <= at + WRITTEN_MS && madeAt >= at - SENDING_MS;
}
