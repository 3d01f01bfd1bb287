/**
 * `name[ip]:port`, as Postfix and its kin name a peer, taken apart. Names and addresses come from strangers' DNS and
 * commands: anything that does not fit is left out rather than guessed. The name `unknown` says nothing and is left out.
 */
import { canonicalIp } from "./address.ts";
import { remembering } from "./known-word.ts";
import type { Endpoint, Relay } from "./mail-event.ts";

/** `mx.example[192.0.2.1]:25`, `unknown[192.0.2.1]`, `[192.0.2.1]:25`, `mx.example:25`, `192.0.2.1`; undefined where nothing is named. */
export function readEndpoint(text: string): Endpoint | undefined {
	const { name, inner, port } = takeApart(text);
	const endpoint: Endpoint = {};
	if (name !== "" && name !== "unknown") endpoint.name = name;
	if (inner !== undefined) {
		const ip = canonicalIp(inner);
		if (ip !== undefined) endpoint.ip = ip;
	} else if (endpoint.name !== undefined) {
		const ip = canonicalIp(endpoint.name);
		if (ip !== undefined) {
			endpoint.ip = ip;
			delete endpoint.name;
		}
	}
	if (port !== undefined) endpoint.port = port;
	return endpoint.name === undefined && endpoint.ip === undefined ? undefined : endpoint;
}

const knownEndpoint = remembering(readEndpoint);

/** `readEndpoint` of what stands between two places of a text. Peers stand in line after line. */
export function readEndpointAt(text: string, from: number, to: number): Endpoint | undefined {
	const known = knownEndpoint(text, from, to);
	return known && { ...known };
}

/** As `readEndpoint`, and `name[private/dovecot-lmtp]` or `/run/lmtp` with a path; `none` is undefined. */
export function readRelay(text: string): Relay | undefined {
	if (text === "none" || text === "") return undefined;
	if (text.startsWith("/")) return { path: text };
	const { name, inner } = takeApart(text);
	if (inner?.includes("/")) {
		return name === "" || name === "unknown" ? { path: inner } : { name, path: inner };
	}
	return readEndpoint(text);
}

const knownRelay = remembering(readRelay);

/** `readRelay` of what stands between two places of a text. */
export function readRelayAt(text: string, from: number, to: number): Relay | undefined {
	const known = knownRelay(text, from, to);
	return known && { ...known };
}

interface Parts {
	name: string;
	/** what stands in brackets */
	inner?: string;
	port?: number;
}

function takeApart(text: string): Parts {
	const open = text.indexOf("[");
	const close = open < 0 ? -1 : text.indexOf("]", open);
	if (close < 0) return withoutBrackets(text);
	const parts: Parts = { name: text.slice(0, open), inner: text.slice(open + 1, close) };
	const port = text.charCodeAt(close + 1) === 58 ? readPort(text.slice(close + 2)) : undefined;
	if (port !== undefined) parts.port = port;
	return parts;
}

function withoutBrackets(text: string): Parts {
	const colon = text.lastIndexOf(":");
	if (colon < 0 || text.indexOf(":") !== colon) return { name: text };
	const port = readPort(text.slice(colon + 1));
	return port === undefined ? { name: text } : { name: text.slice(0, colon), port };
}

function readPort(text: string): number | undefined {
	if (text.length < 1 || text.length > 5) return undefined;
	let port = 0;
	for (let at = 0; at < text.length; at++) {
		const digit = text.charCodeAt(at) - 48;
		if (digit < 0 || digit > 9) return undefined;
		port = port * 10 + digit;
	}
	return port;
}
