/**
 * What speaks against a join that a queue id in a reply suggests. Replies are a stranger's words and ids repeat, so every
 * fact that both hops know must fit: Message-ID, sender, time, size, and on one host who brought the message.
 */
import type { Hop, HopAttempt } from "../hop/hop.ts";
import { otherMessageId, sameMessageId } from "../hop/message-id.ts";
import { addressKey, localPart, sameAddress } from "../hop/recipients.ts";

/** Clocks of mail hosts are off by minutes, and a wrong zone by up to 14 hours: beyond that an equal id is another message. */
const CLOCK_TOLERANCE_MS = 15 * 3_600_000;
/** One host has one clock: its queue takes the message in while the sender has the connection open. */
const ONE_CLOCK_MS = 60_000;
const MOMENT_MS = 2_000;
/** Quoted-printable triples a text at most (RFC 2045 section 6.7); headers and disclaimers add a few kilobytes. */
const SIZE_FACTOR = 4;
const SIZE_SLACK = 65_536;

/**
 * Whether `to` cannot be the message that `attempt` of `from` handed over.
 * @param otherwiseSure two Message-IDs may be those of two headers
 */
export function contradicts(from: Hop, attempt: HopAttempt, to: Hop, otherwiseSure = false): boolean {
	if (from === to) return true;
	if (Math.abs(to.firstAt - attempt.at) > CLOCK_TOLERANCE_MS) return true;
	if (attempt.relay?.ip !== undefined && isMadeHere(to)) return true;
	// A store's session id is never used again; its clock may be set between the two lines.
	if (from.host === to.host && to.mta !== "dovecot" && contradictsOnOneHost(from, attempt, to)) return true;
	const forwardedHere = isForwardedHere(from, attempt, to);
	// Nobody may answer a notice, and nothing on the way gives it a sender (RFC 5321 section 4.5.5) but a list's owner.
	if (from.sender === "" && to.sender && !forwardedHere) return true;
	const otherSender = isOtherSender(from, to);
	const otherRecipient = to.attempts.length > 0 && !namesRecipient(to, attempt.recipient);
	const otherSize = sizesDiffer(from, to);
	// Forwards rewrite senders, aliases recipients, filters contents: with one Message-ID it takes two of them to doubt it.
	if (otherMessageId(from, to)) return !(otherwiseSure && !otherSender && !otherSize);
	if (sameMessageId(from, to)) return otherSize && (otherSender || otherRecipient);
	return otherSize || (otherSender && otherRecipient && !forwardedHere);
}

/** Postfix' own `status=sent (forwarded as X)`: a list with an owner has another sender, and its members stand for it. */
function isForwardedHere(from: Hop, { transport, relay }: HopAttempt, to: Hop): boolean {
	return from.host === to.host && from.mta === "postfix" && transport !== undefined && relay === undefined;
}

/** By sendmail(1), or by the server itself about another message: nobody handed it over by SMTP. */
function isMadeHere({ uid, protocol, parentQueueId }: Hop): boolean {
	return uid !== undefined || protocol === "local" || parentQueueId !== undefined;
}

/**
 * Another one, not the same rewritten: masquerading gives it a domain of one's own, SRS and BATV keep its local part at their end
 * (`SRS0=hash=tt=corp.example=alice@forwarder`, `prvs=tag=alice@corp.example`).
 */
export function isOtherSender({ sender: one }: Hop, { sender: other }: Hop): boolean {
	if (one === undefined || other === undefined || sameAddress(one, other)) return false;
	if (one === "" || other === "") return true;
	const [a, b] = [localPart(one), localPart(other)];
	return a !== b && !a.endsWith(`=${b}`) && !b.endsWith(`=${a}`);
}

function contradictsOnOneHost(from: Hop, attempt: HopAttempt, to: Hop): boolean {
	const open = ((attempt.delays?.[2] ?? 0) + (attempt.delays?.[3] ?? attempt.delay ?? 0)) * 1000;
	if (to.firstAt > attempt.at + ONE_CLOCK_MS || to.firstAt < attempt.at - open - ONE_CLOCK_MS) return true;
	// An outside server that answers with an id of this host's own queue brought that message itself, or lies. Instances of one host may
	// each have an address of their own (smtp_bind_address): they write both lines in one moment.
	const relay = attempt.relay?.ip;
	const client = to.client?.ip;
	if (relay === undefined || client === undefined || client === relay || isPrivate(relay)) return false;
	return (
		from.instance === to.instance ||
		to.firstAt > attempt.at + MOMENT_MS ||
		to.firstAt < attempt.at - open - MOMENT_MS
	);
}

/** Loopback, private and link-local addresses: a filter in a container answers from another one than it calls from. */
export function isPrivate(ip: string): boolean {
	return /^(?:127\.|10\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|::1$|f[cd]|fe[89ab])/i.test(ip);
}

function sizesDiffer(from: Hop, to: Hop): boolean {
	if (from.size === undefined || to.size === undefined) return false;
	const [small, big] = from.size < to.size ? [from.size, to.size] : [to.size, from.size];
	return big > small * SIZE_FACTOR + SIZE_SLACK;
}

/** Addresses of hops that were asked about: a message may have thousands, each handed over by a try of its own. */
const addressesOf = new WeakMap<Hop, Set<string>>();

/** Whether a hop worked for this address, under any name that its lines give. */
export function namesRecipient(hop: Hop, address: string): boolean {
	let known = addressesOf.get(hop);
	if (!known) {
		const names = hop.attempts.flatMap(({ recipient, original }) => [recipient, original ?? recipient]);
		known = new Set(names.map(addressKey));
		addressesOf.set(hop, known);
	}
	return known.has(addressKey(address));
}
