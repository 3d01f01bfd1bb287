/**
 * The stage of a test: one hub and any number of mail hosts, each a growing log file with a real agent. Everything lives
 * in one temporary folder and goes when the test ends.
 */
import { appendFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as after } from "node:timers/promises";
import { test as base } from "@playwright/test";
import { Running } from "./process.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const HUB = join(ROOT, "apps/hub/dist/mailtrail-hub.mjs");
const AGENT = join(ROOT, "apps/agent/dist/mailtrail-agent.mjs");

/** for a log to be read and to be in the hub, on a busy machine */
const ARRIVE_MS = 20_000;

/** What an administrator would write into agent.toml, as variables: `{ ALLOW: "check,testmail" }`. */
export type AgentSettings = Record<string, string>;

export class MailHost {
	readonly name: string;
	readonly log: string;
	readonly #state: string;
	readonly #settings: AgentSettings;
	#agent: Running | undefined;

	constructor(name: string, folder: string, settings: AgentSettings) {
		this.name = name;
		this.log = join(folder, name, "mail.log");
		this.#state = join(folder, name, "agent");
		this.#settings = settings;
	}

	async enrol(hub: Hub): Promise<void> {
		await mkdir(this.#state, { recursive: true });
		const token = await hub.token(this.name);
		const enrol = new Running(process.execPath, [
			AGENT,
			"enrol",
			hub.origin,
			"--token",
			token,
			"--host",
			this.name,
			"--state",
			this.#state,
			"--source",
			this.log,
		]);
		if ((await enrol.ended()) !== 0) throw new Error(`enrolling ${this.name} failed:\n${enrol.output}`);
	}

	start(): void {
		// This machine's own syslog has no part in a test.
		const settings = { LOGGER: "", ...this.#settings };
		const environment = Object.entries(settings).map(([name, value]) => [`MAILTRAIL_AGENT_${name}`, value]);
		const args = [AGENT, "run", "--state", this.#state];
		this.#agent = new Running(process.execPath, args, Object.fromEntries(environment));
	}

	async kill(): Promise<void> {
		await this.#agent?.end("SIGKILL");
	}

	async write(text: string): Promise<void> {
		await appendFile(this.log, text);
	}
}

export class Hub {
	readonly origin: string;
	readonly #port: number;
	readonly #data: string;
	#process: Running | undefined;
	link = "";

	constructor(port: number, data: string) {
		this.#port = port;
		this.#data = data;
		this.origin = `http://127.0.0.1:${port}`;
	}

	async start(): Promise<void> {
		this.#process = new Running(process.execPath, [
			HUB,
			"serve",
			"--data",
			this.#data,
			"--port",
			String(this.#port),
		]);
		this.link = (await this.#process.says(/http:\/\/\S+/))[0];
		for (;;) {
			const ready = await fetch(`${this.origin}/health`).catch(() => undefined);
			if (ready?.ok) return;
			await new Promise((resolve) => setTimeout(resolve, 20));
		}
	}

	async kill(): Promise<void> {
		await this.#process?.end("SIGKILL");
	}

	async #admin(command: string, ...args: string[]): Promise<string> {
		const run = new Running(process.execPath, [HUB, command, "--data", this.#data, ...args]);
		if ((await run.ended()) !== 0) throw new Error(`mailtrail-hub ${command} failed:\n${run.output}`);
		return run.output.trim();
	}

	/** A one-time enrolment token: the last word printed. */
	async token(host: string): Promise<string> {
		return (await this.#admin("token", "--host", host)).split(/\s+/).at(-1) ?? "";
	}

	async apiToken(): Promise<string> {
		return (await this.#admin("api-token")).split(/\s+/).at(-1) ?? "";
	}
}

export class Stage {
	readonly hub: Hub;
	readonly folder: string;
	readonly #hosts: MailHost[] = [];

	constructor(folder: string, port: number) {
		this.folder = folder;
		this.hub = new Hub(port, join(folder, "hub"));
	}

	/** A mail host with this log so far, enrolled and followed. */
	async host(name: string, log = "", settings: AgentSettings = {}): Promise<MailHost> {
		const host = new MailHost(name, this.folder, settings);
		await mkdir(join(this.folder, name), { recursive: true });
		await writeFile(host.log, log);
		await host.enrol(this.hub);
		host.start();
		this.#hosts.push(host);
		this.#given.set(name, log.split("\n").length - 1);
		return host;
	}

	/** More of a host's log. */
	async write(name: string, text: string): Promise<void> {
		await this.#hosts.find((host) => host.name === name)?.write(text);
	}

	/** Waits until the hub has the lines that every host began with: what it says of many hosts depends on them all. */
	async arrived(): Promise<void> {
		for (const [name, given] of this.#given) {
			const until = Date.now() + ARRIVE_MS;
			while ((await this.lines(name)) < given && Date.now() < until) await after(100);
		}
	}

	/** Lines and unparsed lines that the hub has of a host. */
	async lines(name: string): Promise<number> {
		this.#token ??= await this.hub.apiToken();
		const answer = await fetch(`${this.hub.origin}/api/hosts`, {
			headers: { authorization: `Bearer ${this.#token}` },
		});
		const { hosts } = (await answer.json()) as { hosts: { host: string; lines: number }[] };
		return hosts.find((each) => each.host === name)?.lines ?? 0;
	}
	#token: string | undefined;
	/** lines in the log of each host at its start */
	readonly #given = new Map<string, number>();

	async strike(): Promise<void> {
		for (const host of this.#hosts) await host.kill();
		await this.hub.kill();
		await rm(this.folder, { recursive: true, force: true });
	}
}

async function freePort(): Promise<number> {
	return await new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
		});
	});
}

/** A stage in a temporary folder whose hub runs. */
export async function setStage(): Promise<Stage> {
	const stage = new Stage(await mkdtemp(join(tmpdir(), "mailtrail-e2e-")), await freePort());
	await stage.hub.start();
	return stage;
}

/** `test` with a hub that runs; hosts are added by the test. */
export const test = base.extend<{ stage: Stage }>({
	// Playwright reads the fixture's needs from the first parameter, which must be destructured.
	// biome-ignore lint/correctness/noEmptyPattern: see above
	stage: async ({}, use) => {
		const stage = await setStage();
		await use(stage);
		await stage.strike();
	},
});
export { expect } from "@playwright/test";
