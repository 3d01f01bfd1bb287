/** IP addresses as bytes, and ranges in CIDR form: `192.0.2.0/24`, `2001:db8::/32`. An IPv4-mapped address is IPv4. */

/** The 4 or 16 bytes of an address, undefined where the text is none. Linear. */
export function readIp(text: string): number[] | undefined {
	const bare = text.replace(/^\[(?:IPv6:)?([^\]]*)\]$/i, "$1");
	if (bare.length > 45) return undefined;
	return bare.includes(":") ? readIpv6(bare) : readIpv4(bare);
}

function readIpv4(text: string): number[] | undefined {
	const parts = text.split(".");
	if (parts.length !== 4) return undefined;
	const bytes = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : 256));
	return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function readIpv6(text: string): number[] | undefined {
	const halves = text.split("::");
	if (halves.length > 2) return undefined;
	const head = readGroups(halves[0] ?? "");
	const tail = halves.length === 2 ? readGroups(halves[1] ?? "") : [];
	if (!head || !tail) return undefined;
	const missing = 16 - head.length - tail.length;
	if (halves.length === 1 ? missing !== 0 : missing < 2) return undefined;
	const bytes = [...head, ...new Array<number>(missing).fill(0), ...tail];
	const mapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
	return mapped ? bytes.slice(12) : bytes;
}

function readGroups(text: string): number[] | undefined {
	if (text === "") return [];
	const bytes: number[] = [];
	const groups = text.split(":");
	for (const [index, group] of groups.entries()) {
		if (group.includes(".") && index === groups.length - 1) {
			const embedded = readIpv4(group);
			if (!embedded) return undefined;
			bytes.push(...embedded);
		} else if (/^[0-9a-f]{1,4}$/i.test(group)) {
			const value = Number.parseInt(group, 16);
			bytes.push(value >> 8, value & 255);
		} else return undefined;
	}
	return bytes.length <= 16 ? bytes : undefined;
}

export interface IpRange {
	bytes: number[];
	prefix: number;
}

/** `192.0.2.1` or `192.0.2.0/24`; undefined where the text is neither. */
export function readIpRange(text: string): IpRange | undefined {
	const slash = text.indexOf("/");
	const bytes = readIp(slash < 0 ? text : text.slice(0, slash));
	if (!bytes) return undefined;
	const bits = bytes.length * 8;
	if (slash < 0) return { bytes, prefix: bits };
	const length = text.slice(slash + 1);
	if (!/^\d{1,3}$/.test(length) || Number(length) > bits) return undefined;
	return { bytes, prefix: Number(length) };
}

export function ipInRange(ip: string, range: IpRange): boolean {
	const bytes = readIp(ip);
	if (bytes?.length !== range.bytes.length) return false;
	for (let bit = 0; bit < range.prefix; bit += 8) {
		const mask = range.prefix - bit >= 8 ? 255 : 255 << (8 - (range.prefix - bit));
		const index = bit >> 3;
		if (((bytes[index] ?? 0) & mask) !== ((range.bytes[index] ?? 0) & mask)) return false;
	}
	return true;
}
