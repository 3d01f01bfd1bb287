/** A hub on a port of its own with a fresh store, signed in, for tests. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyInstance, InjectOptions } from "fastify";
import { WebSocket } from "ws";
import type { EnrolResponse, LiveMessage } from "@mailtrail/core/wire";
import { makeSecret } from "../accounts/secrets.ts";
import { startSession } from "../accounts/sessions.ts";
import { buildHub, type HubOptions } from "../build-hub.ts";
import { sessionCookieName } from "../http/security.ts";
import { OWNER } from "../store/people-store.ts";
import { createIngest } from "../ingest/ingest-batch.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { type AgentIdentity, Inbox, newKey, TestAgent } from "./test-agent.ts";

export interface TestHub {
	app: FastifyInstance;
	store: Store;
	url: string;
	cookie: string;
	dataDir: string;
	/** of its own page */
	origin: string;
	get<T>(path: string): Promise<T>;
	post(
		path: string,
		body: InjectOptions["payload"],
		headers?: Record<string, string>,
	): Promise<{ status: number; body: Record<string, string> }>;
	enrol(host: string): Promise<AgentIdentity>;
	/** enrolled, greeted and welcome */
	agent(host: string): Promise<TestAgent>;
	/** the same by another address of the hub */
	agentAt(address: string, host: string): Promise<TestAgent>;
	live(headers?: Record<string, string>): { socket: WebSocket; inbox: Inbox<LiveMessage> };
	/** everything of this hub, on the same data */
	restart(): Promise<TestHub>;
	close(): Promise<void>;
}

/** What a test may set of the hub. */
export type TestOptions = Partial<Omit<HubOptions, "store" | "ingest" | "dataDir" | "port">> & {
	dir?: string;
};

export async function startHub(options: TestOptions = {}): Promise<TestHub> {
	const { dir = mkdtempSync(join(tmpdir(), "mailtrail-hub-")), ...rest } = options;
	const store = openSqliteStore(dir);
	const app = await buildHub({
		store,
		ingest: (publish) => createIngest(store, publish, options.now ?? Date.now),
		webDir: join(dir, "no-web"),
		dataDir: dir,
		port: 0,
		zone: "UTC",
		...rest,
	});
	const listening = await app.listen({ host: "127.0.0.1", port: 0 });
	// Fastify does not know what its server speaks
	const url = options.tls ? listening.replace("http:", "https:") : listening;
	const { value } = await startSession(store.people, OWNER, Date.now(), { link: true });
	const secure = options.tls !== undefined || options.publicUrl?.startsWith("https:") === true;
	const cookie = `${sessionCookieName(0, secure)}=${value}`;
	const origin = options.publicUrl === undefined ? url : new URL(options.publicUrl).origin;
	const { host } = new URL(url);
	const hub: TestHub = {
		app,
		store,
		url,
		cookie,
		dataDir: dir,
		origin,
		get: async (path) => (await app.inject({ path, headers: { cookie } })).json(),
		post: async (path, payload, headers = {}) => {
			const answer = await app.inject({
				method: "POST",
				path,
				...(payload !== undefined && { payload }),
				headers: { cookie, origin, host, ...headers },
			});
			return { status: answer.statusCode, body: answer.json() };
		},
		enrol: async (name) => {
			const { key, publicKey } = newKey();
			const token = await makeSecret(store, "enrol", Date.now(), { host: name });
			const payload = { token: token.value, host: name, publicKey };
			const answer = await app.inject({ method: "POST", path: "/api/agents/enrol", payload });
			const { agent }: EnrolResponse = answer.json();
			return { agent, host: name, key };
		},
		agent: (name) => hub.agentAt(url, name),
		agentAt: async (address, name) => {
			const agent = new TestAgent(address);
			const answer = await agent.hello(await hub.enrol(name));
			if (answer.type !== "welcome") throw new Error(JSON.stringify(answer));
			return agent;
		},
		live: (headers = { cookie, origin }) => {
			const socket = new WebSocket(`${url.replace(/^http/, "ws")}/live`, { headers });
			return { socket, inbox: new Inbox<LiveMessage>(socket) };
		},
		restart: async () => {
			await app.close();
			return startHub({ ...options, dir });
		},
		close: async () => {
			await app.close();
			rmSync(dir, { recursive: true, force: true });
		},
	};
	return hub;
}
