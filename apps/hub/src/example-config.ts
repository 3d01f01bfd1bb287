/** `deploy/hub/hub.toml`: every setting with what it is for, all of them comments, made from the schema. */
import { CONFIG_KEYS, ConfigSchema } from "./config-schema.ts";

const WIDTH = 110;
const SAMPLES: Record<string, string> = {
	web: '"/usr/lib/mailtrail/web"',
	public_url: '"https://mail.example.com/trail"',
	tls_cert: '"/etc/mailtrail/cert.pem"',
	tls_key: '"/etc/mailtrail/key.pem"',
	smtp_url: '"smtp://mailtrail:PASSWORD@mail.example.com:587"',
	mail_from: '"mailtrail@example.com"',
	keep_days: "90",
	keep_line_days: "30",
	keep_gb: "50",
};

export function exampleConfig(): string {
	const settings = CONFIG_KEYS.map((key) => {
		const { description = "", default: fallback } = ConfigSchema.properties[key] as {
			description?: string;
			default?: unknown;
		};
		const value = SAMPLES[key] ?? JSON.stringify(fallback);
		return `${wrapped(description)}\n#${key} = ${value}\n`;
	});
	return `# The hub's settings. Each stands here with its default or an example; take the # away to set it.
# The environment (MAILTRAIL_HUB_NAME) and the command line go before this file. \`mailtrail-hub check-config --config FILE\`
# says whether it is right. Passwords stand in it: let nobody but the hub's user read it.

${settings.join("\n")}`;
}

function wrapped(text: string): string {
	const lines: string[] = [];
	let line = "#";
	for (const word of text.split(" ")) {
		if (line.length + word.length + 1 > WIDTH) {
			lines.push(line);
			line = "#";
		}
		line += ` ${word}`;
	}
	return [...lines, line].join("\n");
}
