/**
 * What an administrator may set, in one schema: file (TOML) < environment (`MAILTRAIL_AGENT_…`) < command line. An
 * unknown name is an error that tells the nearest known one. Read once at the start; all mistakes are told together.
 */
import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { PERMISSIONS } from "@mailtrail/core/wire";
import { closest, distance } from "fastest-levenshtein";
import { parse, TomlError } from "smol-toml";
import Type, { type Static } from "typebox";
import { Create, Errors } from "typebox/value";
import { errorCode, explainAccess } from "./sources/file-access.ts";
import { UsageError } from "./usage-error.ts";

export const ConfigSchema = Type.Object({
	sources: Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
		default: [],
		maxItems: 256,
		description:
			"log files to follow, or patterns of them (`/var/log/exim4/*mainlog*`), `journal`, or `journal:FOLDER`; none: those that this machine has",
	}),
	zone: Type.String({
		default: Intl.DateTimeFormat().resolvedOptions().timeZone,
		description: "IANA time zone of log lines that name none",
	}),
	journalctl: Type.String({ default: "journalctl", description: "the program that reads the journal" }),
	spools: Type.Array(Type.String({ minLength: 1, maxLength: 1024 }), {
		default: [],
		maxItems: 64,
		description:
			"mailboxes to read bounces from (`/var/mail/apache`, a maildir); `allow` must name `spool`. Nothing but the reports leaves the host",
	}),
	allow: Type.Array(Type.Enum([...PERMISSIONS]), {
		default: ["check"],
		description: "what the hub may ask of this host: `check` (a reach test), `testmail`, `queue`, `spool`",
	}),
	check_ports: Type.Array(Type.Integer({ minimum: 1, maximum: 65_535 }), {
		default: [25, 465, 587],
		description: "the ports that a reach test may connect to",
	}),
	spool_size: Type.Integer({
		default: 256,
		minimum: 0,
		description:
			"MiB on disk, in the state folder, for what is read while the hub is away (zstd: about 4 million lines); 0: none",
	}),
	pseudonym_key: Type.String({
		default: "",
		description:
			"the file with the site's key (`/etc/mailtrail/pseudonym.key`): people's addresses, logins and subjects leave this host as pseudonyms, the same on every host with the same key; empty: lines are sent as they are",
	}),
	pseudonym_keep: Type.Array(Type.String({ minLength: 1, maxLength: 64 }), {
		default: [],
		maxItems: 256,
		description:
			"local parts that stay readable all the same, because they are nobody's (`root`, `postmaster`, `apache`)",
	}),
	drop: Type.Array(Type.String({ minLength: 3, maxLength: 512 }), {
		default: [],
		maxItems: 64,
		description:
			"lines that never leave this host: `program:PATTERN`, `kind:KIND`, `text:PATTERN`, `domain:PATTERN`, with * for anything",
	}),
	logger: Type.String({
		default: "auto",
		description:
			"the program that sends a test line when a log seems to have stopped; `auto`: logger(1), for the logs that syslog fills by default (`/var/log/mail.log`, `/var/log/maillog`); empty: no test lines",
	}),
	sendmail: Type.String({
		default: "/usr/sbin/sendmail",
		description: "the program that hands a test message to this host's mail system",
	}),
});
export type Config = Static<typeof ConfigSchema>;
export type ConfigKey = keyof Config;
export type PartialConfig = Partial<Config>;

export const CONFIG_KEYS = Object.keys(ConfigSchema.properties) as ConfigKey[];
const ENVIRONMENT = "MAILTRAIL_AGENT_";
/** where things are; not part of the file */
const PLACES = ["STATE", "CONFIG"];

export interface Layers {
	/** settings files, the later over the earlier */
	files: readonly string[];
	environment: NodeJS.ProcessEnv;
	flags: PartialConfig;
}

/** All layers and the defaults; where something of them is wrong, all of it is told at once. */
export function readConfig(layers: Layers): Config {
	const { config, wrong } = tryConfig(layers);
	if (wrong.length > 0) throw new UsageError(wrong.join("\n"));
	return config;
}

/** The settings as far as they are right, and a sentence for each mistake in them. */
export function tryConfig({ files, environment, flags }: Layers): { config: Config; wrong: string[] } {
	const wrong: string[] = [];
	const layers = files.map((path) => readConfigFile(path, wrong));
	const config = Object.assign(
		Create(ConfigSchema),
		...layers,
		readEnvironment(environment, wrong),
		flags,
	) as Config;
	config.sources = config.sources.map(absoluteSource);
	config.spools = config.spools.map((spool) => resolve(spool));
	if (config.spools.length > 0 && !config.allow.includes("spool"))
		wrong.push('spools are named, but allow does not have "spool": add it, or take the spools out');
	if (!isZone(config.zone))
		wrong.push(`zone "${config.zone}" is no IANA time zone; write it like Asia/Tokyo`);
	return { config, wrong };
}

