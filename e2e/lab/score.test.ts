import { describe, expect, it } from "vitest";
import type { PrintedJourney } from "./printed.ts";
import { isPerfect, score } from "./score.ts";
import { readTruth, type TruthLine } from "./truth.ts";

const stop = (host: string, mta: string, qid: string) => ({ host, mta, qid });
const TRUTH: TruthLine[] = [
	{
		lab: "m1",
		rcpt: "team@a.example",
		final: "bob@a.example",
		outcome: "delivered",
		folder: "Junk",
		path: [stop("out", "postfix", "AAAAAA0001"), stop("in", "dovecot", "session1:R2")],
	},
	{
		lab: "m2",
		rcpt: "eve@a.example",
		final: "eve@a.example",
		outcome: "bounced",
		path: [stop("out", "postfix", "AAAAAA0002"), stop("in", "postfix", "BBBBBB0002")],
	},
	{
		kind: "dsn",
		lab: "m2",
		mailbox: "ann@out.example",
		folder: "INBOX",
		path: [stop("in", "postfix", "BBBBBB0003"), stop("out", "postfix", "AAAAAA0003")],
		rcpts: [{ final: "eve@a.example", original: null }],
	},
];

const printed = (host: string, mta: string, queueId: string) => ({ host, mta, queueId });
const journeys = (): PrintedJourney[] => [
	{
		id: "j1",
		kind: "message",
		recipients: [
			{
				recipient: "bob@a.example",
				original: "team@a.example",
				outcome: "delivered",
				mailbox: "Junk",
				path: [printed("out", "postfix", "AAAAAA0001"), printed("in", "dovecot", "session1")],
			},
		],
		bounces: [],
	},
	{
		id: "j2",
		kind: "message",
		recipients: [
			{
				recipient: "eve@a.example",
				original: "eve@a.example",
				outcome: "failed",
				path: [printed("out", "postfix", "AAAAAA0002"), printed("in", "postfix", "BBBBBB0002")],
			},
		],
		bounces: [{ journeyId: "j3", recipient: "eve@a.example", childQueueId: "BBBBBB0003" }],
	},
	{
		id: "j3",
		kind: "message",
		recipients: [
			{
				recipient: "ann@out.example",
				original: "ann@out.example",
				outcome: "delivered",
				path: [printed("in", "postfix", "BBBBBB0003"), printed("out", "postfix", "AAAAAA0003")],
			},
		],
		bounces: [],
		parent: { journeyId: "j2" },
	},
];

const rows = readTruth(TRUTH.map((line) => JSON.stringify(line)).join("\n"));

/** The score after one change to journeys that were right. */
function after(change: (journeys: PrintedJourney[]) => void, unseen?: Set<string>) {
	const changed = journeys();
	change(changed);
	return score(rows, changed, unseen);
}

const at = <T>(list: readonly T[], i: number): T => {
	const found = list[i];
	if (found === undefined) throw new Error(`nothing at ${i}`);
	return found;
};
const first = (all: PrintedJourney[]) => at(at(all, 0).recipients, 0);

describe("journeys that are right", () => {
	it("are perfect", () => {
		const result = score(rows, journeys());
		expect(result.faults).toEqual([]);
		expect(isPerfect(result)).toBe(true);
		expect(result).toMatchObject({ rows: 3, path: 3, mailboxes: 1, mailbox: 1, notices: 1, joined: 1 });
	});

	it("may hold refusals at the door, and an alias that was expanded", () => {
		const result = after((all) => {
			all.push({ ...at(all, 0), id: "j4", kind: "refused", recipients: [{ ...first(all), path: [] }] });
			at(all, 0).recipients.push({ ...first(all), recipient: "team@a.example", outcome: "expanded" });
		});
		expect(isPerfect(result)).toBe(true);
	});
});

describe("what is wrong counts", () => {
	const wrongs: [
		what: string,
		figure: Partial<ReturnType<typeof score>>,
		change: (all: PrintedJourney[]) => void,
	][] = [
		["outcome", { outcome: 2 }, (all) => Object.assign(first(all), { outcome: "relayed" })],
		["first address", { original: 2 }, (all) => Object.assign(first(all), { original: "bob@a.example" })],
		["folder", { mailbox: 0 }, (all) => Object.assign(first(all), { mailbox: "INBOX" })],
		["a stop too few", { path: 2 }, (all) => first(all).path.pop()],
		["a stop too many", { path: 2 }, (all) => first(all).path.push(printed("x", "exim", "1xV26w-00001H-2v"))],
		["stops in another order", { path: 2 }, (all) => first(all).path.reverse()],
		["no journey", { found: 2 }, (all) => all.shift()],
		["two messages in one journey", { merged: 1 }, (all) => at(all, 1).recipients.push(first(all))],
		["one message in two journeys", { split: 1 }, (all) => all.push({ ...at(all, 0), id: "j4" })],
		[
			"a recipient that nobody has",
			{ spare: 1 },
			(all) => at(all, 0).recipients.push({ ...first(all), recipient: "x@x.example" }),
		],
		["a bounce without its parent", { joined: 0 }, (all) => delete at(all, 2).parent],
		["a parent without its bounce", { joined: 0 }, (all) => at(all, 1).bounces.pop()],
		[
			"a bounce about somebody else",
			{ joined: 0 },
			(all) => Object.assign(at(at(all, 1).bounces, 0), { recipient: "x@x.example" }),
		],
		[
			"a parent that is none",
			{ wrongJoins: 1 },
			(all) => Object.assign(at(all, 0), { parent: { journeyId: "j2" } }),
		],
	];

	it.each(wrongs)("%s", (_what, figure, change) => {
		const result = after(change);
		expect(result).toMatchObject(figure);
		expect(isPerfect(result)).toBe(false);
		expect(result.faults.length).toBeGreaterThan(0);
	});
});

describe("with a host unseen", () => {
	const unseen = new Set(["in"]);

	it("a path may end early", () => {
		const result = after((all) => {
			first(all).path.pop();
			at(at(all, 1).recipients, 0).path.pop();
			all.pop();
		}, unseen);
		expect(result.faults.filter((fault) => !fault.startsWith("NOT JOINED"))).toEqual([]);
		expect(isPerfect(result, true)).toBe(true);
	});

	it("but holds no stop that the message did not take", () => {
		const result = after((all) => Object.assign(at(first(all).path, 0), { queueId: "AAAAAA0002" }), unseen);
		expect(isPerfect(result, true)).toBe(false);
	});
});
