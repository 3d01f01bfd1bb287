/** What others see of us: the reverse name of the address that we come from, and whether block lists hold it. */
import { BlockList, isIPv6 } from "node:net";
import type { Finding } from "@mailtrail/core/check";
import type { Dns, Found } from "./dns.ts";
import { finding, list } from "./finding.ts";
import { reversed } from "./reversed.ts";
import { timed } from "./timed.ts";

const PRIVATE = new BlockList();
for (const [net, bits] of [
	["10.0.0.0", 8],
	["172.16.0.0", 12],
	["192.168.0.0", 16],
	["100.64.0.0", 10],
	["127.0.0.0", 8],
	["169.254.0.0", 16],
] as const) {
	PRIVATE.addSubnet(net, bits, "ipv4");
}
for (const [net, bits] of [
	["fc00::", 7],
	["fe80::", 10],
	["::1", 128],
] as const)
	PRIVATE.addSubnet(net, bits, "ipv6");

/** Private addresses are translated on the way: the remote sees another one. */
export function isPrivate(address: string): boolean {
	return PRIVATE.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

export async function examineOwnAddress(own: string, lists: readonly string[], dns: Dns): Promise<Finding[]> {
	const reverse = await reverseName(own, dns);
	const listings = await Promise.all(lists.map((name) => askBlockList(name, own, dns)));
	return [reverse, ...listings];
}

/** RFC 8601 section 2.7.3, `iprev`: the name of the address, and the address of that name. */
async function reverseName(own: string, dns: Dns): Promise<Finding> {
	const { value, ms } = await timed(() => dns.reverse(own));
	if (!("records" in value)) {
		const missing = value.fault === "not-found" || value.fault === "no-data";
		if (isPrivate(own)) return finding("ptr", true, ms, "own-address-private", { own });
		return finding("ptr", false, ms, missing ? "ptr-missing" : "ptr-unknown", { own, error: value.error });
	}
	const forward = await timed(() => confirmed(own, value.records, dns));
	const took = ms + forward.ms;
	const name = forward.value ?? list(value.records);
	if (forward.value !== undefined) return finding("ptr", true, took, "ptr-confirmed", { own, name });
	return isPrivate(own)
		? finding("ptr", true, took, "own-address-private", { own })
		: finding("ptr", false, took, "ptr-unconfirmed", { own, name });
}

async function confirmed(own: string, names: readonly string[], dns: Dns): Promise<string | undefined> {
	for (const name of names.slice(0, 5)) {
		const found = await dns.addresses(name);
		if ("records" in found && found.records.includes(own)) return name;
	}
	return undefined;
}

/** RFC 5782: an address is listed where its reversed name below the list has an A record in 127.0.0.0/8. */
async function askBlockList(name: string, own: string, dns: Dns): Promise<Finding> {
	const { value, ms } = await timed(() => dns.addresses(`${reversed(own)}.${name}`));
	const facts = { own, list: name };
	if (!("records" in value)) {
		return value.fault === "not-found" || value.fault === "no-data"
			? finding("dnsbl", true, ms, "not-listed", facts)
			: finding("dnsbl", true, ms, "list-unusable", { ...facts, error: value.error });
	}
	const answers = value.records;
	// 127.255.255.x is Spamhaus' "you asked wrongly" (open resolver, too many questions); others do the like.
	if (!answers.some((answer) => answer.startsWith("127.") && !answer.startsWith("127.255.255."))) {
		return finding("dnsbl", true, ms, "list-unusable", { ...facts, error: list(answers) });
	}
	const why = await listingText(name, own, dns);
	const link = /https?:\/\/\S+/.exec(why)?.[0];
	return finding("dnsbl", false, ms, "listed", {
		...facts,
		answer: why === "" ? ` (${list(answers)})` : ` (${list(answers)}): ${why}`,
		...(link === undefined ? {} : { link }),
	});
}

async function listingText(name: string, own: string, dns: Dns): Promise<string> {
	const found: Found<string[]> = await dns.texts(`${reversed(own)}.${name}`);
	return "records" in found ? list(found.records).slice(0, 500) : "";
}
