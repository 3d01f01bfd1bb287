/**
 * Structure comes from position: a line that begins with other words than Postfix's is of unknown shape, whatever of
 * Postfix's own follows, and gives no field.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLineReader } from "../../syslog/index.ts";
import { parseMessage } from "../../parse/parse-line.ts";
import { splitQueueId } from "../../parse/postfix/queue.ts";

const CASES = readdirSync(import.meta.dirname, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const reader = createLineReader({ zone: "UTC", now: Date.parse("2026-12-31T00:00:00Z") });

function messages(folder: string): { program: string; text: string }[] {
	const lines = readFileSync(join(import.meta.dirname, folder, "input.log"), "utf8").split("\n");
	return lines.flatMap((line) => {
		const read = reader.read(line);
		const program = read?.header.program;
		if (!read || !program?.includes("/")) return [];
		return [{ program, text: splitQueueId(read.message).text }];
	});
}

describe.each(CASES.map(({ name }) => name))("%s", (folder) => {
	it("says nothing behind words that Postfix does not write", () => {
		for (const { program, text } of messages(folder)) {
			const { mta, instance, daemon, ...rest } = parseMessage(program, `Strangely ${text}`);
			expect({ ...rest, text }).toEqual({ kind: "unparsed", text });
			expect(parseMessage(program, `4jXCq739h9znF1p: Strangely ${text}`)).toEqual({
				kind: "unparsed",
				mta,
				instance,
				daemon,
				queueId: "4jXCq739h9znF1p",
			});
		}
	});

	it("names no peer and no message in a warning of unknown words", () => {
		for (const { program, text } of messages(folder)) {
			const severity = /^(?:warning|error|fatal|panic)(?=: )/.exec(text)?.[0];
			if (severity === undefined || text.startsWith("warning: header ")) continue;
			const words = `Strangely, ${text.slice(severity.length + 2)}`;
			const { mta, instance, daemon, ...rest } = parseMessage(program, `${severity}: ${words}`);
			expect(rest).toEqual({ kind: "problem", severity, text: words });
		}
	});
});
