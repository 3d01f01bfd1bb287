/**
 * IP addresses in canonical form (RFC 5952: lower case, no leading zeros, the longest run of zeros as `::`;
 * IPv4-mapped addresses as IPv4), and mail addresses out of their angle brackets.
 */

const IPV4 = /^(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?:25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;
const GROUP = /^[0-9a-f]{1,4}$/;

/**
 * The canonical form of an IP address, or undefined where the text is none. Brackets, the `IPv6:` prefix of RFC 5321
 * address literals and upper case are undone; a zone (`fe80::1%eth0`) is kept.
 */
export function canonicalIp(text: string): string | undefined {
	if (text.length > 80 || text.length < 2) return undefined;
	let ip = text;
	if (ip.startsWith("[") && ip.endsWith("]")) ip = ip.slice(1, -1);
	if (ip.charCodeAt(4) === 58 && /^ipv6:/i.test(ip)) ip = ip.slice(5);
	if (isPlainIpv4(ip)) return ip;
	if (ip.indexOf(":") < 0) return IPV4.test(ip) ? ip.split(".").map(Number).join(".") : undefined;
	const percent = ip.indexOf("%");
	const zone = percent < 0 ? "" : ip.slice(percent);
	const groups = ipv6Groups((percent < 0 ? ip : ip.slice(0, percent)).toLowerCase());
	if (!groups) return undefined;
	return mappedIpv4(groups) ?? writeIpv6(groups) + zone;
}

/** `192.0.2.1` without leading zeros: nearly every peer, so read without a pattern. */
function isPlainIpv4(text: string): boolean {
	let parts = 0;
	let part = -1;
	for (let at = 0; at < text.length; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit === -2) {
			if (part < 0) return false;
			parts++;
			part = -1;
		} else if (digit < 0 || digit > 9 || part === 0) return false;
		else {
			part = Math.max(part, 0) * 10 + digit;
			if (part > 255) return false;
		}
	}
	return parts === 3 && part >= 0;
}

function ipv6Groups(text: string): number[] | undefined {
	const halves = text.split("::");
	if (halves.length > 2) return undefined;
	const head = readGroups(halves[0] as string);
	if (!head) return undefined;
	if (halves.length === 1) return head.length === 8 ? head : undefined;
	const tail = readGroups(halves[1] as string);
	if (!tail || head.length + tail.length > 7) return undefined;
	return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function readGroups(text: string): number[] | undefined {
	if (text === "") return [];
	const groups: number[] = [];
	const parts = text.split(":");
	for (const [index, part] of parts.entries()) {
		if (GROUP.test(part)) groups.push(Number.parseInt(part, 16));
		else if (index === parts.length - 1 && IPV4.test(part)) {
			const [a, b, c, d] = part.split(".").map(Number) as [number, number, number, number];
			groups.push(a * 256 + b, c * 256 + d);
		} else return undefined;
	}
	return groups;
}

function mappedIpv4(groups: number[]): string | undefined {
	if (groups[5] !== 0xffff || groups.slice(0, 5).some((group) => group !== 0)) return undefined;
	const [high, low] = [groups[6] as number, groups[7] as number];
	return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

function writeIpv6(groups: number[]): string {
	let start = -1;
	let length = 1;
	for (let from = 0; from < 8; from++) {
		let to = from;
		while (to < 8 && groups[to] === 0) to++;
		if (to - from > length) [start, length] = [from, to - from];
	}
	const hex = (part: number[]) => part.map((group) => group.toString(16)).join(":");
	if (start < 0) return hex(groups);
	return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

/** An address without its angle brackets; `<>` is the null sender `""`. Text without brackets is given back as it is. */
export function bareAddress(text: string): string {
	return text.startsWith("<") && text.endsWith(">") ? text.slice(1, -1) : text;
}
