/**
 * The recorded relay chain against what its mails themselves say: `received.jsonl` was made from the `Received:` headers
 * in the mailboxes and bounces of the recording, without reading a log line. Every journey must take exactly those stops.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import type { Journey } from "../trace/index.ts";
import { located, trace } from "../trace/tracing.testing.ts";

const CHAIN = resolve(import.meta.dirname, "../../../../samples/relay-chain");
interface ReceivedRow {
	recipient: string;
	outcome: string;
	mailbox?: string;
	path: [host: string, mta: string, queueId: string][];
	/** for a bounce: the last stop of the message that it reports on */
	reportsOn?: [host: string, mta: string, queueId: string][];
}

function traceChain(): Journey[] {
	const hosts = readdirSync(CHAIN, { withFileTypes: true }).filter((each) => each.isDirectory());
	return trace(
		...hosts.map(({ name }) => located(name, readFileSync(join(CHAIN, name, "mail.log"), "utf8"))),
	);
}

const rows = readFileSync(join(CHAIN, "received.jsonl"), "utf8")
	.trim()
	.split("\n")
	.map((line) => JSON.parse(line) as ReceivedRow);

const way = (path: { host: string; mta: string; queueId?: string }[]) =>
	path.map((stop) => `${stop.host}/${stop.mta}:${stop.queueId?.replace(/:R\d+$/, "")}`).join(" > ");

describe("the recorded relay chain", () => {
	const journeys = traceChain();
	const entries = new Map(
		journeys.flatMap((journey) =>
			journey.recipients.map((entry) => [
				`${entry.recipient.toLowerCase()} ${way(entry.path)}`,
				{ journey, entry },
			]),
		),
	);
	const wanted = (row: ReceivedRow) =>
		`${row.recipient.toLowerCase()} ${way(row.path.map(([host, mta, queueId]) => ({ host, mta, queueId })))}`;

	it.each(rows.map((row) => [row.recipient, row.path[0]?.[2], row] as const))(
		"%s, %s takes the stops of its Received headers",
		(_recipient, _id, row) => {
			const found = entries.get(wanted(row));
			expect(found?.entry.outcome).toBe(row.outcome);
			expect(found?.entry.mailbox).toBe(row.mailbox);
		},
	);

	it("joins every bounce with the message it reports on, both ways", () => {
		const byId = new Map(journeys.map((journey) => [journey.id, journey]));
		for (const row of rows.filter((each) => each.reportsOn)) {
			const bounce = entries.get(wanted(row))?.journey;
			const original = byId.get(bounce?.parent?.journeyId ?? "");
			expect(original?.bounces.map((each) => each.journeyId)).toContain(bounce?.id);
			const last = way((row.reportsOn ?? []).map(([host, mta, queueId]) => ({ host, mta, queueId })));
			expect(original?.recipients.some((entry) => way(entry.path).endsWith(last))).toBe(true);
		}
	});

	it("puts no two messages into one journey", () => {
		const owners = new Map<string, string>();
		for (const row of rows)
			for (const [host, , queueId] of row.path) {
				const id = entries.get(wanted(row))?.journey.id ?? "";
				const other = owners.get(`${host} ${queueId}`);
				expect(other ?? id).toBe(id);
				owners.set(`${host} ${queueId}`, id);
			}
	});
});
