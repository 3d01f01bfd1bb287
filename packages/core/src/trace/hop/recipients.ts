/**
 * Who a hop worked for, and which of them came from whom. A queue's tries are grouped by address and the address it was
 * before aliases; on the next host the groups are given to the addresses that the sender handed over.
 */
import type { Hop, HopAttempt } from "./hop.ts";

/** All tries of one hop for one recipient, in time order. */
export interface RecipientGroup {
	recipient: string;
	original?: string;
	attempts: HopAttempt[];
}

export function recipientGroups(hop: Hop): RecipientGroup[] {
	const groups = new Map<string, RecipientGroup>();
	const without: HopAttempt[] = [];
	for (const attempt of hop.attempts) {
		if (attempt.original === undefined) {
			without.push(attempt);
			continue;
		}
		const key = `${attempt.recipient.toLowerCase()}\n${attempt.original.toLowerCase()}`;
		const group = groups.get(key) ?? {
			recipient: attempt.recipient,
			original: attempt.original,
			attempts: [],
		};
		group.attempts.push(attempt);
		groups.set(key, group);
	}
	const named = Map.groupBy(groups.values(), (group) => group.recipient.toLowerCase());
	for (const attempt of without) {
		// A later line of the same recipient may leave its original address out: exim's `** full@b.example: retry timeout exceeded`.
		const key = attempt.recipient.toLowerCase();
		const same = named.get(key) ?? [];
		const only = same.length === 1 && same[0] && waited(same[0], attempt) ? same[0] : undefined;
		const group = only ?? groups.get(key) ?? { recipient: attempt.recipient, attempts: [] };
		group.attempts.push(attempt);
		if (!only) groups.set(key, group);
	}
	const place = new Map(hop.attempts.map((attempt, i) => [attempt, i]));
	for (const group of groups.values())
		group.attempts.sort((a, b) => (place.get(a) ?? 0) - (place.get(b) ?? 0));
	return [...groups.values()];
}

/** Postfix names the original address in every line: only a recipient that still waits gets a line without it later. */
function waited(group: RecipientGroup, later: HopAttempt): boolean {
	return group.attempts.some((each) => each.action === "delayed" && each.at <= later.at);
}

export function sameAddress(a: string, b: string): boolean {
	return addressKey(a) === addressKey(b);
}

/** An address as it is compared: Dovecot, and Postfix before 3.5 (info_log_address_format), log local parts without their quotes. */
export function addressKey(address: string): string {
	const at = address.startsWith('"') ? address.lastIndexOf('"@') : -1;
	if (at < 1) return address.toLowerCase();
	return (address.slice(1, at).replace(/\\(.)/g, "$1") + address.slice(at + 1)).toLowerCase();
}

export function localPart(address: string): string {
	const at = address.lastIndexOf("@");
	return (at < 0 ? address : address.slice(0, at)).toLowerCase();
}

/** An address that was handed over to this hop. */
interface Incoming {
	recipient: string;
}

/** sendmail leaves the host's own domain out: `alias fan => u1@t.example`. */
function ofLocalPart<T extends Incoming>(address: string, incoming: readonly T[]): T | undefined {
	if (address.includes("@")) return undefined;
	const start = `${address.toLowerCase()}@`;
	const [only, another] = incoming.filter(({ recipient }) => recipient.toLowerCase().startsWith(start));
	return another ? undefined : only;
}

/**
 * Where a host gave all that it knows no address of another domain (smtp_generic_maps, exim's rewriting, sendmail's masquerading): it logs
 * the new ones only, and each local part is left once on either side.
 */
function ofOtherDomain<T extends Incoming>(
	groups: readonly RecipientGroup[],
	left: readonly T[],
): Map<RecipientGroup, T> | undefined {
	if (left.length < 2 || left.length !== groups.length) return undefined;
	const byLocalPart = new Map(left.map((each) => [localPart(addressKey(each.recipient)), each]));
	if (byLocalPart.size !== left.length) return undefined;
	const pairs = new Map<RecipientGroup, T>();
	for (const group of groups) {
		const key = localPart(addressKey(group.recipient));
		const from = byLocalPart.get(key);
		byLocalPart.delete(key);
		if (!from) return undefined;
		pairs.set(group, from);
	}
	return pairs;
}

/** The groups of a hop by the address that was handed over for them; `idle` are those for which no try is known. */
export interface Assignment<T extends Incoming> {
	assigned: { group: RecipientGroup; from: T | undefined }[];
	idle: T[];
}

/** How many addresses the host says that it was given: Postfix counts what aliases made of them, and names those in each line. */
function givenTo({ mta, recipientCount = 0 }: Hop, groups: readonly RecipientGroup[]): number {
	return mta === "postfix" && groups.some(({ original }) => original !== undefined) ? 0 : recipientCount;
}

/**
 * Gives each recipient of a hop to the address handed over that it stands for: by its original address, by its own, and what is left
 * to the only address left (an alias that the log does not name). More than one left, or more given by SMTP than is known (a line of the
 * sender's is missing): the recipient keeps no origin.
 * @param bySmtp it was given what it counts: a list's copy within a host counts the members
 */
export function assignGroups<T extends Incoming>(hop: Hop, incoming: T[], bySmtp: boolean): Assignment<T> {
	const groups = recipientGroups(hop);
	const taken = new Set<T>();
	const byAddress = Map.groupBy(incoming, (each) => addressKey(each.recipient));
	const find = (address: string | undefined) => {
		if (address === undefined) return undefined;
		return byAddress.get(addressKey(address))?.[0] ?? ofLocalPart(address, incoming);
	};
	const matched = groups.map((group) => {
		const from = find(group.original) ?? find(group.recipient);
		if (from) taken.add(from);
		return { group, from };
	});
	// One address by two ways (an alias and itself) in one transaction: the store keeps one copy for both, and exim makes one, which it logs
	// for the alias: => u1@t.example <fan@b.example> R=dnslookup …
	for (const { group, from } of [...matched])
		for (const address of from ? new Set([from.recipient, group.recipient].map(addressKey)) : [])
			for (const twin of byAddress.get(address) ?? [])
				if (!taken.has(twin)) {
					taken.add(twin);
					matched.push({ group, from: twin });
				}
	const left = incoming.filter((each) => !taken.has(each));
	const rewritten = ofOtherDomain(
		matched.flatMap(({ group, from }) => (from ? [] : [group])),
		left,
	);
	const areAllKnown = !bySmtp || givenTo(hop, groups) <= incoming.length;
	const [heir] = !areAllKnown ? [] : left.length === 1 ? left : incoming.length === 1 ? incoming : [];
	let covered = false;
	const assigned = matched.map(({ group, from }) => {
		const own = from ?? rewritten?.get(group);
		if (own) return { group, from: own };
		covered = true;
		return { group, from: heir };
	});
	return { assigned, idle: covered || rewritten ? [] : left };
}
