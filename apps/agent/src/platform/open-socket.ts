/** The agents' WebSocket of a hub by `ws`, in Node; and in Bun where the hub's certificate is pinned. */
import WebSocket from "ws";
import { authorities, type HubAddress } from "../hub-address.ts";
import { connectPinned } from "../hub-connection.ts";
import { CLOSED, type HubSocket, type SocketEvents, uplinkUrl } from "./socket.ts";

/** Opens it; a message longer than `maxPayload` ends it. */
export function openSocket(address: HubAddress, maxPayload: number, events: SocketEvents): HubSocket {
	const { fingerprint } = address;
	const url = uplinkUrl(address);
	const secure = url.protocol === "wss:";
	const socket = new WebSocket(url, {
		maxPayload,
		perMessageDeflate: false,
		...(secure && fingerprint === undefined && authorities()),
		...(secure && fingerprint !== undefined && { createConnection: () => connectPinned(url, fingerprint) }),
	});
	let why = CLOSED;
	socket.on("ping", events.alive);
	socket.on("pong", events.alive);
	socket.on("message", (data) => events.message(String(data)));
	socket.on("error", (error) => {
		why = error.message;
	});
	socket.on("close", () => events.closed(why));
	return socket;
}
