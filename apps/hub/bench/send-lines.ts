/**
 * Sends lines to a hub as agents do, in a process of its own: `node bench/send-lines.ts DIR URL LINES_A_SECOND NEWEST`. Pairs of agents, of
 * which one delivers to the other what the first has sent; mail from the time NEWEST on (epoch milliseconds), in the order of time.
 * Prints a line of JSON each second (`SentReport`), until it is ended.
 */
import { BATCH_LINES_MAX } from "@mailtrail/core/wire";
import { openAccounts } from "../src/store/sqlite/sqlite-store.ts";
import { queueIdOut } from "../src/testing/mail-traffic.ts";
import { newKey, TestAgent } from "../src/testing/test-agent.ts";
import { TrafficTemplate } from "./traffic-template.ts";

export interface SentReport {
	/** lines since the one before */
	stored: number;
	/** of the newest message that is stored */
	queueId: string;
	/** milliseconds until batches were acknowledged */
	ackP50: number;
	ackMax: number;
}

const [dir = "", url = "", rate = "0", newest = "0"] = process.argv.slice(2);
const LINES_PER_MESSAGE = 5;
/** of each agent, as real ones do while lines come in */
const FLUSHES_A_SECOND = 5;
const TICKS_A_SECOND = 100;
/** of seven digits, behind those of a store that was filled */
const FIRST_MESSAGE = 6_000_000 + 1_000 * (Math.floor(Date.now() / 10_000) % 2_000);

const pairs = Math.ceil(Number(rate) / (BATCH_LINES_MAX * FLUSHES_A_SECOND) / 2);
const messages = Math.round(Number(rate) / (2 * pairs) / FLUSHES_A_SECOND / LINES_PER_MESSAGE);
const paceMs = 1_000 / (messages * FLUSHES_A_SECOND * pairs);
const sides = ["out", "in"] as const;
const templates = {
	out: new TrafficTemplate("out", messages, { firstAt: Number(newest), paceMs, first: FIRST_MESSAGE }),
	in: new TrafficTemplate("in", messages, { firstAt: Number(newest), paceMs, first: FIRST_MESSAGE }),
};

let [next, acknowledged] = [FIRST_MESSAGE, 0];
let newestStored = FIRST_MESSAGE;
let latencies: number[] = [];
const senders = (await Promise.all(Array.from({ length: pairs }, (_, n) => startPair(n)))).flat();
const started = performance.now();
let ticks = 0;
setInterval(() => {
	const due = Math.floor(((performance.now() - started) / 1_000) * TICKS_A_SECOND);
	// each pair at its own moment
	for (; ticks < due; ticks++)
		for (const [n, send] of senders.entries())
			if ((ticks + n) % (TICKS_A_SECOND / FLUSHES_A_SECOND) === 0) send();
}, 1_000 / TICKS_A_SECOND);
setInterval(() => {
	latencies.sort((a, b) => a - b);
	const report: SentReport = {
		stored: acknowledged,
		queueId: queueIdOut(newestStored),
		ackP50: Math.round(latencies[latencies.length >> 1] ?? 0),
		ackMax: Math.round(latencies.at(-1) ?? 0),
	};
	process.stdout.write(`${JSON.stringify(report)}\n`);
	[latencies, acknowledged] = [[], 0];
}, 1_000);

/** What sends the next batch of both. */
async function startPair(n: number): Promise<() => void> {
	const name = `sender${Date.now().toString(36)}-${n}`;
	const ends = await Promise.all(sides.map((side) => startAgent(`${name}-${side}`, side)));
	return () => {
		const first = next;
		next += messages;
		for (const send of ends) send(first);
	};
}

async function startAgent(name: string, side: "out" | "in"): Promise<(first: number) => void> {
	const { publicKey, key } = newKey();
	const accounts = openAccounts(dir);
	await accounts.enrolAgent({ agent: name, host: name, publicKey, enrolledAt: Date.now() });
	await accounts.close();
	const agent = new TestAgent(url);
	const welcome = await agent.hello({ agent: name, host: name, key });
	if (welcome.type !== "welcome") throw new Error(JSON.stringify(welcome));
	const waiting: { sentAt: number; last: number }[] = [];
	let [id, offset] = [0, 1_000_000_000];
	agent.socket.on("message", (data) => {
		const answer = JSON.parse(String(data));
		if (answer.type !== "ack") return;
		const sent = waiting.shift();
		if (!sent) return;
		latencies.push(performance.now() - sent.sentAt);
		acknowledged += messages * LINES_PER_MESSAGE;
		if (side === "out") newestStored = Math.max(newestStored, sent.last);
	});
	return (first) => {
		const { text, end } = templates[side].batch(id++, offset, first);
		offset = end;
		waiting.push({ sentAt: performance.now(), last: first + messages - 1 });
		agent.socket.send(text, { binary: false });
	};
}
