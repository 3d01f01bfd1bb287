import { describe, expect, it } from "vitest";
import type { Journey } from "../index.ts";
import { fold, located, trace } from "../tracing.testing.ts";

const paths = (journeys: Journey[]) =>
	journeys.map((each) => each.recipients[0]?.path.map((stop) => `${stop.host}/${stop.queueId}`));

interface Message {
	host: string;
	id: string;
	reply?: string;
	to?: string;
	sender?: string;
	messageId?: string | undefined;
	client?: string;
	relay?: string;
	size?: number;
	minute?: string;
	instance?: string;
}

/** The lines of one message with one recipient. */
function message(facts: Message): string {
	const { host, id, minute = "51", instance = "postfix", relay = "next.example[203.0.113.9]:25" } = facts;
	const at = (second: string) => `2026-11-22T02:${minute}:${second}+00:00 ${host} ${instance}`;
	const local = relay === "local" ? "local" : "smtp";
	return [
		`${at("40.1")}/smtpd[1]: ${id}: client=${facts.client ?? "sub.example[192.0.2.1]"}`,
		...("messageId" in facts && facts.messageId === undefined
			? []
			: [`${at("40.2")}/cleanup[2]: ${id}: message-id=<${facts.messageId ?? "m@sub.example"}>`]),
		`${at("40.3")}/qmgr[3]: ${id}: from=<${facts.sender ?? "ann@sub.example"}>, size=${facts.size ?? 1000}, nrcpt=1 (queue active)`,
		`${at("40.4")}/${local}[4]: ${id}: to=<${facts.to ?? "bob@b.example"}>, relay=${relay}, delay=0.2, delays=0/0/0.1/0.1, dsn=2.0.0, status=sent (${facts.reply ?? "250 2.0.0 Ok"})`,
		`${at("40.5")}/qmgr[3]: ${id}: removed`,
	].join("\n");
}

const FIRST = message({ host: "mx", id: "ABCDEF0001", reply: "250 2.0.0 Ok: queued as ABCDEF0002" });

describe("an id in a reply is not believed against the facts", () => {
	it("where an outside server names a message that another client brought to the same host", () => {
		const other = message({ host: "mx", id: "ABCDEF0002", client: "other.example[198.51.100.7]" });
		expect(paths(trace(located("mx", `${FIRST}\n${other}`)))).toEqual([["mx/ABCDEF0001"], ["mx/ABCDEF0002"]]);
	});

	it("but it is where that server brought the message back itself", () => {
		const back = message({ host: "mx", id: "ABCDEF0002", client: "next.example[203.0.113.9]" });
		expect(paths(trace(located("mx", `${FIRST}\n${back}`)))).toEqual([["mx/ABCDEF0001", "mx/ABCDEF0002"]]);
	});

	it("where two claim one message alike: who the receiver says brought it keeps it", () => {
		const reply = "250 2.0.0 Ok: queued as DDDDDD0002";
		const client = "edge.corp.example[198.51.100.7]";
		const claims = ["edge", "mx"].map((host) =>
			located(host, message({ host, id: host === "mx" ? "ABCDEF0001" : "EEEEEE0001", reply })),
		);
		const taken = located("inner", message({ host: "inner", id: "DDDDDD0002", client }));
		expect(paths(trace(...claims, taken)).sort()).toEqual([
			["edge/EEEEEE0001", "inner/DDDDDD0002"],
			["mx/ABCDEF0001"],
		]);
	});

	it("where the message on one host is minutes older", () => {
		const older = message({
			host: "mx",
			id: "ABCDEF0002",
			minute: "40",
			client: "next.example[203.0.113.9]",
		});
		expect(paths(trace(located("mx", `${FIRST}\n${older}`)))).toHaveLength(2);
	});

	it("where sender and recipient are others and no Message-ID was logged", () => {
		const facts = { host: "inner", id: "ABCDEF0002", messageId: undefined, sender: "z@z.example" };
		const inner = located("inner", message({ ...facts, to: "boss@b.example" }));
		expect(paths(trace(located("mx", FIRST), inner))).toHaveLength(2);
		const rewritten = located("inner", message(facts));
		expect(paths(trace(located("mx", FIRST), rewritten))).toEqual([["mx/ABCDEF0001", "inner/ABCDEF0002"]]);
	});

	it("where only the Message-ID agrees: it can be forged, the size tells", () => {
		const facts = { host: "inner", id: "ABCDEF0002", sender: "z@z.example", to: "boss@b.example" };
		expect(trace(located("mx", FIRST), located("inner", message({ ...facts, size: 999_000 })))).toHaveLength(
			2,
		);
	});

	it("where a notice would have got a sender", () => {
		const notice = FIRST.replace("from=<ann@sub.example>", "from=<>");
		const inner = located("inner", message({ host: "inner", id: "ABCDEF0002" }));
		expect(trace(located("mx", notice), inner)).toHaveLength(2);
	});

	it("where two hosts claim one message: what more facts support stands", () => {
		const liar = FIRST.replaceAll("mx postfix", "mx2 postfix").replace("to=<bob@", "to=<eve@");
		const inner = located("inner", message({ host: "inner", id: "ABCDEF0002" }));
		expect(paths(trace(located("mx", FIRST), located("mx2", liar), inner)).sort()).toEqual([
			["mx/ABCDEF0001", "inner/ABCDEF0002"],
			["mx2/ABCDEF0001"],
		]);
		const twin = FIRST.replaceAll("mx postfix", "mx2 postfix");
		expect(trace(located("mx", FIRST), located("mx2", twin), inner)).toHaveLength(3);
	});
});

