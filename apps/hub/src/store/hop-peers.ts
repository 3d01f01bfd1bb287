/**
 * Whom a hop had to do with, as its host sees them: relays and the client, by address where there is one, and how they are
 * named to people. Which of them are hosts of ours is the caller's to say (`own-peers.ts`).
 */
import type { Hop, HopAttempt } from "@mailtrail/core/trace";

export const NAME_MAX = 255;
/** Dovecot's lines of what a queue brought it name neither client nor sender */
export const STORE = "dovecot";
/** OpenSMTPD's session lines are not always to be had either */
const CLIENTLESS = new Set<Hop["mta"]>([STORE, "opensmtpd"]);

/** Hosts of ours by peer, as `peersOf` gives them, and by proof: `idPeer` of the id that a relay gave the message. */
export type OwnHosts = ReadonlyMap<string, string>;

/** Whom the hop had to do with: `>` a relay, `<` the client. */
export function peersOf(hop: Hop): Set<string> {
	const peers = new Set<string>();
	const client = clientPeer(hop);
	if (client !== undefined) peers.add(client);
	for (const { relay, action } of hop.attempts)
		if (relay || action === "relayed") peers.add(relayPeer(hop.host, relay));
	return peers;
}

/** As `host` sees it: an address may lead somewhere else from another host, and on another port. */
export function relayPeer(host: string, relay: HopAttempt["relay"]): string {
	return `>${seenFrom(host, relay ?? {}, relay?.path ?? relay?.port ?? "")}`;
}

/** Without its port, which is another one for every connection. Mail made on the host itself has none. */
export function clientPeer({ host, client, mta }: Pick<Hop, "host" | "client" | "mta">): string | undefined {
	const known = client ?? (CLIENTLESS.has(mta) ? { name: mta } : undefined);
	return known && `<${seenFrom(host, known, "")}`;
}

export function idPeer(queueId: string): string {
	return `#${queueId}`;
}

/** The id that the relay gave the message. */
export function nextIdOf({ nextQueueId, remoteId }: HopAttempt): string | undefined {
	return nextQueueId ?? remoteId;
}

/** The address where there is one: a filter names it only, and one host has many names. */
function seenFrom(host: string, { name, ip }: { name?: string; ip?: string }, way: string | number): string {
	return `${host}!${ip ?? bareName(name ?? "")}:${way}`.slice(0, NAME_MAX);
}

/** The host of ours that a try went to: by the id where that is proven, else by the relay. */
export function nextHost(host: string, attempt: HopAttempt, own: OwnHosts): string | undefined {
	// of nearly every hop: no names are made to be looked up among none
	if (own.size === 0) return undefined;
	const id = nextIdOf(attempt);
	return (id === undefined ? undefined : own.get(idPeer(id))) ?? own.get(relayPeer(host, attempt.relay));
}

/** How a relay or client is shown; what has the same name on every host (a socket, the loopback) with its host. */
export function shownName(
	host: string,
	{ name, ip }: { name?: string; ip?: string },
	way: string | number,
): string {
	const isLocal = ip === "127.0.0.1" || ip === "::1" || (ip?.startsWith("127.") && (name ?? ip) === ip);
	const isNameless = (name ?? ip) === undefined || name === "localhost";
	return (isLocal || isNameless ? `${host}!${way}` : bareName(name ?? ip ?? "")).slice(0, NAME_MAX);
}

function bareName(name: string): string {
	return name.toLowerCase().replace(/\.$/, "");
}
