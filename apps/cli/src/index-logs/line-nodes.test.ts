/** What a line names is the same from its bytes as from the parser, for every line of the golden cases and the recorded logs. */
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createLineParser } from "@mailtrail/core/parse";
import { headerOf } from "@mailtrail/core/scan";
import { expect, test } from "vitest";
import { LineClock } from "../trace/line-clock.ts";
import { LineNodes, NOTHING, TOLD } from "./line-nodes.ts";
import { Nodes } from "./nodes.ts";

const ROOT = join(import.meta.dirname, "../../../..");
const LOGS = ["packages/core/src/golden/**/input.log", "samples/**/*.log", "e2e/lab/runs/*/*.log"].flatMap(
	(pattern) => globSync(pattern, { cwd: ROOT }),
);

/** As numbers that were given in the same order. */
function told(line: LineNodes, nodes: Nodes): unknown {
	return {
		queue: line.queue === NOTHING ? NOTHING : nodes.top(line.queue),
		session: line.session,
		told: line.session !== NOTHING && nodes.has(line.session, TOLD),
		known: nodes.count,
	};
}

test("bytes and parser agree", { timeout: 60_000 }, () => {
	expect(LOGS.length).toBeGreaterThan(50);
	let quickly = 0;
	for (const zone of ["UTC", "Asia/Tokyo"])
		for (const log of LOGS) {
			const options = { zone, now: Date.parse("2026-12-31T00:00:00Z") };
			const parser = createLineParser(options);
			const clock = new LineClock(createLineParser(options));
			for (const text of readFileSync(join(ROOT, log), "utf8").split("\n")) {
				const bytes = Buffer.from(`${text}\n`);
				if (headerOf(bytes, 0, bytes.length - 1) === undefined) continue;
				const nodes = [new Nodes(), new Nodes()] as const;
				const [fast, slow] = [new LineNodes(nodes[0], "h"), new LineNodes(nodes[1], "h")];
				const event = parser.parse(text);
				if (event.at !== undefined)
					expect(clock.at(bytes, 0, bytes.length - 1)).toBe(Math.floor(Date.parse(event.at) / 1000) * 1000);
				if (!fast.ofBytes(bytes, 0, bytes.length - 1, clock)) continue;
				quickly += 1;
				slow.ofEvent(event);
				expect({ text, ...(told(fast, nodes[0]) as object) }).toEqual({
					text,
					...(told(slow, nodes[1]) as object),
				});
				for (const name of [`q:${event.queueId}`, "q:nobody"])
					expect(nodes[0].known(name) !== undefined).toBe(nodes[1].known(name) !== undefined);
			}
		}
	expect(quickly).toBeGreaterThan(2000);
});
