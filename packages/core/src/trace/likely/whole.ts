/**
 * Whether the lines of a hop tell its whole story: how many people it was for, and what became of each. Where a line of some hop is
 * missing, lines of others may be missing too, and what fits best among the lines that are left may be another
 * message's: joins that no id proves are made between whole hops only, and beside whole hops only.
 */
import type { Hop } from "../hop/hop.ts";
import { messageIdKey } from "../hop/message-id.ts";
import { recipientGroups } from "../hop/recipients.ts";
import { between } from "../hop/time-window.ts";

/** Lines of one moment: a story that lacks a line within it makes the others of that moment doubtful. */
const MOMENT_MS = 15_000;

/** Where the log of a host has holes, by the hops that lack something. */
export class Holes {
	/** entries that begin without a line of their own: sendmail writes none for its notices, and none for what it splits off */
	readonly #unannounced: ReadonlySet<string>;
	readonly #byHost: ReadonlyMap<string, { at: number; hop: Hop }[]>;
	readonly #messages: ReadonlySet<string>;
	readonly #known = new WeakMap<Hop, boolean>();

	constructor(hops: readonly Hop[]) {
		this.#unannounced = new Set(
			hops.flatMap(({ host, notifications, split }) => [
				...notifications.map(({ childQueueId }) => `${host} ${childQueueId}`),
				...(split?.queueIds ?? []).map((id) => `${host} ${id}`),
			]),
		);
		const torn = hops.filter((hop) => !this.isWhole(hop)).map((hop) => ({ at: hop.lastAt, hop }));
		this.#messages = new Set(torn.flatMap(({ hop }) => (hop.messageId ? [messageIdKey(hop.messageId)] : [])));
		this.#byHost = Map.groupBy(
			torn.sort((a, b) => a.at - b.at),
			({ hop }) => hop.host,
		);
	}

	/** Whether a hop that was at work on this host in that moment lacks a line; one of this sender, if that is all that matters. */
	near(host: string, at: number, sender?: string): boolean {
		return this.tornAt(host, at).some((hop) => sender === undefined || hop.sender === sender);
	}

	/** The hops that were at work on this host in that moment and lack a line. */
	tornAt(host: string, at: number): Hop[] {
		const near = between(this.#byHost.get(host) ?? [], at - MOMENT_MS, at + MOMENT_MS);
		return near.map(({ hop }) => hop);
	}

	/** Whether any hop that bears this one's Message-ID lacks a line: it may be another copy of the same words. */
	inMessage({ messageId }: { messageId?: string | undefined }): boolean {
		return messageId !== undefined && this.#messages.has(messageIdKey(messageId));
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
				return triesForAll(hop);
			case "opensmtpd":
				return triesForAll(hop);
			case "sendmail":
				if (hop.split) return hop.attempts.length > 0;
				return triesForAll(hop) || (!hop.sender && this.#isUnannounced(hop));
			case "exim":
				return hop.size !== undefined && hop.attempts.length > 0 && isDone(hop);
			default:
				return true;
		}
	}

	#isUnannounced(hop: Hop): boolean {
		return this.#unannounced.has(`${hop.host} ${hop.queueId}`) && hop.attempts.length > 0;
	}
}

/** Aliases make more of them than were counted on arrival, never fewer. */
function triesForAll(hop: Hop): boolean {
	return hop.recipientCount !== undefined && recipientGroups(hop).length >= hop.recipientCount;
}

/** `Completed`, or somebody still waits. */
function isDone(hop: Hop): boolean {
	return hop.state?.kind === "removed" || hop.attempts.some(({ action }) => action === "delayed");
}
