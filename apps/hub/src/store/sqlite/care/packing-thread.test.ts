/** One thread packs slice after slice, is started again where it failed, and ends when none has come for a while. */
import { Worker } from "node:worker_threads";
import { expect, it } from "vitest";
import { PackingThread } from "./packing-thread.ts";

const CODE = `const { parentPort } = require("node:worker_threads");
	parentPort.on("message", ({ path }) => {
		if (path === "bad") throw new Error("no such slice");
		parentPort.postMessage("whole");
	});`;

it("packs one slice after the other, also behind one that failed", async () => {
	const workers: Worker[] = [];
	const troubles: unknown[] = [];
	const thread = new PackingThread({
		start: () => {
			const worker = new Worker(CODE, { eval: true });
			workers.push(worker);
			return worker;
		},
		onTrouble: (error) => troubles.push(error),
		keptMs: 0,
	});
	expect(await thread.pack({ no: 1, path: "good" })).toBe(true);
	await expect.poll(() => workers[0]?.threadId).toBe(-1);
	expect(await thread.pack({ no: 2, path: "bad" })).toBe(false);
	expect(troubles).toMatchObject([{ message: "no such slice" }]);
	expect(await thread.pack({ no: 3, path: "good" })).toBe(true);
	expect(workers).toHaveLength(3);
	await thread.close();
});

it("keeps its thread for the next slice", async () => {
	let started = 0;
	const start = () => {
		started++;
		return new Worker(CODE, { eval: true });
	};
	const thread = new PackingThread({ start, onTrouble: () => {} });
	for (const no of [1, 2, 3]) expect(await thread.pack({ no, path: "good" })).toBe(true);
	expect(started).toBe(1);
	await thread.close();
});
