/**
 * One agent's connection: challenge → hello → welcome, then batches, each acknowledged after its commit and in order.
 * What breaks the protocol ends this connection with a reason and touches nobody else's.
 */
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import {
	AgentMessageSchema,
	type AgentMessage,
	type Command,
	type CommandResult,
	FIRST_COMMANDS,
	type Hello,
	type HubMessage,
	PROTOCOL_VERSION,
} from "@mailtrail/core/wire";
import type { FastifyBaseLogger } from "fastify";
import { Compile } from "typebox/compile";
import type { WebSocket } from "ws";
import type { Ingest, Ingested } from "../ingest/ingest-batch.ts";
import { isBatch } from "../ingest/read-batch.ts";
import type { HubStore } from "../store/store.ts";
import type { AgentRegistry, ConnectedAgent } from "./agent-registry.ts";
import { type Offences, Pace } from "./manners.ts";
import { PendingCommands } from "./pending-commands.ts";
import { ENDED, type Refusal, verifyHello } from "./verify-hello.ts";

export interface AgentSocketDeps {
	store: HubStore;
	ingest: Ingest;
	registry: AgentRegistry;
	now: () => number;
	log: FastifyBaseLogger;
	/** who broke the protocol lately */
	offences: Offences;
	/** how long an agent may take for its hello, and be silent */
	helloMs?: number;
	pingMs?: number;
}

type State =
	| { name: "challenged"; nonce: string }
	| { name: "greeting" }
	| { name: "streaming"; connection: ConnectedAgent }
	| { name: "closed" };

const HELLO_MS = 10_000;
const PING_MS = 15_000;
/** nobody has to read more from a stranger */
const HELLO_BYTES_MAX = 262_144;
/** 500 lines of usual length are a quarter of a megabyte */
const BATCH_BYTES_MAX = 16 * 1_048_576;
/** batches waiting for their commit before the agent is not read any further */
const WAITING_MAX = 8;

const checkMessage = Compile(AgentMessageSchema);

export class AgentSocket {
	readonly #socket: WebSocket;
	readonly #deps: AgentSocketDeps;
	readonly #timers: NodeJS.Timeout[] = [];
	readonly #commands = new PendingCommands();
	#state: State;
	#work: Promise<void> = Promise.resolve();
	#waiting = 0;
	readonly #pace: Pace;
	/** until it may send more, while it has sent too much */
	#slowed: NodeJS.Timeout | undefined;
	#answered = true;

