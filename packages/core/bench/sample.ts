/** The recorded logs of the sample, one array of lines. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../../../samples/relay-chain");

export function readSample(): string[] {
	return readdirSync(ROOT, { withFileTypes: true })
		.filter((entry) => entry.isDirectory())
		.flatMap((host) => readFileSync(join(ROOT, host.name, "mail.log"), "utf8").split("\n"))
		.filter((line) => line !== "");
}
