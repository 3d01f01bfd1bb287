import { describe, expect, it } from "vitest";
import { describeWay, failsAlone, reachesOthers, type WayCount, type WayFacts } from "./fleet-facts.ts";

const AT = Date.parse("2026-03-02T08:00:00Z");

function count(
	host: string,
	destination: string,
	result: WayCount["result"],
	messages: number,
	cause = "",
): WayCount {
	return { host, destination, result, cause, messages, firstAt: AT, lastAt: AT + 3_600_000 };
}

function facts(toDestination: WayCount[], fromHost: WayCount[] = []): WayFacts {
	return {
		host: "edge1",
		destination: "icloud.example",
		days: 7,
		toDestination,
		fromHost,
		formatTime: (ms) => new Date(ms).toISOString().slice(0, 16),
	};
}

const LISTED = count("edge1", "icloud.example", "failed", 412, "dnsbl-listed");
const OTHERS = ["a.example", "b.example", "c.example"].map((name) => count("edge1", name, "accepted", 9));

describe("the fleet's figures", () => {
	it("say how many messages met the same, and who is accepted", () => {
		const lines = describeWay(
			facts([LISTED, count("edge2", "icloud.example", "accepted", 37)], OTHERS),
			"dnsbl-listed",
			"en",
		);
		expect(lines).toEqual([
			"412 messages from edge1 to icloud.example met the same, the first at 2026-03-02T08:00.",
			"icloud.example accepts mail from edge2 (37 messages in 7 days).",
			"Only icloud.example does this: all 3 other destinations accepted mail from edge1 in the last 7 days.",
		]);
	});

	it("say which other destinations use the same list", () => {
		const other = count("edge1", "b.example", "failed", 3, "dnsbl-listed");
		expect(describeWay(facts([LISTED], [OTHERS[0] as WayCount, other]), "dnsbl-listed", "en").at(1)).toBe(
			"edge1 met the same at another destination in these 7 days: b.example.",
		);
		expect(failsAlone(facts([LISTED], [...OTHERS, other]))).toBe(true);
		expect(
			failsAlone(facts([LISTED], [...OTHERS, count("edge1", "d.example", "failed", 3, "dnsbl-listed")])),
		).toBe(false);
	});

	it("do not call two destinations every other, nor blame the host for unknown users", () => {
		expect(failsAlone(facts([LISTED], OTHERS.slice(0, 2)))).toBe(false);
		expect(
			failsAlone(facts([LISTED], [...OTHERS, count("edge1", "d.example", "failed", 1, "user-unknown")])),
		).toBe(true);
		expect(failsAlone(facts([LISTED, count("edge1", "icloud.example", "accepted", 1)], OTHERS))).toBe(false);
	});

	it("tell a closed way out from a destination that is down", () => {
		const timeout = count("edge1", "icloud.example", "delayed", 2, "connect-timeout");
		expect(reachesOthers(facts([timeout], OTHERS))).toBe(true);
		expect(
			reachesOthers(facts([timeout], [count("edge1", "a.example", "delayed", 1, "connect-timeout")])),
		).toBe(false);
		// whoever answers with a refusal was reached
		expect(reachesOthers(facts([timeout], [count("edge1", "a.example", "failed", 1, "user-unknown")]))).toBe(
			true,
		);
		expect(reachesOthers(facts([timeout]))).toBeUndefined();
		expect(
			describeWay(
				facts(
					[timeout],
					[
						count("edge1", "a.example", "delayed", 1, "connect-timeout"),
						count("edge1", "b.example", "delayed", 1, "connect-timeout"),
					],
				),
				"other",
				"en",
			),
		).toEqual([
			"No destination at all accepted mail from edge1 in the last 7 days: the trouble is at edge1 or its line.",
		]);
	});

	it("say nothing where there is nothing to say", () => {
		const full = count("edge1", "icloud.example", "failed", 9, "mailbox-full");
		expect(describeWay(facts([full], OTHERS), "mailbox-full", "en")).toEqual([]);
		expect(
			describeWay(facts([count("edge1", "icloud.example", "failed", 1, "unknown")]), "unknown", "en"),
		).toEqual([]);
	});
});
