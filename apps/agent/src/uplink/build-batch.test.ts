import { expect, it } from "vitest";
import type { Reading } from "../sources/source.ts";
import { createBatchBuilder } from "./build-batch.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

function batchOf(texts: string[]) {
	const reading: Reading = {
		from: 0,
		position: { source: "/var/log/mail.log", generation: "g", offset: 1000 },
		lines: texts.map((text, i) => ({ offset: 100 * i, text })),
		writtenBy: NOW,
	};
	return createBatchBuilder("Europe/Berlin", () => NOW).build(1, reading);
}

it("makes a line whole that a page had broken, and leaves its time as it was read in its turn", () => {
	const { lines } = batchOf([
		"Oct 25 02:10:00 mx postfix/smtp[7]: 4kTzQ1yxqFk4: to=<b@example.net>, relay=mx.example.net[192.0.2.1]:25, delay=1, delays=0",
		"/0/0/1, dsn=2.0.0, status=sent (250 ok)",
		"Oct 25 02:59:59 mx postfix/qmgr[5]: 4kTzQ1yxqFk3: removed",
		// the same hour once more, when summer time ends
		"Oct 25 02:10:01 mx postfix/qmgr[5]: 4kTzQ1yxqFk4: removed",
	]);
	expect(lines.map(({ event }) => event)).toMatchObject([
		{ kind: "delivery", at: "2026-10-25T02:10:00+02:00" },
		{ kind: "unparsed" },
		{ kind: "removed", at: "2026-10-25T02:59:59+02:00" },
		{ kind: "removed", at: "2026-10-25T02:10:01+01:00" },
	]);
});
