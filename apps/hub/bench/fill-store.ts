/**
 * Fills a store with made-up mail and asks it as a hub would, through reader threads: `node bench/fill-store.ts DIR HOPS`. Run
 * again on the same DIR it goes on where it was. Prints what the fill cost, how much room it takes, and how long answers take.
 */
import { openSqliteStore } from "../src/store/sqlite/sqlite-store.ts";
import { batchesOf, mailTraffic, queueIdOut } from "../src/testing/mail-traffic.ts";
import { toLineBatch } from "../src/store/contract-tests.ts";
import { ReaderPool } from "../src/questions/reader-pool.ts";
import type { Ask, Asked, QuestionName } from "../src/questions/questions.ts";
import { parseQuery } from "@mailtrail/core/query";

const [dir = "bench-store", hops = "200000"] = process.argv.slice(2);
const MESSAGES = 500;
const ROUNDS = 60;
const store = openSqliteStore(dir);
const messages = Number(hops) / 2;
let raw = 0;
const busy = process.cpuUsage();
let lines = 0;
for (let n = 0; n < messages; n += MESSAGES) {
	const traffic = mailTraffic(n, MESSAGES);
	for (const host of ["out", "in"] as const) {
		// one content for each thousand messages: the bench keeps no offsets
		for (const batch of batchesOf(
			traffic[host],
			2_500,
			"/var/log/mail.log",
			`g${String(n).padStart(9, "0")}`,
		)) {
			const result = await store.commit(toLineBatch(host, batch));
			if (result.outcome === "committed") lines += result.added;
			raw += batch.position.offset;
		}
	}
	if (n % 20_000 === 0) console.log(`${n * 2} hops`);
}
const used = process.cpuUsage(busy);
console.log(
	`${lines} lines stored, ${Math.round(lines / ((used.user + used.system) / 1e6))} a second of CPU`,
);
const packing = process.cpuUsage();
await store.settled();
const packed = process.cpuUsage(packing);
const { slices } = await store.info();
const bytes = slices.reduce((sum, slice) => sum + slice.bytes, 0);
const closed = slices.filter(({ state }) => state === "closed");
const perLine = (part: typeof slices) =>
	part.reduce((sum, slice) => sum + slice.bytes, 0) / part.reduce((sum, slice) => sum + slice.lines, 0);
console.log(
	`${slices.length} slices, ${Math.round(bytes / 1e6)} MB for ${Math.round(raw / 1e6)} MB of logs; closed ones ${perLine(closed).toFixed(0)} bytes a line of ${Math.round(raw / (messages * 10))}; packing took ${((packed.user + packed.system) / 1e6).toFixed(1)} s of CPU`,
);

const pool = new ReaderPool({
	entry: new URL("../src/main-reader.ts", import.meta.url),
	data: dir,
	readers: 2,
	slices: () => store.sliceFiles(),
	onError: (error) => console.error(error),
	onDamaged: (no, reason) => console.error(no, reason),
});
const now = Date.parse("2026-03-02T08:00:00Z") + messages * 1_010;
const context = { now, zone: "UTC", lang: "en" } as const;
const asker = { ...context };
const search = (q: string) => ({ query: parseQuery(q, context), lang: "en" as const, limit: 50 });
const some = (round: number) => (round * 7_919) % messages;
await time("exact queue id", "search", (round) => search(`queue:${queueIdOut(some(round))}`));
await time("exact address", "search", (round) =>
	search(`to:u${some(round)}@d${some(round) % 500}.example.net`),
);
await time("sender domain", "search", () => search("from:@example.org"));
await time("newest page", "search", () => search(""));
await time("sender and hour", "search", (round) =>
	search(`from:s${round}@example.org since:"2026-03-02T09:00" until:"2026-03-02T10:00"`),
);
await time(
	"text in replies",
	"search",
	(round) => search(`text:"queued as B1${some(round).toString(16)}"`),
	10,
);
const day = { since: new Date(now - 86_400_000).toISOString(), until: new Date(now).toISOString() };
await time("volume of a day", "volume", () => ({ asked: day, asker }));
await time("overview of a day", "overview", () => ({ asked: day, asker, hosts: [] }));
await time("destinations of a day", "destinations", () => ({ asked: day, asker }));
await time("flow of a day", "flow", () => ({ asked: day, asker }));
await time("facets of a day", "facets", () => ({ asked: day, asker }));
await pool.close();
await store.close();

async function time<N extends QuestionName>(
	name: string,
	question: N,
	asked: (round: number) => Asked<N>,
	rounds = ROUNDS,
): Promise<void> {
	const ask: Ask = pool.ask;
	const took: number[] = [];
	for (let round = 0; round < rounds; round++) {
		const started = performance.now();
		await ask(question, asked(round));
		took.push(performance.now() - started);
	}
	took.sort((a, b) => a - b);
	const at = (share: number) =>
		(took[Math.min(took.length - 1, Math.floor(took.length * share))] ?? 0).toFixed(1);
	console.log(`${name.padEnd(24)} p50 ${at(0.5)} ms  p90 ${at(0.9)} ms  p99 ${at(0.99)} ms`);
}
