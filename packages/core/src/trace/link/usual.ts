/** What the hand-overs of a set of hops teach of each other: where hosts answer, and how far their clocks stand apart. */
import { isPrivate, namesRecipient } from "./contradiction.ts";
import { Clocks, isWithinTry } from "./hand-over-time.ts";
import type { Hop, HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "./hop-link.ts";
import { localPart, sameAddress } from "../hop/recipients.ts";
import { rivalsAmong } from "./rivals.ts";
import { Ways } from "./ways.ts";

export class Usual {
	readonly ways: Ways;
	readonly #clocks: Clocks;

	constructor(links: readonly HopLink[]) {
		const rivals = new Set(rivalsAmong(links));
		const whole = links.filter((link) => !link.filter && !rivals.has(link) && keepsRecipient(link));
		this.#clocks = new Clocks(whole.filter(({ from, to }) => from.host !== to.host));
		const teachers = whole.filter((link) => link.to.attempts.length > 0 && handedOn(link).length === 0);
		this.ways = new Ways(teachers.filter((link) => this.isInTime(link)));
	}

	/** Where the clocks of the two hosts are not known, they are taken to be right. */
	isInTime(link: HopLink): boolean {
		return isWithinTry(link) || isWithinTry(link, this.#clocks.usual(link));
	}

	/** Late or early by clocks whose difference other hand-overs tell. */
	isOutOfTime(link: HopLink): boolean {
		return this.#clocks.usual(link) !== undefined && !this.isInTime(link);
	}
}

/** Tells nothing against it where no try of the receiver's is known. */
export function keepsRecipient({ to, attempt }: HopLink): boolean {
	if (to.attempts.length === 0 || namesRecipient(to, attempt.recipient)) return true;
	// a store logs the user, with or without the domain
	const users = to.mta === "dovecot" ? usersOf(to) : undefined;
	return [attempt.recipient, attempt.original ?? ""].some((each) => users?.has(userOf(each)));
}

const knownUsers = new WeakMap<Hop, Set<string>>();

function usersOf(store: Hop): Set<string> {
	let users = knownUsers.get(store);
	if (!users) {
		users = new Set(store.attempts.map(({ recipient, original }) => userOf(original ?? recipient)));
		knownUsers.set(store, users);
	}
	return users;
}

/** Without the folder behind a plus. */
function userOf(address: string): string {
	return localPart(address).replace(/(?<=.)\+.*$/, "");
}

/** The receiver's tries for the same recipient at the very address that is said to be its own: it went to somebody else there. */
export function handedOn({ to, attempt: { recipient, relay } }: HopLink): HopAttempt[] {
	if (relay?.ip === undefined) return [];
	return triesFor(to, recipient).filter(
		(next) =>
			next.relay?.ip === relay.ip &&
			(next.nextQueueId !== undefined || next.action === "failed") &&
			isOnePlace(relay, next.relay),
	);
}

/** A message may have thousands of recipients, each handed over by a try of its own. */
const MANY = 8;
const knownTries = new WeakMap<Hop, Map<string, HopAttempt[]>>();

function triesFor(hop: Hop, recipient: string): HopAttempt[] {
	if (hop.attempts.length < MANY)
		return hop.attempts.filter((attempt) => sameAddress(attempt.recipient, recipient));
	let tries = knownTries.get(hop);
	if (!tries) {
		tries = Map.groupBy(hop.attempts, (attempt) => attempt.recipient.toLowerCase());
		knownTries.set(hop, tries);
	}
	return tries.get(recipient.toLowerCase()) ?? [];
}

/** A content filter at the host's own address has another port; where the lines name none, it stands on a private address. */
function isOnePlace(one: Relay, other: Relay = {}): boolean {
	if (one.port !== undefined && other.port !== undefined) return one.port === other.port;
	if (one.ip === undefined || isPrivate(one.ip)) return false;
	const [name, another] = [one.name, other.name].map((each) => each?.toLowerCase().replace(/\.$/, ""));
	return name !== undefined && name === another;
}

type Relay = NonNullable<HopAttempt["relay"]>;
