/**
 * `GET /metrics` in Prometheus' text format (0.0.4), for tokens with the right `metrics`. Hosts are labels; addresses,
 * domains and users never are: a monitoring system keeps what it gets for years.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { HostAnswer } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import { VERSION } from "../version.ts";

export interface MetricsDeps {
	hosts: () => Promise<HostAnswer[]>;
	/** of other parts: alerts that stand, browsers that watch */
	gauges: Record<string, { help: string; value: () => number | Promise<number> }>;
}

type Labels = Record<string, string>;
type Sample = [labels: Labels, value: number];

export function registerMetrics(app: FastifyInstance, deps: MetricsDeps): void {
	const answers = new Map<string, number>();
	const lag = monitorEventLoopDelay({ resolution: 20 });
	lag.enable();
	app.addHook("onClose", async () => void lag.disable());
	app.addHook("onResponse", async (_request, reply) => {
		const kind = `${Math.floor(reply.statusCode / 100)}xx`;
		answers.set(kind, (answers.get(kind) ?? 0) + 1);
	});
	app.get(
		"/metrics",
		{
			config: { need: "metrics" },
			schema: {
				summary: "Figures of the hub and its hosts, for Prometheus",
				response: {
					200: {
						description: "Prometheus text format",
						content: { "text/plain": { schema: { type: "string" } } },
					},
				},
			},
		},
		async (_request, reply) => {
			const page = new Page();
			page.add("mailtrail_hub_info", "gauge", "The hub's version", [[{ version: VERSION }, 1]]);
			const requests = [...answers].map(([code, count]): Sample => [{ code }, count]);
			page.add("mailtrail_http_requests_total", "counter", "Answers by class of their status", requests);
			addProcess(page, lag.percentile(99) / 1e9);
			addHosts(page, await deps.hosts());
			for (const [name, { help, value }] of Object.entries(deps.gauges))
				page.add(`mailtrail_${name}`, "gauge", help, [[{}, await value()]]);
			return reply.type("text/plain; version=0.0.4; charset=utf-8").send(page.text());
		},
	);
}

function addProcess(page: Page, lagP99: number): void {
	const { rss, heapUsed } = process.memoryUsage();
	const { user, system } = process.cpuUsage();
	page.add("process_resident_memory_bytes", "gauge", "Memory of the hub's process", [[{}, rss]]);
	page.add("nodejs_heap_size_used_bytes", "gauge", "Heap in use", [[{}, heapUsed]]);
	page.add("process_cpu_seconds_total", "counter", "Processor time", [[{}, (user + system) / 1e6]]);
	page.add("process_start_time_seconds", "gauge", "When it was started", [
		[{}, Date.now() / 1000 - process.uptime()],
	]);
	page.add("mailtrail_event_loop_lag_p99_seconds", "gauge", "How late the hub's work begins", [[{}, lagP99]]);
}

function addHosts(page: Page, hosts: HostAnswer[]): void {
	const each = (
		name: string,
		type: "gauge" | "counter",
		help: string,
		of: (host: HostAnswer) => number | undefined,
	) =>
		page.add(
			`mailtrail_host_${name}`,
			type,
			help,
			hosts.flatMap((host): Sample[] => {
				const value = of(host);
				return value === undefined ? [] : [[{ host: host.host }, value]];
			}),
		);
	each("connected", "gauge", "1 while the host's agent is connected", (host) => Number(host.connected));
	each("lines_total", "counter", "Lines stored", (host) => host.lines);
	each("unparsed_lines_total", "counter", "Lines that were not understood", (host) => host.unparsed);
	each("last_seen_seconds", "gauge", "When the agent was last heard of", ({ lastSeenAt }) =>
		seconds(lastSeenAt),
	);
	each("clock_ahead_seconds", "gauge", "How far the host's clock is ahead", (host) => host.clockAhead);
	each("gaps", "gauge", "Places where lines are missing, of the newest", (host) => host.gaps.length);
	each(
		"queue_messages",
		"gauge",
		"Messages that wait in the mail server's queue",
		(host) => host.queue?.messages,
	);
	each("queue_oldest_seconds", "gauge", "When the oldest of them came in", ({ queue }) =>
		seconds(queue?.oldestAt),
	);
	each("behind_bytes", "gauge", "Bytes of logs that are not stored yet", ({ sources }) =>
		sources.reduce((sum, { lag }) => sum + (lag ?? 0), 0),
	);
	each(
		"silent_logs",
		"gauge",
		"Logs that have stopped being written",
		({ sources }) => sources.filter(({ stall }) => stall !== undefined).length,
	);
}

function seconds(iso: string | undefined): number | undefined {
	return iso === undefined ? undefined : Date.parse(iso) / 1000;
}

class Page {
	readonly #lines: string[] = [];

	add(name: string, type: "gauge" | "counter", help: string, samples: Sample[]): void {
		this.#lines.push(`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`);
		for (const [labels, value] of samples) {
			const inner = Object.entries(labels).map(([key, text]) => `${key}="${quoted(text)}"`);
			this.#lines.push(`${name}${inner.length > 0 ? `{${inner.join(",")}}` : ""} ${value}`);
		}
	}

	text(): string {
		return `${this.#lines.join("\n")}\n`;
	}
}

/** as the text format has it: backslash, quote and line end */
function quoted(text: string): string {
	return text.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
