/** What is compressed, for whom; the answer is the same. */
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { toLineBatch } from "../store/contract-tests.ts";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeAll(async () => {
	hub = await startHub();
	for (const batch of batchesOf(mailTraffic(0, 20).out, 500))
		await hub.store.commit(toLineBatch("out", batch));
});
afterAll(() => hub.close());

const ask = (path: string, encoding?: string) =>
	hub.app.inject({
		path,
		headers: { cookie: hub.cookie, ...(encoding !== undefined && { "accept-encoding": encoding }) },
	});

it("a page of results is compressed for whoever takes it, and says the same", async () => {
	const plain = await ask("/api/search");
	expect(plain.headers["content-encoding"]).toBeUndefined();
	expect(plain.headers.vary).toContain("accept-encoding");
	for (const encoding of ["gzip, deflate, br", "*", "br;q=1.0, gzip;q=0.5"]) {
		const packed = await ask("/api/search", encoding);
		expect(packed.headers["content-encoding"]).toBe("gzip");
		expect(packed.rawPayload.length).toBe(Number(packed.headers["content-length"]));
		expect(packed.rawPayload.length).toBeLessThan(plain.rawPayload.length / 3);
		const { rows, total } = JSON.parse(gunzipSync(packed.rawPayload).toString());
		expect({ rows, total }).toEqual({ rows: plain.json().rows, total: plain.json().total });
	}
});

it("nobody gets what he did not ask for: a refused coding, a small answer, a stream, an answer to a POST", async () => {
	expect((await ask("/api/search", "gzip;q=0, br")).headers["content-encoding"]).toBeUndefined();
	expect((await ask("/api/search?q=nobody%40nowhere.example&limit=1", "gzip")).statusCode).toBe(200);
	expect((await ask("/api/export?format=jsonl", "gzip")).headers["content-encoding"]).toBeUndefined();
	const health = await ask("/healthz", "gzip");
	expect(health.headers["content-encoding"]).toBeUndefined();
	const posted = await hub.app.inject({
		method: "POST",
		path: "/api/tokens",
		payload: { name: "x".repeat(60), rights: ["messages"] },
		headers: {
			cookie: hub.cookie,
			origin: hub.origin,
			host: new URL(hub.url).host,
			"accept-encoding": "gzip",
		},
	});
	expect(posted.headers["content-encoding"]).toBeUndefined();
});
