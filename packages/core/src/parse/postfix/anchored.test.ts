/**
 * Structure comes from position: a line that begins with other words than Postfix's is of unknown shape, whatever of
 * Postfix's own follows, and gives no field.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createLineReader } from "../../syslog/index.ts";
import { parseMessage } from "../parse-line.ts";
import { splitQueueId } from "./queue.ts";

const CASES = join(import.meta.dirname, "../../golden/postfix");
const reader = createLineReader({ zone: "UTC", now: Date.parse("2026-12-31T00:00:00Z") });

function messages(folder: string): { program: string; text: string }[] {
	const lines = readFileSync(join(CASES, folder, "input.log"), "utf8").split("\n");
	return lines.flatMap((line) => {
		const read = reader.read(line);
		const program = read?.header.program;
		if (!read || !program?.includes("/")) return [];
		return [{ program, text: splitQueueId(read.message).text }];
	});
}

describe.each(readdirSync(CASES))("%s", (folder) => {
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
});
