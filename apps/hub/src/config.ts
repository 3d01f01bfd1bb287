/**
 * The hub's settings: defaults < file (TOML) < environment (`MAILTRAIL_HUB_…`) < command line. An unknown word is an error
 * that tells the nearest known one. Read once at the start.
 */
import { existsSync, readFileSync } from "node:fs";
import { isIP } from "node:net";
import { parseArgs } from "node:util";
import { closest, distance } from "fastest-levenshtein";
import { parse as parseToml } from "smol-toml";
import Type from "typebox";
import { Create, Errors } from "typebox/value";
import { CONFIG_KEYS, type ConfigKey, ConfigSchema, type HubSettings } from "./config-schema.ts";

export const COMMANDS = {
	serve: "run the hub (the default)",
	"check-config": "say whether the settings are right, and which they are",
	link: "print a one-time sign-in link for the browser",
	token: "print a one-time token that enrols an agent",
	revoke: "shut a host's agent out at once (--host NAME); what it sent stays",
	"api-token": "print a token for scripts and the command line",
} as const;
export type Command = keyof typeof COMMANDS;

const OPTIONS = {
	config: { type: "string", hint: "FILE", text: "settings in TOML; the options below go before them" },
	data: { type: "string", hint: "DIR", text: "where everything is kept (./.mailtrail/data)" },
	port: { type: "string", hint: "N", text: "port to listen on (8025); link: the hub's" },
	host: {
		type: "string",
		hint: "H",
		text: "serve: address to listen on (127.0.0.1); token, revoke: the host meant",
	},
	pin: {
		type: "string",
		hint: "URL",
		text: "token: the https address of this hub, whose certificate alone the agent then believes",
	},
	web: { type: "string", hint: "DIR", text: "the built web page" },
	sample: { type: "boolean", default: false, hint: "", text: "say that the data is sample data" },
	help: { type: "boolean", default: false, hint: "", text: "print this" },
} as const;

export interface HubConfig {
	command: Command;
	settings: HubSettings;
	/** where no layer names it: the address that the hub last had serves `link` better than the default */
	addressGiven: boolean;
	/** `--host`, which for some commands is no address to listen on */
	host: string | undefined;
	pin: string | undefined;
	sample: boolean;
	help: boolean;
}

/** Bad use: the message is for the person who typed it. */
export class UsageError extends Error {}

const ENVIRONMENT = "MAILTRAIL_HUB_";
/** names the file; not part of it */
const PLACES = ["CONFIG"];

export function readConfig(args: string[], environment: NodeJS.ProcessEnv = {}): HubConfig {
	const { values, positionals } = parse(args);
	const [word = "serve", ...more] = positionals;
	if (!isCommand(word))
		throw new UsageError(`unknown command ${word}; the commands are ${Object.keys(COMMANDS).join(", ")}`);
	if (more.length > 0) throw new UsageError(`${word} takes no ${more[0]}`);
	const { host, pin, sample, help } = values;
	const listens = word === "serve" || word === "link" || word === "check-config";
	const flags: Partial<HubSettings> = {
		...(values.data !== undefined && { data: values.data }),
		...(values.port !== undefined && { port: readPort(values.port) }),
		...(values.web !== undefined && { web: values.web }),
		...(listens && host !== undefined && { host }),
	};
	const file = values.config ?? environment[`${ENVIRONMENT}CONFIG`];
	const given = {
		...(file === undefined ? {} : readFile(file)),
		...readEnvironment(environment),
		...flags,
	};
	const settings = { ...Create(ConfigSchema), ...given };
	checkTogether(settings);
	const addressGiven = given.host !== undefined || given.port !== undefined || given.public_url !== undefined;
	return { command: word, settings, addressGiven, host, pin, sample, help };
}

/** What no single setting can be told by itself. */
function checkTogether({
	tls_cert,
	tls_key,
	smtp_url,
	mail_from,
	trusted_proxies,
	public_url,
}: HubSettings): void {
	if ((tls_cert === undefined) !== (tls_key === undefined))
		throw new UsageError("tls_cert and tls_key belong together: name both, or neither");
	if (smtp_url !== undefined && mail_from === undefined)
		throw new UsageError("smtp_url needs mail_from, the sender of what goes out");
	if (tls_cert !== undefined && public_url?.startsWith("http:"))
		throw new UsageError("the hub speaks TLS (tls_cert), but public_url is not https");
	const bad = trusted_proxies.find((each) => !isNetwork(each));
	if (bad !== undefined)
		throw new UsageError(`trusted_proxies: ${bad} is no address and no network like 10.0.0.0/8`);
}