/** A TOML file's settings; what is wrong with them is added to `wrong`. */
export function readConfigFile(path: string, wrong: string[]): PartialConfig {
	let values: Record<string, unknown>;
	try {
		values = parse(readFileSync(path, "utf8"));
	} catch (error) {
		wrong.push(`${path}${whatIsWrong(path, error)}`);
		return {};
	}
	const unknown = Object.keys(values).filter((name) => !isKey(name));
	wrong.push(...unknown.map((name) => unknownName(`${path}: ${name}`, name, CONFIG_KEYS)));
	return checked(values, (fault) => wrong.push(`${path}: ${faultText(fault, values)}`));
}

/**
 * Tells the first fault of each setting, and returns the settings. One of a wrong type is left out; `allow = ["spool", "chek"]`
 * is not, so that nothing is said of it that would be right without its fault.
 */
function checked(values: Record<string, unknown>, tell: (fault: Fault) => void): PartialConfig {
	const settings = Object.entries(values).filter(([name, value]) => {
		if (!isKey(name)) return false;
		const [fault] = Errors(Type.Partial(ConfigSchema), { [name]: value });
		if (fault) tell(fault);
		return fault?.keyword !== "type";
	});
	return Object.fromEntries(settings);
}

/** Why a file cannot be read, with the line where it is no TOML. */
function whatIsWrong(path: string, error: unknown): string {
	if (error instanceof TomlError) {
		// its first line says what, then come the lines around it
		return `:${error.line}:${error.column}: no TOML: ${firstLine(error).replace(/^Invalid TOML document: /, "")}`;
	}
	const code = errorCode(error);
	if (code === "ENOENT") return ": there is no such file";
	return `: ${code === "EACCES" ? explainAccess(path, error) : firstLine(error)}`;
}

/** How each kind of value is written, where an administrator wrote another. */
const WRITTEN: Record<string, string> = {
	array: "a list",
	integer: "a whole number",
	string: "text in quotes",
};
/** where the default shows no form */
const EXAMPLES: Partial<Record<ConfigKey, readonly string[]>> = {
	sources: ["/var/log/mail.log"],
	spools: ["/var/mail/apache"],
	pseudonym_keep: ["root", "postmaster"],
	drop: ["program:cron"],
};

type Fault = ReturnType<typeof Errors>[number];

/** One sentence for a value that the schema does not take: `allow: "chek" is unknown; did you mean check?` */
function faultText({ keyword, instancePath, message }: Fault, values: Record<string, unknown>): string {
	const [, name = "", place] = instancePath.split("/");
	if (!isKey(name)) return `the file ${message}`;
	const all = values[name];
	const value = place === undefined ? all : (all as unknown[])[Number(place)];
	if (keyword === "enum") return unknownName(`${name}: ${JSON.stringify(value)}`, String(value), PERMISSIONS);
	const { type } = ConfigSchema.properties[name];
	if (keyword === "type") {
		const example = JSON.stringify(EXAMPLES[name] ?? Create(ConfigSchema)[name]);
		return `${name} must be ${WRITTEN[type] ?? type}, as in ${name} = ${example}, not ${JSON.stringify(all)}`;
	}
	return `${name} ${message}, not ${JSON.stringify(value)}`;
}

const isKey = (name: string): name is ConfigKey => (CONFIG_KEYS as string[]).includes(name);

/** What to say of a name that nobody knows. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
	const written = name.slice(0, 64);
	const nearest = closest(written, known);
	const isNear = distance(written, nearest) <= Math.max(2, written.length / 2);
	return `${what} is unknown${isNear ? `; did you mean ${nearest}?` : `; known: ${known.join(", ")}`}`;
}

function readEnvironment(environment: NodeJS.ProcessEnv, wrong: string[]): PartialConfig {
	const values: Record<string, unknown> = {};
	const known = [...CONFIG_KEYS.map((key) => key.toUpperCase()), ...PLACES];
	for (const [variable, value] of Object.entries(environment)) {
		if (!variable.startsWith(ENVIRONMENT) || value === undefined) continue;
		const name = variable.slice(ENVIRONMENT.length);
		if (!known.includes(name)) wrong.push(unknownName(variable, name, known));
		else if (!PLACES.includes(name)) {
			const key = name.toLowerCase() as ConfigKey;
			values[key] = readVariable(key, value);
		}
	}
	return checked(values, ({ instancePath, message }) => {
		const variable = ENVIRONMENT + instancePath.split("/")[1]?.toUpperCase();
		wrong.push(`${variable} ${message}, not "${environment[variable]}"`);
	});
}

/** A list is written with commas. */
function readVariable(key: ConfigKey, value: string): string | number | string[] | number[] {
	if (ConfigSchema.properties[key].type === "integer") return Number(value);
	if (ConfigSchema.properties[key].type !== "array") return value;
	const parts = value.split(",").filter((each) => each !== "");
	return key === "check_ports" ? parts.map(Number) : parts;
}

/** A file's full path: the source's name in the hub must not depend on where the agent was started. */
export function absoluteSource(source: string): string {
	return source === "journal" || source.startsWith("journal:") || isAbsolute(source)
		? source
		: resolve(source);
}

function isZone(zone: string): boolean {
	try {
		new Intl.DateTimeFormat("en", { timeZone: zone });
		return true;
	} catch {
		return false;
	}
}

function firstLine(error: unknown): string {
	return (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
}