it("tells copies of a list apart by recipient where two hosts use one id", () => {
	const copy = (host: string) =>
		located(host, message({ host, id: "ABCDEF0002", to: `bob@${host}.example` }));
	const journeys = trace(
		located("mx", FIRST.replace("bob@b.example", "bob@p.example")),
		copy("p"),
		copy("q"),
	);
	expect(paths(journeys)).toEqual([["mx/ABCDEF0001", "p/ABCDEF0002"], ["q/ABCDEF0002"]]);
});

describe("a message that came from elsewhere than where it was handed to", () => {
	const sent = located("mx", message({ host: "mx", id: "ABCDEF0001" }));
	const far = (host: string, id: string, facts: Partial<Message> = {}) =>
		located(host, message({ host, id, client: "other.example[198.51.100.9]", ...facts }));

	it("is joined where nothing else bears its Message-ID for that recipient", () => {
		const [journey, ...rest] = trace(sent, far("far", "ABCDEF0009"));
		expect(rest).toEqual([]);
		expect(journey?.recipients[0]?.path[1]?.link).toMatchObject({ via: "message-id", confidence: "likely" });
	});

	it("is not joined where it was sent twice, though lines of one are missing", () => {
		const again = located("mx", message({ host: "mx", id: "ABCDEF0002" })).map((each) => ({
			...each,
			ref: `${each.ref}+`,
		}));
		expect(trace([...sent, ...again.slice(0, 3)], far("far", "ABCDEF0009"))).toHaveLength(3);
	});

	it.each([
		["twice", [far("far", "ABCDEF0009"), far("near", "ABCDEF0008")]],
		["from another sender", [far("far", "ABCDEF0009", { sender: "eve@sub.example" })]],
		["from the client that sent the first one", [far("far", "ABCDEF0009", { client: "sub[192.0.2.1]" })]],
		["where it has been before", [far("mx", "ABCDEF0009")]],
	])("is not joined where it came %s", (_why, others) => {
		const paths = trace(sent, ...others).flatMap((each) => each.recipients.map((entry) => entry.path.length));
		expect(new Set(paths)).toEqual(new Set([1]));
	});
});

it("joins by Message-ID only for the same recipient", () => {
	const sent = located("mx", message({ host: "mx", id: "ABCDEF0001" }));
	const far = (to: string) => message({ host: "far", id: "ABCDEF0009", to, client: "n[203.0.113.9]" });
	expect(trace(sent, located("far", far("bob@b.example")))).toHaveLength(1);
	expect(trace(sent, located("far", far("eve@b.example")))).toHaveLength(2);
});

it("ends a loop of two hosts", () => {
	const pair = (host: string, id: string, next: string, relay: string) =>
		located(host, message({ host, id, relay, reply: `250 2.0.0 Ok: queued as ${next}` }));
	const [journey, ...rest] = trace(
		pair("a", "AAAAAA0001", "BBBBBB0001", "b.example[192.0.2.2]:25"),
		pair("b", "BBBBBB0001", "AAAAAA0001", "a.example[192.0.2.1]:25"),
	);
	expect(rest).toEqual([]);
	expect(journey?.recipients[0]?.path).toHaveLength(2);
});

