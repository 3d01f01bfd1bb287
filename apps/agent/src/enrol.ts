/**
 * Joins this host to a hub: makes the agent's key, hands the public half and the one-time token in, keeps the private
 * half here. Says what the agent will read and do. A token that does not count any more uses nothing up here.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { type EnrolRequest, EnrolResponseSchema, type Permission, PERMISSIONS } from "@mailtrail/core/wire";
import { stringify } from "smol-toml";
import { Check } from "typebox/value";
import { absoluteSource, type Config } from "./config.ts";
import { makeKeys, saveEnrolment, writePrivately } from "./enrolment.ts";
import type { HubAddress } from "./hub-address.ts";
import { isNear, postJson, WrongCertificate } from "./hub-connection.ts";
import { HubUnreachable } from "./hub-unreachable.ts";
import { checkSource, discoverSources } from "./sources/discover.ts";
import { accessProblem, errorCode, permissionCommand, userName } from "./sources/file-access.ts";
import { UsageError } from "./usage-error.ts";

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
		throw new HubUnreachable(`${hub} cannot be reached (${causeOf(error)}): ${adviceFor(error)}`);
	}
	if (answer.status === 200 && Check(EnrolResponseSchema, answer.body)) return answer.body;
	throw new HubUnreachable(refusalText(hub, answer.status, answer.body) + nameAdvice(answer.body, request));
}

/** OpenSSL's names for certificates that no authority of this machine vouches for */
const UNTRUSTED = /SELF_SIGNED|UNABLE_TO|CERT_|ALTNAME/;

function adviceFor(error: unknown): string {
	if (UNTRUSTED.test(errorCode(error) ?? "")) {
		return "this machine does not trust its certificate; use a token that carries its fingerprint (mailtrail-hub token --pin URL), or add its authority to this machine's";
	}
	return "is the hub running, and the address right?";
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
	const found = sources.length > 0 ? sources.map(checkSource) : discoverSources(config.journalctl);
	const user = ownerOf(state);
	const lines = [
		`This host is enrolled as ${host} with ${hub}`,
		...(fingerprint === undefined
			? []
			: ["It talks to the one certificate that the token named, and to no other."]),
		`Its key is in ${state}; nobody else has it.`,
	];
	if (found.length === 0)
		lines.push("No mail log was found here: name one with --source PATH, or in agent.toml.");
	else lines.push("It will read, and send every line of:");
	for (const { source, problem } of found) {
		const why = problem ?? (user === undefined ? undefined : unreadableBy(user, source));
		lines.push(`  ${source}${why ? `\n    not yet: ${why}` : ""}`);
	}
	if (config.spools.length > 0)
		lines.push("and the bounces in:", ...config.spools.map((spool) => `  ${spool}`));
	if (hub.startsWith("http:") && !isLoopback(hub))
		lines.push("Caution: http: log lines cross the network in the clear. Use https.");
	lines.push(
		...staysHere(config),
		"It opens no port, and writes nothing but its own folder.",
		...requests(config),
		startWith(state),
	);
	return lines.join("\n");
}

/** What of the lines does not leave this host. */
function staysHere({ pseudonym_key, pseudonym_keep, drop }: Config): string[] {
	const lines: string[] = [];
	if (pseudonym_key !== "") {
		const but = pseudonym_keep.length > 0 ? `, but for ${pseudonym_keep.join(", ")}` : "";
		lines.push(`People's addresses, logins and subjects leave as pseudonyms, by ${pseudonym_key}${but}.`);
		const problem = accessProblem(pseudonym_key);
		if (problem !== undefined) lines.push(`    not yet: ${problem}; without its key it does not start`);
	}
	if (drop.length > 0) lines.push("These lines stay on this host:", ...drop.map((rule) => `  ${rule}`));
	return lines;
}

const REQUESTS: Record<Permission, (config: Config) => string> = {
	check: ({ check_ports }) => `check: connect to a mail host that it names, ports ${check_ports.join(", ")}`,
	queue: () => "queue: how many messages wait in the mail server's queue",
	spool: () => "spool: what bounces in the mailboxes above report",
	testmail: ({ sendmail }) => `testmail: hand in a short test message with ${sendmail}`,
};

function requests(config: Config): string[] {
	const { allow } = config;
	const others = PERMISSIONS.filter((name) => !allow.includes(name));
	const not = others.length > 0 ? [`Not allowed: ${others.join(", ")}`] : [];
	if (allow.length === 0) return ["The hub may ask nothing of it (allow in agent.toml)."];
	return [
		"The hub may ask it for (allow in agent.toml):",
		...allow.map((name) => `  ${REQUESTS[name](config)}`),
		...not,
	];
}

/** Of the package's unit: where it keeps its state. */
const SERVICE_STATE = "/var/lib/mailtrail-agent";
const SERVICE = "mailtrail-agent.service";
const UNIT_FOLDERS = ["/usr/lib/systemd/system", "/lib/systemd/system", "/etc/systemd/system"];

const OPENRC_SCRIPT = "/etc/init.d/mailtrail-agent";

function startWith(state: string): string {
	const hasScript = existsSync(OPENRC_SCRIPT) && existsSync("/sbin/openrc-run");
	if (state === SERVICE_STATE && hasScript)
		return "Start it: rc-update add mailtrail-agent; rc-service mailtrail-agent start";
	const hasUnit = UNIT_FOLDERS.some((folder) => existsSync(join(folder, SERVICE)));
	if (state === SERVICE_STATE && hasUnit) return "Start it: systemctl enable --now mailtrail-agent";
	const named = process.env.MAILTRAIL_AGENT_STATE === state ? "" : ` --state ${state}`;
	return `Start it: mailtrail-agent run${named}`;
}

/** The service's user, where root enrols on its behalf. */
function ownerOf(state: string): string | undefined {
	const { uid } = statSync(state);
	return process.getuid?.() === 0 && uid !== 0 ? userName(uid) : undefined;
}

/** Asked as that user, with its groups and the file's access lists. */
function unreadableBy(user: string, source: string): string | undefined {
	if (source.startsWith("journal")) return undefined;
	const { status } = spawnSync("runuser", ["-u", user, "--", "test", "-r", source]);
	if (status !== 1) return undefined;
	return `${source} may not be read by ${user}: ${permissionCommand(source, user)}`;
}

function isLoopback(hub: string): boolean {
	const { hostname: name } = new URL(hub);
	return name === "localhost" || name === "[::1]" || name.startsWith("127.");
}
