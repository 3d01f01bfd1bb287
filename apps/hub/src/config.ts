/**
 * The hub's command line, in one table: commands, options, defaults, what each is for. Unknown words are errors that name
 * the nearest known one.
 */
import { parseArgs } from "node:util";

export const COMMANDS = {
	serve: "run the hub (the default)",
	link: "print a one-time sign-in link for the browser",
	token: "print a one-time token that enrols an agent",
	revoke: "shut a host's agent out at once (--host NAME); what it sent stays",
	"api-token": "print a token for scripts and the command line",
} as const;
export type Command = keyof typeof COMMANDS;

export const DEFAULT_PORT = 8025;

const OPTIONS = {
	data: { type: "string", default: "./.mailtrail/data", hint: "DIR", text: "where everything is kept" },
	port: { type: "string", hint: "N", text: `port to listen on (${DEFAULT_PORT}); link: the hub's` },
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
	data: string;
	port: number | undefined;
	host: string | undefined;
	pin: string | undefined;
	web: string | undefined;
	sample: boolean;
	help: boolean;
}

/** Bad use: the message is for the person who typed it. */
export class UsageError extends Error {}

export function readConfig(args: string[]): HubConfig {
	const { values, positionals } = parse(args);
	const [word = "serve", ...more] = positionals;
	if (!isCommand(word))
		throw new UsageError(`unknown command ${word}; the commands are ${Object.keys(COMMANDS).join(", ")}`);
	if (more.length > 0) throw new UsageError(`${word} takes no ${more[0]}`);
	const port = values.port === undefined ? undefined : Number(values.port);
	if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
		throw new UsageError(`--port must be a number from 0 to 65535, not ${values.port}`);
	}
	const { data, host, pin, web, sample, help } = values;
	return { command: word, data, port, host, pin, web, sample, help };
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
	const commands = Object.entries(COMMANDS).map(([name, text]) => `  ${name.padEnd(12)}${text}`);
	const options = Object.entries(OPTIONS).map(([name, option]) => {
		const shown = "default" in option && option.default !== false ? ` (${option.default})` : "";
		return `  ${`--${name} ${option.hint}`.padEnd(12)}${option.text}${shown}`;
	});
	return ["mailtrail-hub [COMMAND] [OPTIONS]", "", ...commands, "", ...options, ""].join("\n");
}