it("does not take a message of another day for the bounce of this one", () => {
	const parent = `${message({ host: "mx", id: "ABCDEF0001" })}
2026-11-22T02:51:40.45+00:00 mx postfix/bounce[5]: ABCDEF0001: sender non-delivery notification: ABCDEF0003`;
	const older = message({ host: "mx", id: "ABCDEF0003", sender: "", minute: "31" });
	expect(trace(located("mx", `${parent}\n${older}`)).map((each) => each.bounces)).toEqual([[], []]);
});

describe("an id that several hops have used is settled by what the other messages teach", () => {
	const chain = (n: number, host: string, id: string, more: Partial<Message>) =>
		located(host, message({ host, id, messageId: `m${n}@sub.example`, ...more })).map((each) => ({
			...each,
			ref: `${each.ref}/${id}`,
		}));
	const answer = (id: string) => ({
		reply: `250 2.0.0 Ok: queued as ${id}`,
		relay: "b.example[192.0.2.2]:25",
	});
	const lesson = [
		chain(1, "a", "AAAAAA0001", answer("BBBBBB0001")),
		chain(1, "b", "BBBBBB0001", { client: "a.example[192.0.2.1]" }),
	].flat();

	it("which host answers there", () => {
		const doubtful = [
			chain(2, "a", "AAAAAA0002", { ...answer("BBBBBB0002"), messageId: undefined }),
			chain(2, "b", "BBBBBB0002", { messageId: undefined }),
			chain(2, "c", "BBBBBB0002", { messageId: undefined }),
		].flat();
		expect(paths(trace(doubtful)).flat()).not.toContainEqual(["a/AAAAAA0002", "b/BBBBBB0002"]);
		expect(paths(trace([...lesson, ...doubtful]))).toContainEqual(["a/AAAAAA0002", "b/BBBBBB0002"]);
	});

	it("how far the clocks stand apart", () => {
		const late = chain(1, "b", "BBBBBB0001", { minute: "55" });
		const unnamed = { messageId: undefined };
		const early = chain(2, "b", "BBBBBB0002", { ...unnamed, minute: "51" });
		const used = chain(2, "b", "BBBBBB0002", { ...unnamed, minute: "55" }).map((each) => ({
			...each,
			ref: `${each.ref}+`,
		}));
		const first = chain(1, "a", "AAAAAA0001", answer("BBBBBB0001"));
		const asked = chain(2, "a", "AAAAAA0002", answer("BBBBBB0002"));
		const [journey] = trace([...first, ...late, ...asked, ...early, ...used]).filter((each) =>
			each.id.startsWith("a/AAAAAA0002"),
		);
		expect(journey?.recipients[0]?.path[1]?.receivedAt).toContain("02:55");
	});

	it("and nothing comes back under the id that it went out with", () => {
		const out = chain(1, "a", "AAAAAA0001", answer("BBBBBB0001"));
		const between = chain(1, "b", "BBBBBB0001", { ...answer("AAAAAA0001"), relay: "c[192.0.2.3]:25" });
		const end = chain(1, "c", "AAAAAA0001", {});
		expect(paths(trace([...out, ...between, ...end]))).toEqual([
			["a/AAAAAA0001", "b/BBBBBB0001", "c/AAAAAA0001"],
		]);
	});
});

describe("one queue id, several messages", () => {
	it("get ids of their own in two instances of one host", () => {
		const both = [message({ host: "mx", id: "ABCDEF0001" })];
		both.push(message({ host: "mx", id: "ABCDEF0001", instance: "postfix-out", messageId: "n@x" }));
		const hops = fold(located("mx", both.join("\n")));
		expect(new Set(hops.map((hop) => hop.id)).size).toBe(2);
	});

	it("are told apart within one second, by line order alone", () => {
		const seconds = (text: string) => text.replace(/^2026-11-22T02:51:40\.\d\+00:00/gm, "Nov 22 02:51:40");
		const again = message({ host: "mx", id: "ABCDEF0001", messageId: "n@x", to: "eve@b.example" });
		const journeys = trace(located("mx", seconds(`${message({ host: "mx", id: "ABCDEF0001" })}\n${again}`)));
		expect(journeys.map((each) => each.recipients.map((entry) => entry.recipient))).toEqual([
			["bob@b.example"],
			["eve@b.example"],
		]);
		expect(new Set(journeys.map((each) => each.id)).size).toBe(2);
	});

	it("are told apart by Message-ID where the arrival is missing", () => {
		const again = message({ host: "mx", id: "ABCDEF0001", messageId: "n@x" })
			.replaceAll(":40.", ":41.")
			.split("\n")
			.slice(1)
			.join("\n");
		expect(fold(located("mx", `${message({ host: "mx", id: "ABCDEF0001" })}\n${again}`))).toHaveLength(2);
	});
});

