/**
 * Reads a command's arguments against its table of options, which its help is printed from too. Unknown options are
 * errors that name the nearest known one.
 */
import { BadUse } from "../failure.ts";
import { nearest } from "./nearest.ts";

export interface OptionSpec {
	/** what stands for its value in the help; absent: a flag */
	value?: string;
	help: string;
}

export interface CommandSpec {
	usage: string;
	about: string;
	options: Record<string, OptionSpec>;
	examples: string[];
}

export interface ReadOptions {
	/** all values of an option, in their order */
	values(name: string): string[];
	/** the last one */
	value(name: string): string | undefined;
	flag(name: string): boolean;
	words: string[];
}

/** `undefined`: help was asked for and printed. */
export function readOptions(spec: CommandSpec, args: string[]): ReadOptions | undefined {
	const values = new Map<string, string[]>();
	const words: string[] = [];
	for (let index = 0; index < args.length; index++) {
		const arg = args[index] as string;
		if (arg === "--") {
			words.push(...args.slice(index + 1));
			break;
		}
		if (arg === "--help" || arg === "-h") {
			process.stdout.write(helpText(spec));
			return undefined;
		}
		if (!arg.startsWith("--")) {
			words.push(arg);
			continue;
		}
		const equals = arg.indexOf("=");
		const name = equals < 0 ? arg.slice(2) : arg.slice(2, equals);
		const option = Object.hasOwn(spec.options, name) ? spec.options[name] : undefined;
		if (!option) throw unknownOption(name, Object.keys(spec.options));
		const found = values.get(name) ?? [];
		values.set(name, found);
		if (option.value === undefined) {
			if (equals >= 0) throw new BadUse(`--${name}: takes no value`);
			found.push("");
			continue;
		}
		const value = equals < 0 ? args[++index] : arg.slice(equals + 1);
		if (value === undefined) throw new BadUse(`--${name}: needs a value, --${name} ${option.value}`);
		found.push(value);
	}
	return {
		values: (name) => values.get(name) ?? [],
		value: (name) => values.get(name)?.at(-1),
		flag: (name) => values.has(name),
		words,
	};
}

export function helpText(spec: CommandSpec): string {
	const rows = Object.entries(spec.options).map(([name, { value, help }]) => {
		const left = value === undefined ? `--${name}` : `--${name} ${value}`;
		return `  ${left.padEnd(28)} ${help}`;
	});
	return `Usage: ${spec.usage}\n\n${spec.about}\n\n${rows.join("\n")}\n\nExamples:\n${spec.examples.map((line) => `  ${line}`).join("\n")}\n`;
}

function unknownOption(name: string, known: string[]): BadUse {
	const meant = nearest(name, known);
	return new BadUse(
		`--${name}: no such option; ${meant === undefined ? "see --help" : `did you mean --${meant}?`}`,
	);
}
