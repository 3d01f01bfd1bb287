/** The figures for Prometheus: of hosts, for whoever may have them, in a form that it reads; and nothing of the mail. */
import { afterEach, beforeEach, expect, it } from "vitest";
import { batchesOf, mailTraffic } from "../testing/mail-traffic.ts";
import { tokenOf } from "../testing/people.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

let hub: TestHub;
beforeEach(async () => {
	hub = await startHub();
});
afterEach(() => hub.close());

it("come in Prometheus' text format, without anything of the mail", async () => {
	const agent = await hub.agent("mx");
	await agent.deliver(batchesOf(mailTraffic(0, 3).out, 500));
	const { headers } = await tokenOf(hub, "owner", ["metrics"]);
	const answer = await hub.app.inject({ path: "/metrics", headers });
	agent.socket.close();
	expect(answer.headers["content-type"]).toBe("text/plain; version=0.0.4; charset=utf-8");
	expect(answer.body).toContain('mailtrail_host_lines_total{host="mx"} 15\n');
	expect(answer.body).toContain('mailtrail_host_connected{host="mx"} 1\n');
	expect(answer.body).not.toContain("example");
	const names = new Set<string>();
	for (const line of answer.body.trimEnd().split("\n")) {
		expect(line).toMatch(
			/^(# (HELP|TYPE) [a-z_0-9]+ .+|[a-z_0-9]+(\{([a-z]+="[^"\n]*",?)+\})? -?[\d.e+-]+)$/,
		);
		if (line.startsWith("# TYPE")) {
			expect(names.has(line)).toBe(false);
			names.add(line);
		}
	}
});

it("need their own right", async () => {
	const { headers } = await tokenOf(hub, "owner", ["hosts"]);
	expect((await hub.app.inject({ path: "/metrics", headers })).statusCode).toBe(403);
	expect((await hub.app.inject("/metrics")).statusCode).toBe(401);
});

it("are not needed to know whether the hub is ready", async () => {
	expect((await hub.app.inject("/ready")).json()).toEqual({ ready: true });
	hub.store.counts = async () => {
		throw new Error("gone");
	};
	const answer = await hub.app.inject("/ready");
	expect([answer.statusCode, answer.json()]).toEqual([
		503,
		{ ready: false, why: "the store does not answer" },
	]);
});
