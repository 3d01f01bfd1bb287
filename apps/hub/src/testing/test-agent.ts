/** An agent for tests: enrols over HTTP, speaks the protocol over a real socket, and lies when told to. */
import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { type AgentMessage, type Batch, type HubMessage, helloProof, type Hello } from "@mailtrail/core/wire";
import { WebSocket } from "ws";

export interface AgentIdentity {
	agent: string;
	host: string;
	key: KeyObject;
}

export function newKey(): { publicKey: string; key: KeyObject } {
	const { publicKey, privateKey } = generateKeyPairSync("ed25519");
	return { publicKey: publicKey.export({ type: "spki", format: "der" }).toString("base64"), key: privateKey };
}

/** Messages of a socket, awaited one by one. */
export class Inbox<T> {
	readonly #messages: T[] = [];
	readonly #waiting: ((message: T) => void)[] = [];
	readonly closed: Promise<void>;

	constructor(socket: WebSocket) {
		socket.on("message", (data) => {
			const message: T = JSON.parse(String(data));
			const next = this.#waiting.shift();
			if (next) next(message);
			else this.#messages.push(message);
		});
		socket.on("error", () => socket.terminate());
		this.closed = new Promise((resolve) => socket.on("close", () => resolve()));
	}

	async next(): Promise<T> {
		const message = this.#messages.shift();
		return message ?? new Promise((resolve) => this.#waiting.push(resolve));
	}
}

export class TestAgent {
	readonly socket: WebSocket;
	readonly inbox: Inbox<HubMessage>;

	constructor(url: string) {
		// tests make their own certificates
		const options = url.startsWith("https") ? { rejectUnauthorized: false } : {};
		this.socket = new WebSocket(`${url.replace(/^http/, "ws")}/agent`, options);
		this.inbox = new Inbox(this.socket);
	}

	/** Answers the challenge; returns what came back. */
	async hello(identity: AgentIdentity, lies: Partial<Hello> = {}): Promise<HubMessage> {
		const challenge = await this.inbox.next();
		if (challenge.type !== "challenge") throw new Error(`no challenge but ${challenge.type}`);
		const proof = helloProof(challenge.nonce, identity.agent);
		this.send({
			type: "hello",
			protocol: 1,
			agent: identity.agent,
			host: identity.host,
			version: "test",
			signature: sign(null, Buffer.from(proof), identity.key).toString("base64"),
			clock: Date.now(),
			sources: [],
			...lies,
		});
		return this.inbox.next();
	}

	/** Sends batches one after the other; returns the answer to the last. */
	async deliver(batches: Batch[]): Promise<HubMessage | undefined> {
		let answer: HubMessage | undefined;
		for (const batch of batches) {
			this.send(batch);
			answer = await this.inbox.next();
		}
		return answer;
	}

	send(message: AgentMessage): void {
		this.socket.send(JSON.stringify(message));
	}
}
