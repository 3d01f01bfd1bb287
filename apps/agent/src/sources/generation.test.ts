import { expect, it } from "vitest";
import { Generation } from "./generation.ts";
import type { LogFile } from "./log-file.ts";

/** A log that is emptied right after its lines were read. */
function emptiedLog(text: string): LogFile {
	let content = Buffer.from(text);
	return {
		path: "/var/log/mail.log",
		key: "1:2",
		size: () => content.length,
		modifiedAt: () => 0,
		bornAt: () => 0,
		linked: () => true,
		read(offset, length, into) {
			const bytes = Buffer.from(content.subarray(offset, offset + length));
			if (into) content = Buffer.alloc(0);
			return bytes;
		},
		close() {},
	};
}

it("hands out no lines of which nobody could say later what content they were in", () => {
	const generation = new Generation("g", Buffer.alloc(0));
	// opened while it was empty: how it begins comes with the first line
	const log = emptiedLog("");
	generation.open(log);
	generation.file = emptiedLog("one\ntwo\n");
	expect(generation.take(generation.last, false)).toBeUndefined();
	expect(generation.read).toBe(0);
});
