/**
 * What browsers that watch live and do not read cost everybody else: `node bench/slow-browsers.ts [BROWSERS]`. An agent sends
 * batches of 100 lines, one after another, first alone, then with the browsers there; told are acknowledgements and memory.
 */
import { once } from "node:events";
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads";
import { WebSocket } from "ws";
import { batchesOf, mailTraffic } from "../src/testing/mail-traffic.ts";
import { startHub } from "../src/testing/test-hub.ts";

const SECONDS = 10;

if (isMainThread) await measure(Number(process.argv[2] ?? 1_000));
else await watch(workerData);

async function measure(browsers: number): Promise<void> {
	const hub = await startHub();
	const agent = await hub.agent("out");
	let sent = 0;
	const round = async (name: string) => {
		const took: number[] = [];
		const until = performance.now() + SECONDS * 1_000;
		while (performance.now() < until) {
			const lines = mailTraffic(sent, 20).out;
			const [batch] = batchesOf(lines, 500, `/var/log/mail.${sent}`);
			sent += 20;
			if (!batch) continue;
			const started = performance.now();
			await agent.deliver([batch]);
			took.push(performance.now() - started);
		}
		took.sort((a, b) => a - b);
		const at = (share: number) => (took[Math.floor(took.length * share)] ?? 0).toFixed(1);
		const memory = Math.round(process.memoryUsage().rss / 1e6);
		console.log(
			`${name}: ${Math.round((took.length * 100) / SECONDS)} lines/s, acknowledged after ${at(0.5)} ms (median), ${at(0.99)} ms (p99), ${memory} MB`,
		);
	};
	await round("no browser");
	const worker = new Worker(new URL(import.meta.url), {
		workerData: { url: hub.url, cookie: hub.cookie, origin: hub.origin, browsers },
	});
	await once(worker, "message");
	await round(`${browsers} browsers that do not read`);
	await worker.terminate();
	await hub.close();
}

async function watch(asked: {
	url: string;
	cookie: string;
	origin: string;
	browsers: number;
}): Promise<void> {
	const { url, cookie, origin, browsers } = asked;
	for (let n = 0; n < browsers; n++) {
		const socket = new WebSocket(`${url.replace("http", "ws")}/live`, { headers: { cookie, origin } });
		await once(socket, "open");
		socket.send(JSON.stringify({ type: "subscribe" }));
		await once(socket, "message");
		socket.pause();
	}
	parentPort?.postMessage("watching");
}
