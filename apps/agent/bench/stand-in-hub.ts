/**
 * A hub that takes everything at once and keeps nothing but the positions, and beside it a TCP port that swallows what
 * rsyslogd forwards: so that a measurement shows what the senders cost. It checks no signature and no token.
 */
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import type { HubMessage, Position } from "@mailtrail/core/wire";
import { type WebSocket, WebSocketServer } from "ws";

export interface StandInHub {
	url: string;
	/** where rsyslogd sends to */
	syslogPort: number;
	/** bytes of lines that the agent has sent, over all generations */
	sent(): number;
	/** bytes that came from rsyslogd */
	forwarded(): number;
	/** called with every batch that has lines, and with every piece from rsyslogd */
	onLines: (from: "agent" | "rsyslogd") => void;
	/** a host without positions again */
	forget(): void;
	close(): void;
}

/** Up to the lines of a batch as the agent writes it: all that matters here. */
function readHead(json: string): { type: string; id: number; position: Position; isEmpty: boolean } {
	const at = json.indexOf(',"lines":[');
	const head = JSON.parse(at < 0 ? json : `${json.slice(0, at)}}`) as ReturnType<typeof readHead>;
	return { ...head, isEmpty: at >= 0 && json[at + ',"lines":['.length] === "]" };
}

export async function openStandInHub(): Promise<StandInHub> {
	const positions = new Map<string, Position>();
	let forwarded = 0;
	const http = createHttpServer((request: IncomingMessage, response: ServerResponse) => {
		request.resume().on("end", () => {
			response.setHeader("content-type", "application/json");
			response.end(JSON.stringify({ agent: "agent-1", host: "bench" }));
		});
	});
	const sockets = new WebSocketServer({ server: http, path: "/agent" });
	sockets.on("connection", (socket: WebSocket) => {
		const send = (message: HubMessage) => socket.send(JSON.stringify(message));
		send({ type: "challenge", protocol: [1], nonce: "nonce" });
		socket.on("message", (data) => {
			const message = readHead(String(data));
			if (message.type === "hello")
				return send({ type: "welcome", protocol: 1, positions: [...positions.values()] });
			if (message.type !== "batch") return;
			positions.set(message.position.generation, message.position);
			send({ type: "ack", id: message.id });
			if (!message.isEmpty) hub.onLines("agent");
		});
	});
	const syslog = createServer((socket) => {
		socket.on("error", () => {});
		socket.on("data", (piece) => {
			forwarded += piece.length;
			hub.onLines("rsyslogd");
		});
	});
	await new Promise<void>((done) => http.listen(0, "127.0.0.1", done));
	await new Promise<void>((done) => syslog.listen(0, "127.0.0.1", done));
	const hub: StandInHub = {
		url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
		syslogPort: (syslog.address() as AddressInfo).port,
		sent: () => [...positions.values()].reduce((sum, { offset }) => sum + offset, 0),
		forwarded: () => forwarded,
		onLines: () => {},
		forget: () => positions.clear(),
		close: () => {
			for (const socket of sockets.clients) socket.terminate();
			http.close();
			syslog.close();
		},
	};
	return hub;
}
