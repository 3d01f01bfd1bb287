/**
 * Joins this host to a hub: makes the agent's key, hands the public half and the one-time token in, keeps the private
 * half here. Says what the agent will read and do. A token that does not count any more uses nothing up here.
 */
import { mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type EnrolRequest, EnrolResponseSchema } from "@mailtrail/core/wire";
import { stringify } from "smol-toml";
import { Check } from "typebox/value";
import { noAddress, startCommand, unreachableAdvice } from "./advice.ts";
import { absoluteSource, type Config } from "./config.ts";
import { makeKeys, saveEnrolment, writePrivately } from "./enrolment.ts";
import type { HubAddress } from "./hub-address.ts";
import { isKnown, isNear, postJson, WrongCertificate } from "./hub-connection.ts";
import { HubUnreachable } from "./hub-unreachable.ts";
import { UsageError } from "./usage-error.ts";
import { whatItDoes } from "./what-it-does.ts";

export interface EnrolOptions {
	hub: string;
	token: string;
	state: string;
	/** the hub's certificate, as the token named it */
	fingerprint?: string;
	host?: string;
	sources: string[];
	/** http: to another network, wanted */
	insecure: boolean;
}

const ANSWER_MS = 15_000;

/** Enrols and returns what to tell. `config` is what a run would go by. */
export async function enrol(options: EnrolOptions, config: Config): Promise<string> {
	const { hub, state, fingerprint, insecure } = options;
	if (hub.startsWith("http:") && !insecure && !(await isNear(hub))) {
		const { hostname: name } = new URL(hub);
		if (!(await isKnown(hub))) throw new HubUnreachable(`${hub} cannot be reached: ${noAddress(name)}`);
		throw new UsageError(
			`${hub} is not of this network, and http: would send log lines across the Internet in the clear: use https:, or say --insecure`,
		);
	}
	const { publicKey, privateKey } = makeKeys();
	makeFolder(state);
	const sources = options.sources.map(absoluteSource);
	const request = { token: options.token, host: options.host ?? hostname(), publicKey };
	const address = { hub, ...(fingerprint !== undefined && { fingerprint }) };
	const { agent, host } = await askHub(address, request);
	saveEnrolment(state, { ...address, agent, host, privateKey });
	if (sources.length > 0) writePrivately(join(state, "agent.toml"), `${stringify({ sources })}\n`);
	return describe({ address, host, state, sources: sources.length > 0 ? sources : config.sources, config });
}

function makeFolder(state: string): void {
	try {
		mkdirSync(state, { recursive: true, mode: 0o700 });
	} catch (error) {
		throw new UsageError(`${state} cannot be made: ${String(error)}; choose another with --state DIR`);
	}
}

async function askHub(address: HubAddress, request: EnrolRequest): Promise<{ agent: string; host: string }> {
	const { hub } = address;
	let answer: { status: number; body: unknown };
	try {
		answer = await postJson(address, "api/agents/enrol", request, ANSWER_MS);
	} catch (error) {
		if (error instanceof WrongCertificate) throw new HubUnreachable(error.message);
		throw new HubUnreachable(
			`${hub} cannot be reached (${causeOf(error)}): ${unreachableAdvice(hub, error)}`,
		);
	}
	if (answer.status === 200 && Check(EnrolResponseSchema, answer.body)) return answer.body;
	throw new HubUnreachable(refusalText(hub, answer.status, answer.body) + nameAdvice(answer.body, request));
}

/** A token may be for one host, by a name that is not this machine's own. */
function nameAdvice(body: unknown, { host }: EnrolRequest): string {
	const isMismatch =
		typeof body === "object" && body !== null && "code" in body && body.code === "host-mismatch";
	return isMismatch ? ` This one would be ${host}: name it as the token does, with --host NAME.` : "";
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

interface Enrolled {
	address: HubAddress;
	host: string;
	state: string;
	/** named by somebody; none: what is found */
	sources: readonly string[];
	config: Config;
}

function describe({ address, host, state, sources, config }: Enrolled): string {
	const { hub, fingerprint } = address;
	const lines = [
		`This host is enrolled as ${host} with ${hub}`,
		...(fingerprint === undefined
			? []
			: ["It talks to the one certificate that the token named, and to no other."]),
		`Its key is in ${state}; nobody else has it.`,
	];
	const doing = whatItDoes({ ...config, sources: [...sources] }, state);
	lines.push(...doing.reads);
	if (hub.startsWith("http:") && !isLoopback(hub))
		lines.push("Caution: http: log lines cross the network in the clear. Use https.");
	lines.push(
		...doing.keeps,
		"It opens no port, and writes nothing but its own folder.",
		...doing.answers,
		`Start it: ${startCommand(state)}`,
	);
	return lines.join("\n");
}

function isLoopback(hub: string): boolean {
	const { hostname: name } = new URL(hub);
	return name === "localhost" || name === "[::1]" || name.startsWith("127.");
}
