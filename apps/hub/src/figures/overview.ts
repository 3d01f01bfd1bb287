/** The figures of a dashboard, all from the kept sums: what came, what became of it, who sends most, why it failed. */
import type { HostAnswer, OverviewAnswer, OverviewQuery } from "@mailtrail/core/wire";
import type { Term } from "@mailtrail/core/query";
import type { DelayCounts } from "../store/delay-classes.ts";
import { percentilesOf } from "../store/delay-classes.ts";
import type { SumKind } from "../store/hop-sums.ts";
import type { SumRow } from "../store/kept-figures.ts";
import type { LineReads } from "../store/store.ts";
import { type Asker, basisOf, type Question, readQuestion, termText } from "./question.ts";
import { Tally } from "./sample.ts";
import { causesOf } from "./way-figures.ts";

const LIMIT_DEFAULT = 10;
/** a name among the first of all slices is among these of one */
const TOP_OF_SLICE = 500;

export async function overview(
	store: LineReads,
	asked: OverviewQuery,
	asker: Asker,
	hosts: HostAnswer[],
): Promise<OverviewAnswer> {
	const question = await readQuestion(store, asked, asker);
	const limit = asked.limit ?? LIMIT_DEFAULT;
	const { since, until, host } = question;
	const read = (kind: SumKind, by: ("name" | "host" | "outcome")[]) =>
		store.sums({ kind, since, until, by, ...(host !== undefined && { host }) });
	const arrivals = await read("arrivals", ["host", "outcome"]);
	const [bytes] = await read("bytes", []);
	const ways = await store.ways({ since, until, ...(host !== undefined && { host }) });
	const top = (kind: SumKind, field: Term["field"]) => topOf(store, question, { kind, field, limit });
	const exact = !(await store.forgotNames({ since, until }));
	return {
		...basisOf(question, { counted: sum(arrivals, "messages"), exact }),
		totals: {
			messages: sum(arrivals, "messages"),
			outcomes: outcomesOf(arrivals),
			deferrals: ways.reduce((total, { delayed }) => total + Math.max(0, delayed), 0),
			bytes: bytes?.recipients ?? 0,
		},
		...(await wayTotals(store, question)),
		senders: await top("sender", "from"),
		recipients: await top("recipient", "to"),
		saslUsers: await top("user", "text"),
		clients: (await top("client", "name")).map((row) => ({ ...row, value: row.value.replace(/^.*!/, "") })),
		causes: causesOf(tallyOf(await read("cause", ["name"])), asker.lang, limit),
		refusals: causesOf(tallyOf(await read("refusal", ["name"])), asker.lang, limit),
		hosts: [...Map.groupBy(arrivals, (row) => row.host)].map(([name, rows]) => ({
			host: name,
			messages: sum(rows, "messages"),
			outcomes: outcomesOf(rows),
		})),
		queues: hosts.flatMap(({ host: name, queue }) =>
			queue
				? [
						{
							host: name,
							...(queue.messages !== undefined && { messages: queue.messages }),
							...(queue.oldestAt !== undefined && { oldestAt: queue.oldestAt }),
							...(queue.error !== undefined && { error: queue.error }),
						},
					]
				: [],
		),
	};
}

function sum(rows: SumRow[], what: "messages" | "recipients"): number {
	return rows.reduce((total, row) => total + Math.max(0, row[what]), 0);
}

function outcomesOf(rows: SumRow[]): Record<string, number> {
	const tally = new Tally();
	for (const { outcome, recipients } of rows) if (outcome !== "") tally.add(outcome, recipients);
	return tally.record();
}

function tallyOf(rows: SumRow[]): Tally {
	const tally = new Tally();
	for (const { name, recipients } of rows) tally.add(name, recipients);
	return tally;
}

/** The names with the most messages, by what each slice has most of, and what became of their recipients. */
async function topOf(
	store: LineReads,
	{ since, until, host }: Question,
	{ kind, field, limit }: { kind: SumKind; field: Term["field"]; limit: number },
): Promise<OverviewAnswer["senders"]> {
	const request = { kind, since, until, ...(host !== undefined && { host }) };
	const messages = new Tally();
	for (const row of await store.sums({ ...request, by: ["name"], top: TOP_OF_SLICE }))
		messages.add(row.name, Math.max(row.messages, 0));
	const first = messages.sorted().slice(0, limit);
	const names = first.map(({ name }) => name);
	const ends = Map.groupBy(
		await store.sums({ ...request, by: ["name", "outcome"], names }),
		({ name }) => name,
	);
	return first.map(({ name, n }) => ({
		value: name,
		messages: n,
		outcomes: outcomesOf(ends.get(name) ?? []),
		query: name === "" ? 'from:""' : termText(field, name),
	}));
}

/** Of what left us. */
async function wayTotals(
	store: LineReads,
	{ since, until, host }: Question,
): Promise<Pick<OverviewAnswer, "delay" | "tls">> {
	const delays: DelayCounts = {};
	let [tls, plain] = [0, 0];
	for (const { inner, detail } of await store.wayHours({
		since,
		until,
		...(host !== undefined && { host }),
	})) {
		if (inner) continue;
		tls += detail.tls ?? 0;
		plain += detail.plain ?? 0;
		for (const [name, n] of Object.entries(detail)) {
			if (!name.startsWith("t:")) continue;
			const no = Number(name.slice(2));
			delays[no] = (delays[no] ?? 0) + n;
		}
	}
	const delay = percentilesOf(delays);
	return {
		...(delay && { delay }),
		...(tls + plain > 0 && { tls: { encrypted: tls, of: tls + plain } }),
	};
}
