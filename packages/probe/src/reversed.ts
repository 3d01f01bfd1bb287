/** An address in the order of the DNS, for `in-addr.arpa`, `ip6.arpa` and block lists. */
import { isIPv6 } from "node:net";

/** `192.0.2.1` → `1.2.0.192`; IPv6 by nibbles (RFC 5782 section 2.4). */
export function reversed(address: string): string {
	if (!isIPv6(address)) return address.split(".").reverse().join(".");
	const [head = "", tail = ""] = address.split("::");
	const left = head === "" ? [] : head.split(":");
	const right = tail === "" ? [] : tail.split(":");
	const zeros = address.includes("::") ? Array<string>(8 - left.length - right.length).fill("0") : [];
	const groups = [...left, ...zeros, ...right];
	return [...groups.map((group) => group.padStart(4, "0")).join("")].reverse().join(".");
}
