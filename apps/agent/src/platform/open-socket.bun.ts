/**
 * The agents' WebSocket of a hub by Bun's own, written in native code: half the processor time of `ws` over Node's streams,
 * and none of their memory. It cannot be asked for the hub's certificate, so a pinned one goes by `ws`.
 */
import { authorities, type HubAddress } from "../hub-address.ts";
import { CLOSED, type HubSocket, type SocketEvents, uplinkUrl } from "./socket.ts";

/** Bun's additions to the WebSocket of browsers. */
interface BunSocket extends WebSocket {
	ping(): void;
	terminate(): void;
	addEventListener(
		type: string,
		listener: (event: Event & { data?: unknown; message?: string }) => void,
	): void;
}
type BunWebSocket = new (url: URL, options: { tls?: { ca?: string } }) => BunSocket;

export function openSocket(address: HubAddress, maxPayload: number, events: SocketEvents): HubSocket {
	const url = uplinkUrl(address);
	const secure = url.protocol === "wss:";
	if (secure && address.fingerprint !== undefined) return openByWs(address, maxPayload, events);
	const Native = WebSocket as unknown as BunWebSocket;
	const socket = new Native(url, secure ? { tls: authorities() } : {});
	let why = CLOSED;
	socket.addEventListener("ping", events.alive);
	socket.addEventListener("pong", events.alive);
	socket.addEventListener("message", ({ data }) => {
		const text = String(data);
		if (text.length <= maxPayload) return events.message(text);
		why = "the hub's message is too long";
		socket.terminate();
	});
	socket.addEventListener("error", ({ message }) => {
		if (message) why = message;
	});
	socket.addEventListener("close", () => events.closed(why));
	return socket;
}

/** `ws` and Node's network modules are loaded for it alone. */
function openByWs(...args: Parameters<typeof openSocket>): HubSocket {
	let socket: HubSocket | undefined;
	let isOver = false;
	void import("./open-socket.ts").then(({ openSocket: open }) => {
		if (!isOver) socket = open(...args);
	});
	const end = (how: (open: HubSocket) => void) => {
		isOver = true;
		if (socket) how(socket);
	};
	return {
		send: (text) => socket?.send(text),
		ping: () => socket?.ping(),
		close: (code) => end((open) => open.close(code)),
		terminate: () => end((open) => open.terminate()),
	};
}
