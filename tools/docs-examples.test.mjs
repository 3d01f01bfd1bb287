/** The command lines that README and docs show do what they show: each is run as it stands, from the repository's root. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");
const CLI = "node apps/cli/dist/mailtrail.mjs";
const PREFIX = "npm run -s mailtrail --";
const FENCE = /```sh\n([\s\S]*?)```/g;

function examples() {
	const docs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
	return ["README.md", ...docs.map((name) => join("docs", name))].flatMap((file) =>
		[...readFileSync(join(ROOT, file), "utf8").matchAll(FENCE)]
			.flatMap(([, block]) => block.replaceAll(/\\\n\s*/g, "").split("\n"))
			.map((line) => line.trim())
			.filter((line) => line.startsWith(PREFIX))
			.map((command) => ({ file, command })),
	);
}

describe("examples in the docs", () => {
	it("are there", () => {
		expect(examples().length).toBeGreaterThan(1);
	});

	it.each(examples())("$file: $command", async ({ command }) => {
		const run = command.replace(PREFIX, CLI);
		const { stdout } = await promisify(execFile)("sh", ["-c", run], { cwd: ROOT });
		expect(stdout.trim()).not.toBe("");
	});
});