describe("what became of it", () => {
	it("is unknown where the lines of the forwarded copy are missing", () => {
		const facts = { host: "mx", id: "ABCDEF0001", relay: "local", reply: "forwarded as ABCDEF0002" };
		const [journey] = trace(located("mx", message(facts)));
		expect(journey?.recipients[0]?.outcome).toBe("unknown");
		expect(journey?.notices.map((notice) => notice.code)).toEqual(["forwarded-lines-missing"]);
	});

	it("is told under the new id after `postsuper -r`", () => {
		const REQUEUED = `
2026-11-22T02:50:00.1+00:00 mx postfix/smtp[4]: ABCDEF0001: to=<bob@b.example>, relay=none, delay=0.2, delays=0/0/0.1/0.1, dsn=4.4.1, status=deferred (connect to b.example[203.0.113.9]:25: Connection timed out)
2026-11-22T02:51:00.1+00:00 mx postfix/postsuper[5]: ABCDEF0001: requeued
2026-11-22T02:51:30.1+00:00 mx postfix/pickup[6]: ABCDEF0002: uid=89 from=<ann@sub.example> orig_id=ABCDEF0001`;
		const [journey, ...rest] = trace(
			located("mx", `${REQUEUED}\n${message({ host: "mx", id: "ABCDEF0002" })}`),
		);
		expect(rest).toEqual([]);
		expect(journey?.recipients[0]).toMatchObject({ outcome: "relayed", attempts: [{}, {}] });
	});

	it("is told under the new id after `postsuper -r ALL`, which logs a number alone, also where nothing was tried", () => {
		const waiting = message({ host: "mx", id: "ABCDEF0001" }).split("\n").slice(0, 3);
		const again = `
2026-11-22T02:51:50.1+00:00 mx postfix/postsuper[5]: Requeued: 2 messages
2026-11-22T02:52:30.1+00:00 mx postfix/pickup[6]: ABCDEF0002: uid=89 from=<ann@sub.example> orig_id=ABCDEF0001\n`;
		const inner = message({ host: "mx", id: "ABCDEF0002", minute: "53" });
		const [journey, ...rest] = trace(located("mx", waiting.join("\n") + again + inner));
		expect(rest).toEqual([]);
		expect(paths(journey ? [journey] : [])).toEqual([["mx/ABCDEF0001", "mx/ABCDEF0002"]]);
		const gone = message({ host: "mx", id: "ABCDEF0001" });
		expect(trace(located("mx", gone + again + inner))).toHaveLength(2);
	});

	it("is told apart where one's alias is another recipient", () => {
		const line = (to: string) =>
			`2026-11-22T02:51:40.1+00:00 mx postfix/virtual[4]: ABCDEF0001: to=<${to}>, relay=virtual, delay=0.2, delays=0/0/0.1/0.1, dsn=2.0.0, status=sent (delivered to maildir)`;
		const text = ["bob@b.example", "bob@b.example>, orig_to=<ann@b.example"].map(line).join("\n");
		const [journey] = trace(located("mx", text));
		expect(journey?.recipients.map((each) => each.original)).toEqual(["ann@b.example", "bob@b.example"]);
	});
});

it("does not call a clock wrong where the arrival is missing", () => {
	const inner = message({ host: "inner", id: "ABCDEF0002", minute: "59" }).split("\n").slice(1).join("\n");
	const [journey] = trace(located("mx", FIRST), located("inner", inner));
	expect(journey?.recipients[0]?.path).toHaveLength(2);
	expect(journey?.notices.map((notice) => notice.code)).toEqual(["host-not-watched"]);
});
