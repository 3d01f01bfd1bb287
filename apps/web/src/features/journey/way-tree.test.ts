import { describe, expect, test } from "vitest";
import { madeUpJourney as journey, madeUpRecipient as to, madeUpStop as at } from "./made-up-journey.ts";
import { buildWay, endsOf, soleOutcome, type WayNode } from "./way-tree.ts";

const sub = at("sub1", "A");
const relay = at("relay1", "B");

function outline(nodes: WayNode[]): unknown[] {
	return nodes.map((n) =>
		n.kind === "end" ? `${n.outcome} ${n.recipients.length}` : [n.stop.host, ...outline(n.branches)],
	);
}

describe("the way as a tree", () => {
	test("stops that recipients share are one; good ends stand above bad ones", () => {
		const way = buildWay(
			journey([
				to("c@c.example", "failed", [sub, relay]),
				to("a@a.example", "delivered", [sub, relay, at("mx.a", "C")]),
				to("b@b.example", "delayed", [sub, relay]),
			]),
		);
		expect(outline(way)).toEqual([["sub1", ["relay1", ["mx.a", "delivered 1"], "delayed 1", "failed 1"]]]);
		expect(soleOutcome(way[0]!)).toBeUndefined();
		expect(endsOf(way[0]!)).toHaveLength(3);
	});

	test("the order of the recipients does not matter", () => {
		const recipients = [1, 2, 3, 4].map((n) =>
			to(`u${n}@x.example`, n % 2 ? "delivered" : "failed", [sub, at(`mx${n}`, `Q${n}`)]),
		);
		const forward = outline(buildWay(journey(recipients)));
		expect(outline(buildWay(journey([...recipients].reverse())))).toEqual(forward);
	});

	test("hundreds of ends are bundled by what became of them, hundreds of stops by host", () => {
		const many = Array.from({ length: 300 }, (_, i) =>
			to(`u${i}@l.example`, i < 290 ? "relayed" : "failed", [sub]),
		);
		expect(outline(buildWay(journey(many)))).toEqual([["sub1", "relayed 290", "failed 10"]]);
		const stored = Array.from({ length: 40 }, (_, i) =>
			to(`u${i}@l.example`, "delivered", [sub, at("mx", `S${i}`, undefined, "dovecot")]),
		);
		const [root] = buildWay(journey(stored));
		expect(outline([root!])).toEqual([["sub1", ["mx", "delivered 40"]]]);
		expect(root?.kind === "stop" && root.branches[0]?.kind === "stop" && root.branches[0].count).toBe(40);
	});

	test("a recipient without any stop is an end of its own", () => {
		expect(outline(buildWay(journey([to("a@a.example", "unknown", [])])))).toEqual(["unknown 1"]);
	});
});
