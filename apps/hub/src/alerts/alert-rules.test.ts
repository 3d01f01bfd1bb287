/** What each kind of rule fires at, over a real store and real agents, and that a preview says what the live hub did. */
import type { AlertPreviewAnswer, Health, HostsAnswer } from "@mailtrail/core/wire";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlertWorld, draft, MINUTE, START, tries } from "../testing/alert-world.ts";
import type { TestAgent } from "../testing/test-agent.ts";

let world: AlertWorld;
beforeEach(async () => {
	world = await AlertWorld.start();
});
afterEach(() => world.hub.close());

describe("a rule over tries", () => {
	it("fires for the destination that puts us off, and clears when it takes mail again", async () => {
		await world.addRule({});
		await world.deliver([
			...tries(START, "slow.example", 8, "deferred"),
			...tries(START, "fine.example", 20, "sent"),
			...tries(START, "few.example", 3, "deferred"),
		]);
		await world.look(START + 2 * MINUTE);
		expect(await world.alerts()).toMatchObject([
			{
				subject: "slow.example",
				hosts: ["mx"],
				state: "firing",
				value: 100,
				query: "to:@slow.example status:delayed",
			},
		]);
		await world.deliver(tries(START + 11 * MINUTE, "slow.example", 10, "sent"));
		await world.look(START + 12 * MINUTE);
		expect(await world.alerts()).toMatchObject([{ value: 44.4 }]);
		await world.look(START + 17 * MINUTE);
		expect(await world.alerts()).toEqual([]);
		expect(await world.alerts("all")).toMatchObject([{ state: "cleared", peak: 100 }]);
	});

	it("says in a preview what the live hub did", async () => {
		const rule = await world.addRule({});
		for (let at = 0; at < 120; at += 5) {
			const bad = at >= 30 && at < 70;
			const lines = tries(START + at * MINUTE, "slow.example", 10, bad ? "deferred" : "sent");
			await world.deliver(lines);
			await world.look(START + (at + 5) * MINUTE);
		}
		const [live] = await world.alerts("all");
		expect(live).toMatchObject({ state: "cleared", peak: 100 });
		const { alerts: seen, ...rest } = await world.send<AlertPreviewAnswer>(
			"POST",
			"/api/alerts/rules/preview",
			{
				rule: draft(rule),
			},
		);
		expect(seen).toMatchObject([
			{ subject: "slow.example", since: live?.since, until: live?.clearedAt, peak: 100 },
		]);
		expect(rest).toMatchObject({ subjects: 1, highest: { subject: "slow.example", value: 100 } });
		expect(Date.parse(rest.from)).toBe(START);
		const strict = await world.send<AlertPreviewAnswer>("POST", "/api/alerts/rules/preview", {
			rule: draft({ kind: "bounce-rate" }),
		});
		expect(strict.alerts).toEqual([]);
	}, 60_000);

	it("tells of a user who sends much more than is usual", async () => {
		await world.addRule({ kind: "user-volume", threshold: 5, clear: 5, windowMinutes: 60, minimum: 30 });
		await world.deliver([
			...tries(START, "a.example", 40, "sent", "stolen@example.org"),
			...tries(START, "b.example", 20, "sent", "calm@example.org"),
		]);
		await world.look(START + 2 * MINUTE);
		expect(await world.alerts()).toMatchObject([
			{ subject: "stolen@example.org", value: 40, kind: "user-volume" },
		]);
	});
});

