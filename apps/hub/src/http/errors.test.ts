/** The table of errors and its page say the same; what nobody waits for any more is no failure. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import fastify from "fastify";
import { expect, it } from "vitest";
import { endedSignal } from "./ended-signal.ts";
import { ERRORS, registerErrors } from "./errors.ts";

it("has every error in the docs, and none that is not there any more", () => {
	const page = readFileSync(new URL("../../docs/errors.md", import.meta.url), "utf8");
	const rows = page.split("\n").filter((line) => line.startsWith("| `"));
	const table = Object.entries(ERRORS).map(
		([code, { status, message }]) => `| \`${code}\` | ${status} | ${message} |`,
	);
	expect(rows).toEqual(table);
});

it("does not log a question as failed whose asker has gone, and still logs what failed", async () => {
	const logged: string[] = [];
	const app = fastify({
		logger: { level: "error", stream: { write: (line: string) => void logged.push(line) } },
	});
	registerErrors(app);
	const asked = Promise.withResolvers<void>();
	const over = Promise.withResolvers<void>();
	app.get("/slow", async (_request, reply) => {
		const signal = endedSignal(reply);
		asked.resolve();
		await new Promise((resolve) => signal.addEventListener("abort", resolve));
		setTimeout(over.resolve, 50);
		signal.throwIfAborted();
		return {};
	});
	app.get("/broken", async () => {
		throw new Error("broken");
	});
	const url = new URL(await app.listen({ host: "127.0.0.1", port: 0 }));
	const asker = connect(Number(url.port), url.hostname, () => {
		asker.write("GET /slow HTTP/1.1\r\nHost: hub\r\n\r\n");
	});
	await asked.promise;
	asker.destroy();
	await over.promise;
	expect(logged).toEqual([]);
	expect((await app.inject("/broken")).statusCode).toBe(500);
	expect(logged).toHaveLength(1);
	await app.close();
});