	/** `wire`: what the WebSocket stands on; a stranger's message is counted there before it is whole */
	constructor(socket: WebSocket, deps: AgentSocketDeps, wire: Duplex) {
		this.#socket = socket;
		this.#deps = deps;
		this.#pace = new Pace(deps.now());
		let read = 0;
		const count = (chunk: Buffer) => {
			if (this.#state.name === "streaming") return void wire.off("data", count);
			read += chunk.length;
			if (read > 2 * HELLO_BYTES_MAX) socket.terminate();
		};
		wire.on("data", count);
		const nonce = randomBytes(32).toString("base64url");
		this.#state = { name: "challenged", nonce };
		socket.on("message", (data, isBinary) => this.#receive(data as Buffer, isBinary));
		socket.on("pong", () => {
			this.#answered = true;
		});
		socket.on("close", () => this.#close());
		socket.on("error", () => this.#close());
		const helloTimer = setTimeout(() => {
			if (this.#state.name === "challenged") this.#refuse(malformed("no hello came"));
		}, deps.helloMs ?? HELLO_MS);
		this.#timers.push(
			helloTimer,
			setInterval(() => this.#ping(), deps.pingMs ?? PING_MS),
		);
		this.#send({ type: "challenge", protocol: [PROTOCOL_VERSION], nonce });
	}

	/** Nobody knows yet who this is. */
	get isStranger(): boolean {
		return this.#state.name === "challenged";
	}

	/** More strangers came than are waited for. */
	turnAway(): void {
		this.#socket.terminate();
	}

	/** The hub stops: what is being committed is finished and acknowledged, nothing more is taken. */
	async stop(): Promise<void> {
		this.#refuse({ reason: "hub-stopping", text: "The hub is stopping; it comes back.", retry: true });
		await this.#work;
	}

	#receive(data: Buffer, isBinary: boolean): void {
		// what was on its way behind the message that ended the connection
		if (this.#state.name === "closed") return;
		const limit = this.#state.name === "streaming" ? BATCH_BYTES_MAX : HELLO_BYTES_MAX;
		if (data.length > limit) {
			const text = `A message of ${data.length} bytes; at most ${limit} are taken here. Send smaller batches.`;
			return this.#refuse({ reason: "too-large", text, retry: false });
		}
		// read where it is stored; whoever begins it otherwise has it looked at twice
		if (!isBinary && isBatch(data)) return this.#batch(data);
		const message = isBinary ? undefined : readMessage(data);
		if (!message) return this.#refuse(malformed("not a message of this protocol"));
		if (message.type !== "batch") this.#count();
		switch (message.type) {
			case "hello":
				return this.#hello(message);
			case "batch":
				return this.#batch(data);
			case "health":
				if (this.#state.name === "streaming") {
					this.#deps.registry.report(this.#state.connection.agent, message, this.#deps.now());
				}
				return;
			case "result":
				return this.#commands.settle(message.id, message.result);
		}
	}

	#ask(command: Command): Promise<CommandResult> {
		const { id, result } = this.#commands.open();
		this.#send({ type: "command", id, command });
		return result;
	}

	#hello(hello: Hello): void {
		if (this.#state.name !== "challenged") return this.#refuse(malformed("a second hello"));
		const heardIn = this.#deps.offences.wait(hello.agent, this.#deps.now());
		if (heardIn > 0) {
			const text = `This agent broke the protocol a moment ago. It is heard again in ${Math.ceil(heardIn / 1000)} seconds.`;
			return this.#refuse({ reason: "malformed", text, retry: true });
		}
		const { nonce } = this.#state;
		this.#state = { name: "greeting" };
		this.#inOrder(async () => {
			const refusal = await verifyHello(this.#deps.store, hello, nonce);
			if (refusal) return this.#refuse(refusal);
			if (this.#state.name !== "greeting") return;
			await this.#welcome(hello);
		});
	}

	async #welcome({ agent, host, version, allow = [], commands = [...FIRST_COMMANDS] }: Hello): Promise<void> {
		const { registry, store, now } = this.#deps;
		const connection: ConnectedAgent = {
			agent,
			host,
			version,
			connectedAt: now(),
			allow,
			commands,
			ask: (command) => this.#ask(command),
			end: async (reason) => {
				this.#refuse({ reason, text: ENDED[reason], retry: false });
				await this.#work;
			},
		};
		this.#state = { name: "streaming", connection };
		// Positions are read when the predecessor's last commit is over.
		await registry.enter(connection);
		await store.seenAgent(agent, version, now());
		const positions = await store.positions(host);
		this.#send({ type: "welcome", protocol: PROTOCOL_VERSION, positions, clock: now() });
	}

	#batch(batch: Buffer): void {
		if (this.#state.name !== "streaming") return this.#refuse(malformed("a batch before the welcome"));
		const { host } = this.#state.connection;
		this.#waiting++;
		if (this.#waiting === WAITING_MAX) this.#socket.pause();
		// begun at once, so that what waits is committed together; answered in order
		const begun = this.#deps.ingest(host, batch).then(
			(result) => ({ result }),
			(error: unknown) => ({ error }),
		);
		this.#inOrder(async () => {
			const ended = await begun;
			this.#waiting--;
			this.#readOn();
			if ("error" in ended) throw ended.error;
			if (this.#state.name === "streaming") this.#answer(host, ended.result);
		});
	}

	/** Messages that wait for no commit: whoever sends too many is read later, and may find its own batches late. */
	#count(): void {
		const ms = this.#pace.spend(this.#deps.now());
		if (ms === 0) return;
		if (this.#state.name === "streaming" && !this.#slowed)
			this.#deps.log.warn(
				{ host: this.#state.connection.host, ms },
				"agent sends too many messages and is slowed",
			);
		clearTimeout(this.#slowed);
		this.#socket.pause();
		this.#slowed = setTimeout(() => {
			this.#slowed = undefined;
			this.#readOn();
		}, ms);
	}

	#readOn(): void {
		if (this.#waiting < WAITING_MAX && !this.#slowed && this.#socket.isPaused) this.#socket.resume();
	}

	#answer(host: string, result: Ingested): void {
		if (result.ok) return this.#send({ type: "ack", id: result.id });
		const { reason, text } = result;
		this.#deps.log.warn({ host, reason, text }, "batch refused");
		this.#refuse({ reason, text, retry: reason === "position-jumped" || reason === "hub-stopping" });
	}

	#ping(): void {
		// who is not read cannot answer
		if (this.#socket.isPaused) return;
		if (!this.#answered) return this.#socket.terminate();
		this.#answered = false;
		this.#socket.ping();
	}

	/** A failed job (a full disk) is not acknowledged and ends the connection: the agent comes back and sends it again. */
	#inOrder(job: () => Promise<void>): void {
		this.#work = this.#work.then(job).catch((error: unknown) => {
			this.#deps.log.error({ err: error }, "agent connection failed");
			this.#socket.close(1011, "internal error");
			this.#close();
		});
	}

	#refuse(refusal: Refusal): void {
		if (this.#state.name === "closed") return;
		if (
			this.#state.name === "streaming" &&
			(refusal.reason === "malformed" || refusal.reason === "too-large")
		)
			this.#deps.offences.note(this.#state.connection.agent, this.#deps.now());
		this.#send({ type: "refuse", ...refusal });
		this.#socket.close(1008, refusal.reason);
		this.#close();
	}

	#close(): void {
		for (const timer of this.#timers) clearInterval(timer);
		clearTimeout(this.#slowed);
		this.#commands.abandon();
		if (this.#state.name === "streaming") this.#leave(this.#state.connection);
		this.#state = { name: "closed" };
	}

	#leave(connection: ConnectedAgent): void {
		const { log, now, registry, store } = this.#deps;
		registry.leave(connection);
		store
			.seenAgent(connection.agent, connection.version, now())
			.catch((error: unknown) => log.error({ err: error }, "could not note when the agent was seen"));
	}

	#send(message: HubMessage): void {
		if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(JSON.stringify(message));
	}
}

function malformed(what: string): Refusal {
	return { reason: "malformed", text: `The hub did not understand the agent: ${what}.`, retry: false };
}

function readMessage(data: Buffer): AgentMessage | undefined {
	try {
		const value: unknown = JSON.parse(data.toString("utf8"));
		return checkMessage.Check(value) ? value : undefined;
	} catch {
		return undefined;
	}
}
