/**
 * A small hub for tests: a real HTTP and WebSocket server that speaks the protocol strictly, keeps what was committed in
 * memory over its own restarts, and misbehaves on demand.
 */
import { createPublicKey, verify } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import {
	type AgentMessage,
	AgentMessageSchema,
	type Batch,
	type Health,
	helloProof,
	type HubMessage,
	type Position,
} from "@mailtrail/core/wire";
import { expect } from "vitest";
import { Check } from "typebox/value";
import { type WebSocket, WebSocketServer } from "ws";
import { CERTIFICATE, KEY } from "./test-certificate.ts";

export const TOKEN = "a-token-that-works-once";

export class TestHub {
	readonly lines = new Map<string, string>();
	readonly positions = new Map<string, Position>();
	readonly gaps: NonNullable<Batch["gap"]>[] = [];
	health: Health | undefined;
	connections = 0;
	/** batches that came and were not acknowledged yet */
	unacknowledged = 0;
	/** decides about each batch; by default it is committed and acknowledged */
	onBatch: (batch: Batch, socket: WebSocket) => "commit" | "ignore" | "commit-silently" = () => "commit";
	/** takes connections and reads nothing from them */
	isStalled = false;
	/** answers a hello with this instead of a welcome */
	refusal: Extract<HubMessage, { type: "refuse" }> | undefined;
	readonly #tls: boolean;
	#publicKey = "";
	#tokens = new Set([TOKEN]);
	#server: Server | undefined;
	/** the connection that was welcomed last: as in the hub, it ends the one before */
	#streaming: WebSocket | undefined;
	#sockets: WebSocketServer | undefined;
	#port = 0;
	#watchers = new Set<() => void>();

	/** `tls`: speaks https with the test certificate */
	constructor({ tls = false }: { tls?: boolean } = {}) {
		this.#tls = tls;
	}

	get url(): string {
		return `${this.#tls ? "https" : "http"}://127.0.0.1:${this.#port}/`;
	}

	async start(): Promise<void> {
		const answer = (request: IncomingMessage, response: ServerResponse) => {
			void this.#enrol(request).then(({ status, body }) => {
				response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
			});
		};
		const server = this.#tls
			? createSecureServer({ key: KEY, cert: CERTIFICATE }, answer)
			: createServer(answer);
		const sockets = new WebSocketServer({ server, path: "/agent" });
		sockets.on("connection", (socket) => this.#connection(socket));
		await new Promise<void>((done) => server.listen(this.#port, "127.0.0.1", done));
		this.#port = (server.address() as AddressInfo).port;
		this.#server = server;
		this.#sockets = sockets;
	}

	/** As kill -9 would: no good-bye. */
	async stop(): Promise<void> {
		for (const socket of this.#sockets?.clients ?? []) socket.terminate();
		const server = this.#server;
		await new Promise((done) => {
			if (!server) return done(undefined);
			server.close(done);
			server.closeAllConnections();
		});
	}

	/** Resolves as soon as `met` holds; it is asked after everything that happens. */
	until(met: () => boolean): Promise<void> {
		return new Promise((done) => {
			const watcher = () => {
				if (!met()) return;
				this.#watchers.delete(watcher);
				done();
			};
			this.#watchers.add(watcher);
			watcher();
		});
	}

	texts(): string[] {
		return [...this.lines.values()];
	}

	/** Another hub, or an empty backup of this one. */
	forget(): void {
		this.lines.clear();
		this.positions.clear();
		this.dropConnections();
	}

	dropConnections(): void {
		for (const socket of this.#sockets?.clients ?? []) socket.terminate();
	}

	allow(publicKey: string): void {
		this.#publicKey = publicKey;
	}

	#happened(): void {
		for (const watcher of [...this.#watchers]) watcher();
	}

	async #enrol(request: IncomingMessage): Promise<{ status: number; body: object }> {
		let text = "";
		for await (const chunk of request) text += String(chunk);
		if (request.url !== "/api/agents/enrol") return { status: 404, body: {} };
		const { token, host, publicKey } = JSON.parse(text) as { token: string; host: string; publicKey: string };
		if (!this.#tokens.delete(token))
			return {
				status: 401,
				body: { code: "enrolment-token-invalid", message: "This token was used already." },
			};
		this.#publicKey = publicKey;
		return { status: 200, body: { agent: "agent-1", host } };
	}

	#connection(socket: WebSocket): void {
		const nonce = `nonce-${Math.random()}`;
		const send = (message: HubMessage) => socket.send(JSON.stringify(message));
		send({ type: "challenge", protocol: [1], nonce });
		if (this.isStalled) socket.pause();
		socket.on("message", (data) => {
			if (this.isStalled) return socket.pause();
			const message: unknown = JSON.parse(String(data));
			if (!Check(AgentMessageSchema, message))
				throw new Error(`not of the protocol: ${String(data).slice(0, 300)}`);
			this.#receive(message, nonce, socket, send);
			this.#happened();
		});
	}

	#receive(
		message: AgentMessage,
		nonce: string,
		socket: WebSocket,
		send: (message: HubMessage) => void,
	): void {
		// what an earlier connection still had on its way comes too late: the next one was told the positions without it
		if (message.type !== "hello" && socket !== this.#streaming) return;
		switch (message.type) {
			case "hello": {
				const key = createPublicKey({
					key: Buffer.from(this.#publicKey, "base64"),
					format: "der",
					type: "spki",
				});
				const proof = Buffer.from(helloProof(nonce, message.agent));
				expect(verify(null, proof, key, Buffer.from(message.signature, "base64"))).toBe(true);
				this.#streaming = socket;
				this.connections++;
				this.unacknowledged = 0;
				send(
					this.refusal ?? {
						type: "welcome",
						protocol: 1,
						positions: [...this.positions.values()],
						clock: Date.now(),
					},
				);
				return;
			}
			case "health":
				this.health = message;
				return;
			case "batch":
				return this.#batch(message, socket, send);
		}
	}

	#batch(batch: Batch, socket: WebSocket, send: (message: HubMessage) => void): void {
		this.unacknowledged++;
		const decision = this.onBatch(batch, socket);
		if (decision === "ignore") return;
		const { generation } = batch.position;
		if (batch.from !== (this.positions.get(generation)?.offset ?? 0)) {
			send({ type: "refuse", reason: "position-jumped", text: "go on from the position", retry: true });
			socket.close();
			return;
		}
		for (const { offset, event } of batch.lines) {
			expect(this.lines.has(`${generation}:${offset}`)).toBe(false);
			this.lines.set(`${generation}:${offset}`, event.raw);
		}
		if (batch.gap) this.gaps.push(batch.gap);
		this.positions.set(generation, batch.position);
		if (decision === "commit-silently") return;
		this.unacknowledged--;
		send({ type: "ack", id: batch.id });
	}
}
