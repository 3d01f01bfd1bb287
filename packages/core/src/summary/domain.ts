/** Which host or domain a figure is counted under, by pflogsumm's rules. */
import type { Endpoint } from "../event/index.ts";

/**
 * `web01.corp.example.com` → `example.com`, `mx.foo.co.uk` → `foo.co.uk`: pflogsumm shortens names whose last label has
 * three letters, or whose last two look like `co.uk`, and leaves all others whole (its sub gimme_domain).
 */
export function hostDomain(name: string): string {
	const known = shortened.get(name);
	if (known !== undefined) return known;
	if (shortened.size >= MOST_SHORTENED) shortened.clear();
	const short = shorten(name);
	shortened.set(name, short);
	return short;
}

/** clients come again */
const shortened = new Map<string, string>();
const MOST_SHORTENED = 5_000;

function shorten(name: string): string {
	const labels = name.toLowerCase().split(".");
	const count = labels.length;
	const last = labels.at(-1) ?? "";
	if (last.length === 3 && count > 2) return labels.slice(-2).join(".");
	const second = labels.at(-2)?.length ?? 0;
	if (last.length === 2 && count > 3 && (second === 2 || second === 3)) return labels.slice(-3).join(".");
	return labels.join(".");
}

/** The client's domain, or its address where it has no name. */
export function clientDomain(client: Endpoint | undefined): string {
	if (client?.name !== undefined) return hostDomain(client.name);
	return client?.ip ?? "unknown";
}

/** An address as it is counted: the domain in lower case. A quoted local part may hold an `@`: the last one counts. */
export function plainAddress(address: string): string {
	const at = address.lastIndexOf("@");
	return at < 0 ? address : address.slice(0, at) + address.slice(at).toLowerCase();
}

/** What stands behind an address's `@`; undefined where it has no domain or nothing before it. */
export function domainOf(address: string): string | undefined {
	const at = address.lastIndexOf("@");
	return at > 0 && at < address.length - 1 ? address.slice(at + 1) : undefined;
}
