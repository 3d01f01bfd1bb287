/**
 * The way to the hub, for enrolment and uplink alike, and whom it trusts: with https the certificate authorities of this
 * machine, or, where the token named one, the certificate of exactly that SHA-256 fingerprint and nothing else. Nothing
 * is sent before the certificate is known.
 */
import { createHash, X509Certificate } from "node:crypto";
import type { LookupAddress } from "node:dns";
import { lookup } from "node:dns/promises";
import { type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { BlockList, isIP } from "node:net";
import { connect, type TLSSocket } from "node:tls";
import { authorities, type HubAddress } from "./hub-address.ts";

/** The hub's certificate is another than the one that was agreed on. */
export class WrongCertificate extends Error {}

/** A connection to a hub whose certificate is pinned; it breaks before anything is sent where that is another one. */
export function connectPinned(hub: URL, fingerprint: string): TLSSocket {
	const host = hub.hostname.replace(/^\[|\]$/g, "");
	const socket = connect({
		host,
		port: Number(hub.port || 443),
		...(isIP(host) === 0 && { servername: host }),
		ALPNProtocols: ["http/1.1"],
		// the fingerprint below says more than any authority could
		rejectUnauthorized: false,
	});
	socket.once("secureConnect", () => {
		const found = fingerprintOf(socket);
		if (found !== fingerprint) socket.destroy(wrongCertificate(hub, fingerprint, found));
	});
	return socket;
}

function fingerprintOf(socket: TLSSocket): string | undefined {
	const { raw } = socket.getPeerCertificate();
	return raw && createHash("sha256").update(new X509Certificate(raw).raw).digest("base64url");
}

function wrongCertificate(hub: URL, expected: string, found = "none"): WrongCertificate {
	return new WrongCertificate(
		`The certificate of ${hub.host} is not the one that this host was enrolled for (its fingerprint is ${found}, not ${expected}). Either somebody stands between, or the hub has a new certificate: then make a new token on the hub (mailtrail-hub token --pin ${hub.origin}) and enrol again with it.`,
	);
}

/** Posts JSON; the answer's status and body. */
export async function postJson(
	{ hub, fingerprint }: HubAddress,
	path: string,
	body: object,
	timeout: number,
): Promise<{ status: number; body: unknown }> {
	const url = new URL(path, hub);
	const text = JSON.stringify(body);
	const options = {
		method: "POST",
		headers: { "content-type": "application/json", "content-length": Buffer.byteLength(text) },
		timeout,
	};
	const pinned =
		fingerprint === undefined ? undefined : await known(connectPinned(url, fingerprint), timeout);
	const response = await new Promise<IncomingMessage>((resolve, reject) => {
		const request = pinned
			? httpRequest(
					url.href.replace(/^https:/, "http:"),
					{ ...options, createConnection: () => pinned },
					resolve,
				)
			: url.protocol === "https:"
				? httpsRequest(url, { ...options, ...authorities() }, resolve)
				: httpRequest(url, options, resolve);
		request.on("error", reject);
		request.on("timeout", () => request.destroy(new Error("no answer in time")));
		request.end(text);
	});
	return { status: response.statusCode ?? 0, body: await readJson(response) };
}

/** The connection once its certificate is known to be right. */
function known(socket: TLSSocket, timeout: number): Promise<TLSSocket> {
	return new Promise((resolve, reject) => {
		const slow = setTimeout(() => socket.destroy(new Error("no answer in time")), timeout);
		// after the check, which stands first among the listeners
		socket.once("secureConnect", () => {
			clearTimeout(slow);
			if (!socket.destroyed) resolve(socket);
		});
		socket.once("error", (error) => {
			clearTimeout(slow);
			reject(error);
		});
	});
}

const ANSWER_MAX = 65_536;

async function readJson(response: IncomingMessage): Promise<unknown> {
	let text = "";
	for await (const chunk of response) {
		text += String(chunk);
		if (text.length > ANSWER_MAX) return undefined;
	}
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** RFC 1122, 1918, 3927, 4193, 4291, 6598: networks that nobody crosses the Internet with */
const NEAR = new BlockList();
for (const [network, bits] of [
	["127.0.0.0", 8],
	["10.0.0.0", 8],
	["172.16.0.0", 12],
	["192.168.0.0", 16],
	["169.254.0.0", 16],
	["100.64.0.0", 10],
] as const) {
	NEAR.addSubnet(network, bits, "ipv4");
}
for (const [network, bits] of [
	["::1", 128],
	["fc00::", 7],
	["fe80::", 10],
] as const) {
	NEAR.addSubnet(network, bits, "ipv6");
}

/** Whether the hub's name has an address at all. */
export async function isKnown(hub: string): Promise<boolean> {
	return (await addressesOf(hub)).length > 0;
}

async function addressesOf(hub: string): Promise<LookupAddress[]> {
	const host = new URL(hub).hostname.replace(/^\[|\]$/g, "");
	return lookup(host, { all: true }).catch(() => []);
}

/** Whether a hub stands on this machine or in a private network, by all addresses of its name; without one it is nowhere. */
export async function isNear(hub: string): Promise<boolean> {
	const found = await addressesOf(hub);
	return (
		found.length > 0 &&
		found.every(({ address, family }) => NEAR.check(address, family === 6 ? "ipv6" : "ipv4"))
	);
}
