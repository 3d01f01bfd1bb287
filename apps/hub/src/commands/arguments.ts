/** Arguments of the commands that care for the data: where it is, and what is asked of it. */
import { parseArgs } from "node:util";
import { UsageError } from "../config.ts";

const OPTIONS = {
	data: { type: "string" },
	host: { type: "string" },
	tz: { type: "string" },
	to: { type: "string" },
	since: { type: "string" },
	until: { type: "string" },
	format: { type: "string" },
	json: { type: "boolean", default: false },
	help: { type: "boolean", default: false },
} as const;

export interface CareArguments {
	data: string;
	host?: string;
	tz?: string;
	to?: string;
	since?: string;
	until?: string;
	format?: string;
	json: boolean;
	help: boolean;
	words: string[];
}

const DATA_DEFAULT = "./.mailtrail/data";

export function readArguments(args: string[], environment: NodeJS.ProcessEnv): CareArguments {
	try {
		const { values, positionals } = parseArgs({ args, options: OPTIONS, allowPositionals: true });
		const data = values.data ?? environment.MAILTRAIL_HUB_DATA ?? DATA_DEFAULT;
		return { ...values, data, words: positionals };
	} catch (error) {
		const what = error instanceof Error ? (error.message.split(". ")[0] ?? "") : "";
		throw new UsageError(
			`${what}; the options are ${Object.keys(OPTIONS)
				.map((name) => `--${name}`)
				.join(" ")}`,
		);
	}
}
