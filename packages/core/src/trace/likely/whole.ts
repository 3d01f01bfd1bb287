/**
 * Whether the lines of a hop tell its whole story: how it came, by which Message-ID, how many people it was for, and what became of
 * each. Where a line of some hop is missing, lines of others may be missing too, and what fits best among the lines that are left may
 * be another message's: joins that no id proves are made between whole hops only, and beside whole hops only.
 */
import type { Hop } from "../hop/hop.ts";
import type { Parts } from "../link/parts.ts";
import { messageIdKey, sameMessageId } from "../hop/message-id.ts";
import { recipientGroups, sameAddress } from "../hop/recipients.ts";
import { between } from "../hop/time-window.ts";

/** Lines of one moment: a story that lacks a line within it makes the others of that moment doubtful. */
export const MOMENT_MS = 15_000;

/** A message of which there may be copies. */
interface Wanted {
	messageId: string | undefined;
	isFor: (address: string) => boolean;
	/** the Message-ID of a hop, or of those before it */
	idOf: (hop: Hop) => string | undefined;
}

/** Where the log of a host has holes, by the hops that lack something. */
export class Holes {
	/** entries that another one's line tells of: sendmail writes none for its notices and for what it splits off, Postfix none of who made its own */
	readonly #announced: ReadonlySet<string>;
	/** how many entries of sendmail's own were made of one, for lists that have owners */
	readonly #clones: ReadonlyMap<string, number>;
	readonly #byHost: ReadonlyMap<string, { at: number; hop: Hop }[]>;
	readonly #messages: ReadonlyMap<string, Hop[]>;
	readonly #known = new WeakMap<Hop, boolean>();

	constructor(hops: readonly Hop[]) {
		this.#announced = new Set(
			hops.flatMap((hop) => announcedBy(hop).map((queueId) => `${hop.host} ${queueId}`)),
		);
		this.#clones = clonesAmong(hops);
		const torn = hops.filter((hop) => !this.isWhole(hop)).map((hop) => ({ at: hop.lastAt, hop }));
		this.#messages = Map.groupBy(
			torn.flatMap(({ hop }) => (hop.messageId ? [hop] : [])),
			({ messageId = "" }) => messageIdKey(messageId),
		);
		this.#byHost = Map.groupBy(
			torn.sort((a, b) => a.at - b.at),
			({ hop }) => hop.host,
		);
	}

	/** Whether a hop that was at work on this host in that moment lacks a line; of this sender's mail or notices, if that is all that matters. */
	near(host: string, at: number, sender?: string): boolean {
		return this.tornAt(host, at).some((hop) => sender === undefined || mayConcern(hop, sender));
	}

	/** The hops that were at work on this host in that moment and lack a line. */
	tornAt(host: string, at: number): Hop[] {
		const near = between(this.#byHost.get(host) ?? [], at - MOMENT_MS, at + MOMENT_MS);
		return near.map(({ hop }) => hop);
	}

	/**
	 * Whether a hop that was at work on this host in that moment lacks a line and may be another copy of a message: by its Message-ID, or by
	 * whom it was for where no line tells one (OpenSMTPD logs none, an arrival may be lost).
	 */
	mayHideCopy(host: string, at: number, of: Wanted): boolean {
		return this.tornAt(host, at).some((torn) => {
			const messageId = of.idOf(torn);
			if (messageId !== undefined) return sameMessageId({ messageId }, of);
			const names = torn.attempts.flatMap(({ recipient, original }) => [recipient, original ?? recipient]);
			return names.length === 0 || names.some((name) => of.isFor(name));
		});
	}

	/**
	 * Whether any hop that bears this one's Message-ID lacks a line: it may be another copy of the same words. `parts` tell what is proven to be
	 * this very message, which is no other copy of itself.
	 */
	inMessage(hop: Hop, messageId: string | undefined, parts: Parts): boolean {
		const torn = messageId === undefined ? undefined : this.#messages.get(messageIdKey(messageId));
		return torn?.some((each) => !parts.areOne(each, hop)) ?? false;
	}

	isWhole(hop: Hop): boolean {
		let known = this.#known.get(hop);
		if (known === undefined) {
			known = this.#tellsAll(hop);
			this.#known.set(hop, known);
		}
		return known;
	}

	#tellsAll(hop: Hop): boolean {
		// decided before anybody was tried
		if (hop.refusals.length > 0 || hop.state?.byHand || hop.state?.kind === "held") return true;
		switch (hop.mta) {
			case "postfix":
				return this.#hasBeginning(hop) && triesForAll(hop);
			case "opensmtpd":
				return hop.sender !== undefined && triesForAll(hop);
			case "sendmail":
				if (hop.split || hop.origin?.queueId !== undefined) return hop.attempts.length > 0;
				if (hop.attempts.length > 0 && !hop.sender && this.#isAnnounced(hop)) return true;
				return triesForAll(hop) || this.#wentToClones(hop);
			case "exim":
				return hop.size !== undefined && hop.attempts.length > 0 && isDone(hop);
			default:
				return true;
		}
	}

	/** smtpd or pickup, and cleanup, each have a line (smtpd.c, pickup.c, cleanup_message.c); of what the host itself makes the maker's line tells. */
	#hasBeginning(hop: Hop): boolean {
		if (this.#isAnnounced(hop)) return true;
		if (hop.messageId === undefined && !hop.bearsNoMessageId) return false;
		return hop.client !== undefined || hop.uid !== undefined || isOwnReport(hop);
	}

	#wentToClones({ host, queueId, recipientCount = 0, attempts }: Hop): boolean {
		const clones = this.#clones.get(`${host} ${queueId}`) ?? 0;
		return clones > 0 && recipientCount > 0 && attempts.length + clones >= recipientCount;
	}

	#isAnnounced({ host, queueId }: Hop): boolean {
		return this.#announced.has(`${host} ${queueId}`);
	}
}

