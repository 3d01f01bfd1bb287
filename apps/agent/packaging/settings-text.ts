/** The settings of `config.ts` as text: the file that the packages install, and the same table for the manual page. */
import { Create } from "typebox/value";
import { CONFIG_KEYS, type ConfigKey, ConfigSchema } from "../src/config.ts";

interface Setting {
	name: ConfigKey;
	description: string;
	/** in TOML */
	value: string;
}

/** What this machine decides is no default of another one. */
const OF_THE_MACHINE: Partial<Record<ConfigKey, string>> = { zone: '"Europe/Vienna"' };

export function settings(): Setting[] {
	const defaults = Create(ConfigSchema);
	return CONFIG_KEYS.map((name) => {
		const schema: object = ConfigSchema.properties[name];
		if (!("description" in schema)) throw new Error(`the setting ${name} has no description`);
		const description = String(schema.description);
		// a JSON text, number or list of them is TOML as well
		return {
			name,
			description,
			value: OF_THE_MACHINE[name] ?? JSON.stringify(defaults[name]).replaceAll(",", ", "),
		};
	});
}

export function isExample(name: ConfigKey): boolean {
	return OF_THE_MACHINE[name] !== undefined;
}

/** agent.toml with every setting as a comment that says its default. */
export function settingsFile(): string {
	const head = [
		"# Settings of mailtrail-agent(8). Each line that is a comment shows the default;",
		"# take the # away to change it, then: mailtrail-agent check-config && systemctl restart mailtrail-agent",
		"# What stands in /var/lib/mailtrail-agent/agent.toml (written by enrol --source) counts over this file.",
	];
	const blocks = settings().map(({ name, description, value }) => {
		const hint = isExample(name) ? "; without this line: the zone of this machine" : "";
		return [...wrap(`${description.replaceAll("`", '"')}${hint}`), `#${name} = ${value}`].join("\n");
	});
	return `${[head.join("\n"), ...blocks].join("\n\n")}\n`;
}

const WIDTH = 100;

function wrap(text: string): string[] {
	const lines: string[] = [];
	for (const word of text.split(" ")) {
		const last = lines.at(-1);
		if (last !== undefined && last.length + word.length < WIDTH) lines[lines.length - 1] = `${last} ${word}`;
		else lines.push(`# ${word}`);
	}
	return lines;
}