function isNetwork(text: string): boolean {
	const [address = "", bits, ...more] = text.split("/");
	const family = isIP(address);
	if (family === 0 || more.length > 0) return false;
	return bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (family === 4 ? 32 : 128));
}

function readFile(path: string): Partial<HubSettings> {
	if (!existsSync(path)) throw new UsageError(`${path}: there is no such file`);
	let values: Record<string, unknown>;
	try {
		values = parseToml(readFileSync(path, "utf8"));
	} catch (error) {
		throw new UsageError(
			`${path}: ${(error instanceof Error ? error.message : String(error)).split("\n")[0]}`,
		);
	}
	for (const name of Object.keys(values)) {
		if (!(CONFIG_KEYS as string[]).includes(name)) throw unknownName(`${path}: ${name}`, name, CONFIG_KEYS);
	}
	const fault = Errors(Type.Partial(ConfigSchema), values)[0];
	if (fault) throw new UsageError(`${path}: ${fault.instancePath.slice(1) || "the file"} ${fault.message}`);
	return values;
}

function readEnvironment(environment: NodeJS.ProcessEnv): Partial<HubSettings> {
	const settings: Record<string, unknown> = {};
	const known = [...CONFIG_KEYS.map((key) => key.toUpperCase()), ...PLACES];
	for (const [variable, value] of Object.entries(environment)) {
		if (!variable.startsWith(ENVIRONMENT) || value === undefined) continue;
		const name = variable.slice(ENVIRONMENT.length);
		if (!known.includes(name)) throw unknownName(variable, name, known);
		if (!PLACES.includes(name))
			settings[name.toLowerCase()] = readVariable(name.toLowerCase() as ConfigKey, value);
	}
	const fault = Errors(Type.Partial(ConfigSchema), settings)[0];
	if (fault) {
		const [, key = ""] = fault.instancePath.split("/");
		throw new UsageError(`${ENVIRONMENT}${key.toUpperCase()} ${fault.message}`);
	}
	// the name of before there were settings in the environment
	if (environment.MAILTRAIL_LOG !== undefined && settings.log === undefined) {
		const log = environment.MAILTRAIL_LOG;
		if (Errors(ConfigSchema.properties.log, log).length === 0) settings.log = log;
	}
	return settings;
}

/** A list is written with commas. */
function readVariable(key: ConfigKey, value: string): unknown {
	switch (key) {
		case "port":
		case "audit_days":
		case "keep_days":
		case "keep_line_days":
		case "keep_gb":
		case "requests_per_minute":
			return Number(value);
		case "trusted_proxies":
			return value.split(",").filter((each) => each !== "");
		default:
			return value;
	}
}

function unknownName(what: string, name: string, known: readonly string[]): UsageError {
	const written = name.slice(0, 64);
	const nearest = closest(written, known);
	const isNear = distance(written, nearest) <= Math.max(2, written.length / 2);
	return new UsageError(
		`${what} is unknown${isNear ? `; did you mean ${nearest}?` : `; known: ${known.join(", ")}`}`,
	);
}

function readPort(text: string): number {
	const port = Number(text);
	if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
	throw new UsageError(`--port must be a number from 0 to 65535, not ${text}`);
}

function parse(args: string[]) {
	try {
		return parseArgs({ args, options: OPTIONS, allowPositionals: true });
	} catch (error) {
		const known = Object.keys(OPTIONS)
			.map((name) => `--${name}`)
			.join(" ");
		const what = error instanceof Error ? (error.message.split(". ")[0] ?? "") : "";
		throw new UsageError(`${what}; the options are ${known}`);
	}
}

function isCommand(word: string): word is Command {
	return Object.hasOwn(COMMANDS, word);
}

export function usage(): string {
	const commands = Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(14)}${text}`);
	const options = Object.entries(OPTIONS).map(
		([name, option]) => `  ${`--${name} ${option.hint}`.padEnd(14)}${option.text}`,
	);
	const settings = CONFIG_KEYS.map((key) => {
		const { description = "", default: fallback } = ConfigSchema.properties[key] as {
			description?: string;
			default?: unknown;
		};
		const shown = fallback === undefined || fallback === "" ? "" : ` (${JSON.stringify(fallback)})`;
		return `  ${key.padEnd(21)}${description}${shown}`;
	});
	return [
		"mailtrail-hub [COMMAND] [OPTIONS]",
		"",
		...commands,
		"  import, store … logs into the store; look at it, back it up, export it: `mailtrail-hub store --help`",
		"",
		...options,
		"",
		`Settings, in the file of --config, or as ${ENVIRONMENT}NAME in the environment:`,
		"",
		...settings,
		"",
	].join("\n");
}