function clonesAmong(hops: readonly Hop[]): Map<string, number> {
	const clones = new Map<string, number>();
	for (const { mta, host, origin } of hops) {
		if (mta !== "sendmail" || origin?.queueId === undefined) continue;
		const key = `${host} ${origin.queueId}`;
		clones.set(key, (clones.get(key) ?? 0) + 1);
	}
	return clones;
}

/** What this sender sent, what was sent back to him, and what no line tells the sender of. */
function mayConcern(hop: Hop, sender: string): boolean {
	if (hop.sender) return sameAddress(hop.sender, sender);
	return (
		hop.attempts.length === 0 ||
		hop.attempts.some(({ recipient }) => sameAddress(recipient, sender)) ||
		hop.sender === undefined
	);
}

/** The queue entries of the same host that lines of this one name as its work. */
function announcedBy({ notifications, split, attempts, verdicts }: Hop): string[] {
	return [
		...notifications.map(({ childQueueId }) => childQueueId),
		...(split?.queueIds ?? []),
		// MailScanner writes a queue file of its own
		...verdicts.flatMap(({ action, nextQueueId }) =>
			action === "requeue" && nextQueueId ? [nextQueueId] : [],
		),
		...attempts.flatMap(({ nextQueueId, relay }) => (nextQueueId && !relay ? [nextQueueId] : [])),
	];
}

/** Postfix's reports to its postmaster and its probes of addresses (double_bounce_sender) are announced by no line. */
function isOwnReport({ sender }: Hop): boolean {
	return sender !== undefined && /^double-bounce(?:@|$)/.test(sender);
}

/** Aliases make more of them than were counted on arrival, never fewer. */
function triesForAll(hop: Hop): boolean {
	const { recipientCount: count, attempts } = hop;
	if (count === undefined || attempts.length < count) return false;
	if (count <= 1 || recipientGroups(hop).length >= count) return true;
	// one address may stand in a message twice (copies for an archive, two aliases): Postfix and OpenSMTPD try and tell each
	const last = attempts.filter(({ action }) => action !== undefined && action !== "delayed");
	return hop.mta !== "sendmail" && last.length >= count;
}

/** `Completed`, or somebody still waits. */
function isDone(hop: Hop): boolean {
	return hop.state?.kind === "removed" || hop.attempts.some(({ action }) => action === "delayed");
}
