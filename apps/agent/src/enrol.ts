/**
 * Joins this host to a hub: makes the agent's key, hands the public half and the one-time token in, keeps the private
 * half here. Says what the agent will read and do. A token that does not count any more uses nothing up here.
 */
import { existsSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type EnrolRequest, EnrolResponseSchema } from "@mailtrail/core/wire";
import { stringify } from "smol-toml";
import { Check } from "typebox/value";
import { absoluteSource } from "./config.ts";
import { makeKeys, saveEnrolment, writePrivately } from "./enrolment.ts";
import { HubUnreachable } from "./hub-unreachable.ts";
import { checkSource, discoverSources } from "./sources/discover.ts";
import { UsageError } from "./usage-error.ts";

export interface EnrolOptions {
	hub: string;
	token: string;
	state: string;
	host?: string;
	sources: string[];
}

const ANSWER_MS = 15_000;

/** Enrols and returns what to tell. */
export async function enrol(options: EnrolOptions): Promise<string> {
	const { hub, state } = options;
	const { publicKey, privateKey } = makeKeys();
	makeFolder(state);
	const sources = options.sources.map(absoluteSource);
	const request = { token: options.token, host: options.host ?? hostname(), publicKey };
	const { agent, host } = await askHub(hub, request);
	saveEnrolment(state, { hub, agent, host, privateKey });
	if (sources.length > 0) writePrivately(join(state, "agent.toml"), `${stringify({ sources })}\n`);
	return describe(hub, host, state, sources);
}

function makeFolder(state: string): void {
	try {
		mkdirSync(state, { recursive: true, mode: 0o700 });
	} catch (error) {
		throw new UsageError(`${state} cannot be made: ${String(error)}; choose another with --state DIR`);
	}
}

async function askHub(hub: string, request: EnrolRequest): Promise<{ agent: string; host: string }> {
	let response: Response;
	let body: unknown;
	try {
		response = await fetch(new URL("api/agents/enrol", hub), {
			method: "POST",
			headers: { "content-type": "application/json" },
			body: JSON.stringify(request),
			signal: AbortSignal.timeout(ANSWER_MS),
		});
		body = await response.json().catch(() => undefined);
	} catch (error) {
		throw new HubUnreachable(
			`${hub} cannot be reached (${causeOf(error)}): is the hub running, and the address right?`,
		);
	}
	if (response.ok && Check(EnrolResponseSchema, body)) return body;
	throw new HubUnreachable(refusalText(hub, response.status, body));
}

function refusalText(hub: string, status: number, body: unknown): string {
	const said =
		typeof body === "object" && body !== null && "message" in body ? String(body.message) : undefined;
	if (said === undefined)
		return `${hub} answered ${status}, which is no answer of a Mailtrail hub: is the address right?`;
	return `The hub refused: ${said}`;
}

function causeOf(error: unknown): string {
	const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
	return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function describe(hub: string, host: string, state: string, named: readonly string[]): string {
	const sources = named.length > 0 ? named.map(checkSource) : discoverSources("journalctl");
	const lines = [
		`This host is enrolled as ${host} with ${hub}`,
		`Its key is in ${state}; nobody else has it.`,
	];
	if (sources.length === 0)
		lines.push("No mail log was found here: name one with --source PATH, or in agent.toml.");
	else lines.push("It will read, and send every line of:");
	for (const { source, problem } of sources)
		lines.push(`  ${source}${problem ? `\n    not yet: ${problem}` : ""}`);
	if (hub.startsWith("http:") && !isLoopback(hub))
		lines.push("Caution: http: log lines cross the network in the clear. Use https.");
	const option = process.env.MAILTRAIL_AGENT_STATE === state || !existsSync(state) ? "" : ` --state ${state}`;
	lines.push(
		"It writes nothing but its own folder, and runs nothing on the hub's behalf.",
		`Start it: mailtrail-agent run${option}`,
	);
	return lines.join("\n");
}

function isLoopback(hub: string): boolean {
	const { hostname: name } = new URL(hub);
	return name === "localhost" || name === "[::1]" || name.startsWith("127.");
}
