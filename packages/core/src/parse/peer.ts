/**
 * A peer as Sendmail and its milters name it: `mx.example [192.0.2.1]`, `[IPv6:2001:db8::1]`, `ident@host [ip] (may be forged)`,
 * `mx.example. [192.0.2.1]`. The address in the last brackets is the machine's own observation; the name is a stranger's DNS.
 */
import { canonicalIp, type Endpoint } from "../event/index.ts";

/** Reads such a peer; undefined where it names nothing. */
export function readPeer(text: string): Endpoint | undefined {
	const bare = text.endsWith(" (may be forged)") ? text.slice(0, -16) : text;
	const open = bare.endsWith("]") ? bare.lastIndexOf("[") : -1;
	const ip = open < 0 ? canonicalIp(bare) : canonicalIp(bare.slice(open));
	// brackets without an address (`h.example [192.0.xxx.yyy]`, as people show a log) leave the name
	const words = open >= 0 ? bare.slice(0, open).trimEnd() : ip === undefined ? bare : "";
	const name = hostName(words);
	if (name === undefined && ip === undefined) return undefined;
	const peer: Endpoint = {};
	if (name !== undefined) peer.name = name;
	if (ip !== undefined) peer.ip = ip;
	return peer;
}

/** The name without the ident user before it, the root's dot behind it; an address literal is no name. */
function hostName(words: string): string | undefined {
	let name = words.slice(words.lastIndexOf("@") + 1);
	if (name.endsWith(".")) name = name.slice(0, -1);
	if (name === "" || name === "unknown" || name.includes(" ") || canonicalIp(name) !== undefined)
		return undefined;
	return name;
}
