/** The command line: `run`, `check-config`, `enrol URL --token T`, `status`, `pseudonym`, with their options. What is unknown is an error. */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type PartialConfig, unknownName } from "./config.ts";
import type { EnrolOptions } from "./enrol.ts";
import type { PseudonymOptions } from "./privacy/pseudonym-command.ts";
import { readToken } from "./hub-address.ts";
import { UsageError } from "./usage-error.ts";

export type Command =
	| { command: "run"; state: string; configFiles: string[]; flags: PartialConfig }
	| ({ command: "enrol"; configFiles: string[] } & EnrolOptions)
	| { command: "check-config"; state: string; configFiles: string[]; flags: PartialConfig }
	| { command: "status"; state: string; json: boolean }
	| ({ command: "pseudonym"; configFiles: string[] } & PseudonymOptions)
	| { command: "help" | "version" };

/** the machine's settings */
export const SETTINGS = "/etc/mailtrail/agent.toml";

const OPTIONS = {
	state: { type: "string" },
	config: { type: "string" },
	source: { type: "string", multiple: true },
	zone: { type: "string" },
	journalctl: { type: "string" },
	token: { type: "string" },
	host: { type: "string" },
	insecure: { type: "boolean" },
	json: { type: "boolean" },
	key: { type: "string" },
	"new-key": { type: "string" },
	subject: { type: "boolean" },
	help: { type: "boolean", short: "h" },
	version: { type: "boolean" },
} as const;
type Option = keyof typeof OPTIONS;

const RUN = ["state", "config", "source", "zone", "journalctl"] as const;
const ALLOWED: Record<"run" | "check-config" | "enrol" | "status" | "pseudonym", readonly Option[]> = {
	run: RUN,
	"check-config": RUN,
	enrol: ["state", "token", "host", "source", "insecure"],
	status: ["state", "json"],
	pseudonym: ["state", "config", "key", "new-key", "subject"],
};

/** What `--help` prints; `state` is the folder that counts where nobody names one. */
export function usage(state = defaultState({})): string {
	return `mailtrail-agent: sends this host's mail log to a Mailtrail hub

  mailtrail-agent enrol URL --token T [--host NAME] [--state DIR] [--source PATH]… [--insecure]
  mailtrail-agent [run] [--config FILE] [--state DIR] [--source PATH]… [--zone ZONE]
  mailtrail-agent status [--json] [--state DIR]
  mailtrail-agent check-config [--config FILE] [--state DIR] [--source PATH]…
  mailtrail-agent pseudonym [--key FILE] [--subject] [ADDRESS]… | --new-key FILE

PATH is a log file, "journal" or "journal:FOLDER". DIR keeps the key; it is
${state} here. Settings: ${SETTINGS}, over them agent.toml in DIR.
--insecure sends log lines in the clear to a hub on another network.
`;
}

/** Where the key and the health file are, unless somebody says otherwise. */
function defaultState(environment: NodeJS.ProcessEnv): string {
	if (environment.MAILTRAIL_AGENT_STATE) return environment.MAILTRAIL_AGENT_STATE;
	if (process.getuid?.() === 0) return "/var/lib/mailtrail-agent";
	return join(environment.XDG_STATE_HOME ?? join(homedir(), ".local/state"), "mailtrail-agent");
}

/** The settings files, the later over the earlier: the one that was named, else the machine's and the state folder's. */
function findConfigs(state: string, named: string | undefined): string[] {
	if (named !== undefined) return [named];
	return [SETTINGS, join(state, "agent.toml")].filter((path) => existsSync(path));
}

/** Reads the command line. */
export function readArguments(args: string[], environment: NodeJS.ProcessEnv): Command {
	const { values, positionals, tokens } = parseArgs({
		args,
		options: OPTIONS,
		strict: false,
		allowPositionals: true,
		tokens: true,
	});
	if (values.help || positionals[0] === "help") return { command: "help" };
	if (values.version) return { command: "version" };
	const command = positionals[0] ?? "run";
	if (!isCommand(command)) {
		const known = [...Object.keys(ALLOWED), "help"];
		throw new UsageError(unknownName(`command ${command}`, command, known));
	}
	for (const token of tokens) {
		if (token.kind !== "option") continue;
		const allowed: readonly string[] = ALLOWED[command];
		if (!allowed.includes(token.name)) {
			const known = allowed.map((name) => `--${name}`);
			throw new UsageError(unknownName(`${token.rawName} (of ${command})`, token.rawName, known));
		}
		const takesValue = OPTIONS[token.name as Option].type === "string";
		if (takesValue && token.value === undefined) throw new UsageError(`${token.rawName} needs a value`);
	}
	const text = (name: Option) => values[name] as string | undefined;
	const state = resolve(text("state") ?? defaultState(environment));
	const sources = (values.source ?? []) as string[];
	const rest = positionals.slice(1);
	const configFiles = findConfigs(state, text("config") ?? environment.MAILTRAIL_AGENT_CONFIG);
	if (command === "enrol") {
		const { hub, token, fingerprint } = readInvitation(rest, text("token"));
		const host = text("host");
		const insecure = values.insecure === true;
		return {
			...{ command, state, configFiles, hub, token, sources, insecure },
			...(fingerprint !== undefined && { fingerprint }),
			...(host !== undefined && { host }),
		};
	}
	if (command === "pseudonym") {
		const [key, newKey] = [text("key"), text("new-key")];
		return {
			...{ command, configFiles, addresses: rest, subject: values.subject === true },
			...(key !== undefined && { key: resolve(key) }),
			...(newKey !== undefined && { newKey: resolve(newKey) }),
		};
	}
	if (rest.length > 0) throw new UsageError(`${command} takes no "${rest[0]}"`);
	if (command === "status") return { command, state, json: values.json === true };
	const flags: PartialConfig = {};
	if (sources.length > 0) flags.sources = sources;
	const zone = text("zone");
	if (zone !== undefined) flags.zone = zone;
	const journalctl = text("journalctl");
	if (journalctl !== undefined) flags.journalctl = journalctl;
	return { command, state, configFiles, flags };
}

function isCommand(name: string): name is keyof typeof ALLOWED {
	return Object.hasOwn(ALLOWED, name);
}

/** What the hub gave out: its address, a token, perhaps its certificate's fingerprint. */
function readInvitation(
	rest: readonly string[],
	token: string | undefined,
): { hub: string; token: string; fingerprint?: string } {
	const [url, more] = rest;
	if (url === undefined || more !== undefined)
		throw new UsageError("enrol takes the hub's address: enrol URL --token T");
	if (token === undefined)
		throw new UsageError("enrol needs --token T; make one in the hub (mailtrail-hub token)");
	const hub = hubAddress(url);
	const read = readToken(token);
	if (!read) throw new UsageError("the token's fingerprint (after .fp-) is no SHA-256: copy the whole token");
	if (read.fingerprint !== undefined && !hub.startsWith("https:"))
		throw new UsageError(`the token names the hub's certificate: write ${hub.replace(/^http:/, "https:")}`);
	return { hub, ...read };
}

function hubAddress(written: string): string {
	const url = URL.parse(written);
	if (!url || (url.protocol !== "http:" && url.protocol !== "https:")) {
		const meant =
			URL.canParse(`https://${written}`) && !written.includes("://") ? `https://${written}` : undefined;
		throw new UsageError(
			`"${written}" is no address of a hub; ${meant ? `did you mean ${meant}?` : "write it like https://mailtrail.example.net"}`,
		);
	}
	url.search = "";
	url.hash = "";
	if (!url.pathname.endsWith("/")) url.pathname += "/";
	return url.href;
}