describe("a rule over what was refused", () => {
	it("fires for the destination that refuses for good", async () => {
		await world.addRule({ kind: "bounce-rate" });
		await world.deliver([
			...tries(START, "gone.example", 8, "bounced"),
			...tries(START, "slow.example", 8, "deferred"),
		]);
		await world.look(START + 2 * MINUTE);
		expect(await world.alerts()).toMatchObject([
			{ subject: "gone.example", value: 100, query: "to:@gone.example status:failed" },
		]);
	});

	it("fires for one that says we are on a block list, at the first word of it", async () => {
		await world.addRule({ kind: "block-listed", threshold: 1, clear: 1 });
		await world.deliver([
			...tries(START, "strict.example", 1, "listed"),
			...tries(START, "gone.example", 8, "bounced"),
		]);
		await world.look(START + 2 * MINUTE);
		expect(await world.alerts()).toMatchObject([{ subject: "strict.example", hosts: ["mx"], value: 1 }]);
	});

	it("tells of a sender of far more than is usual", async () => {
		await world.addRule({ kind: "sender-volume", threshold: 5, clear: 5, windowMinutes: 60, minimum: 30 });
		await world.deliver([
			...tries(START, "a.example", 40, "sent", "news"),
			...tries(START, "b.example", 20, "sent", "calm"),
		]);
		await world.look(START + 2 * MINUTE);
		expect(await world.alerts()).toMatchObject([{ subject: "news@example.org", kind: "sender-volume" }]);
	});
});

describe("a rule over hosts", () => {
	/** Sends its health, and waits until the hub has read it. */
	const report = async (agent: TestAgent, facts: Partial<Health>) => {
		world.now += 1;
		agent.send({ type: "health", clock: world.now, sources: [], memory: 1, ...facts });
		const read = async () => {
			const { hosts } = await world.hub.get<HostsAnswer>("/api/hosts");
			return Date.parse(hosts[0]?.lastSeenAt ?? "") === world.now;
		};
		for (let i = 0; i < 100 && !(await read()); i++) await new Promise((resolve) => setTimeout(resolve, 20));
	};

	it("fires when a queue grows, and clears when it grows no longer", async () => {
		await world.addRule({ kind: "queue-growth", threshold: 100, clear: 50, windowMinutes: 30 });
		const agent = await world.hub.agent("mx");
		const queue = (messages: number) => report(agent, { queue: { mta: "postfix", messages } });
		await queue(10);
		await world.look(START + MINUTE);
		await queue(90);
		await world.look(START + 10 * MINUTE);
		expect(await world.alerts()).toEqual([]);
		await queue(240);
		await world.look(START + 20 * MINUTE);
		expect(await world.alerts()).toMatchObject([{ subject: "mx", value: 230, kind: "queue-growth" }]);
		await world.look(START + 60 * MINUTE);
		expect(await world.alerts()).toEqual([]);
	});

	it("fires when a log is not written any more while a mail server runs", async () => {
		await world.addRule({ kind: "log-silent", threshold: 5, clear: 5 });
		const agent = await world.hub.agent("mx");
		const source = { source: "/var/log/mail.log", lag: 0, size: 9 };
		await report(agent, { sources: [source] });
		await world.look(START + 10 * MINUTE);
		expect(await world.alerts()).toEqual([]);
		await report(agent, { sources: [{ ...source, stall: { cause: "deleted", since: START } }] });
		await world.look(START + 12 * MINUTE);
		expect(await world.alerts()).toMatchObject([{ subject: "mx", value: 12, kind: "log-silent" }]);
		await report(agent, { sources: [source] });
		await world.look(START + 20 * MINUTE);
		expect(await world.alerts()).toEqual([]);
	});

	it("fires when an agent stays away, and clears when it is back", async () => {
		await world.addRule({ kind: "agent-gone", threshold: 10, clear: 10, holdMinutes: 0 });
		const agent = await world.hub.agent("mx");
		await world.look(START + MINUTE);
		agent.socket.close();
		await agent.inbox.closed;
		const { hosts } = await world.hub.get<{ hosts: { lastSeenAt: string }[] }>("/api/hosts");
		const seen = Date.parse(hosts[0]?.lastSeenAt ?? "");
		await world.look(seen + 9 * MINUTE);
		expect(await world.alerts()).toEqual([]);
		await world.look(seen + 11 * MINUTE);
		expect(await world.alerts()).toMatchObject([
			{ subject: "mx", value: 11, text: "The agent of mx has been away for 11 minutes." },
		]);
		await world.look(seen + 16 * MINUTE);
		const preview = await world.send<AlertPreviewAnswer>("POST", "/api/alerts/rules/preview", {
			rule: draft({ kind: "agent-gone", threshold: 10, clear: 10 }),
			days: 1,
		});
		expect(preview.alerts).toMatchObject([{ subject: "mx" }]);
	});
});
