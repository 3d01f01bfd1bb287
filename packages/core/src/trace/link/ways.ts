/**
 * Where hosts answer and where their messages come from, as hand-overs that stand beyond doubt teach it: by address, and by the names that
 * the other side found for it in the DNS.
 */
import type { Hop } from "../hop/hop.ts";
import type { HopLink } from "./hop-link.ts";

/** A hand-over within a host, to a socket. */
const SOCKET = "socket";

type Known = ReadonlyMap<string, ReadonlySet<string>>;

export class Ways {
	/** where a host answered */
	readonly #answersAt: Known;
	/** what a host's messages came from */
	readonly #comesFrom: Known;

	/** @param links such as teach */
	constructor(links: readonly HopLink[]) {
		const answersAt = new Map<string, Set<string>>();
		const comesFrom = new Map<string, Set<string>>();
		for (const link of links) {
			const { from, to, attempt } = link;
			for (const place of relaysOf(link)) add(answersAt, to.host, place);
			if (attempt.relay?.path !== undefined) add(answersAt, to.host, SOCKET);
			if (from.host !== to.host) for (const place of clientsOf(link)) add(comesFrom, from.host, place);
		}
		this.#answersAt = answersAt;
		this.#comesFrom = comesFrom;
	}

	/** Whether the receiver is known to answer where the sender went. */
	leadThere(link: HopLink): boolean {
		return relaysOf(link).some((place) => this.#knows(this.#answersAt, link.to.host, place));
	}

	/** Whether the message came from where the sender's messages are known to come from. */
	cameFrom({ from, to }: HopLink): boolean {
		const ip = to.client?.ip;
		return ip !== undefined && this.#knows(this.#comesFrom, from.host, ip);
	}

	/** By others that went between the two, or by an address at which one of them answers and from which it sends. */
	vouchFor(link: HopLink): boolean {
		const { from, to } = link;
		return (
			this.leadThere(link) ||
			relaysOf(link).some((place) => this.#knows(this.#comesFrom, to.host, place)) ||
			clientsOf(link).some(
				(place) =>
					this.#knows(this.#comesFrom, from.host, place) || this.#knows(this.#answersAt, from.host, place),
			) ||
			isNamed(from.host, clientName(to))
		);
	}

	/** Whether the receiver answers elsewhere, and the sender's messages come from elsewhere, as far as is known. */
	leadElsewhere({ from, to, attempt }: HopLink): boolean {
		const notThere = isElsewhere(this.#answersAt.get(to.host), attempt.relay?.ip);
		return (
			notThere && (to.client?.ip === undefined || isElsewhere(this.#comesFrom.get(from.host), to.client.ip))
		);
	}

	#knows(known: Known, host: string, place: string): boolean {
		return known.get(host)?.has(place) ?? false;
	}
}

/** OpenSMTPD names a relay and a client as the owner of the address has it in the reverse DNS, where anybody may write any name. */
export function relaysOf({ from, attempt: { relay } }: HopLink): string[] {
	return placesOf(relay?.ip, from.mta === "opensmtpd" ? undefined : relay?.name);
}

export function clientsOf({ to }: HopLink): string[] {
	return placesOf(to.client?.ip, clientName(to));
}

function clientName({ mta, client }: Hop): string | undefined {
	return mta === "opensmtpd" ? undefined : client?.name;
}

function placesOf(ip: string | undefined, name: string | undefined): string[] {
	const bare = name?.toLowerCase().replace(/\.$/, "");
	return [...(ip === undefined ? [] : [ip]), ...(bare?.includes(".") ? [bare] : [])];
}

/** Whether a host goes by this name in the DNS. */
export function isNamed(host: string, name: string | undefined): boolean {
	const [known, given] = [host.toLowerCase(), name?.toLowerCase()];
	return given !== undefined && (given === known || given.startsWith(`${known}.`));
}

/** Known at addresses of this family, and this is none of them. */
function isElsewhere(known: ReadonlySet<string> | undefined, ip: string | undefined): boolean {
	if (known === undefined || ip === undefined || known.has(ip)) return false;
	return [...known].some((place) => familyOf(place) === familyOf(ip));
}

function familyOf(place: string): 4 | 6 | undefined {
	if (place.includes(":")) return 6;
	return /^[\d.]+$/.test(place) ? 4 : undefined;
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
	const same = map.get(key);
	if (same) same.add(value);
	else map.set(key, new Set([value]));
}
