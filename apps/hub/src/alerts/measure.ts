/**
 * What each kind of rule measures, at one moment or over a span: a series of values per subject. Tries, senders and users
 * come from the kept sums, so a span may reach back to before the hub knew any rule; what only the present knows (queues,
 * silent logs, absent agents, certificates) was sampled by the hub and reaches as far back as its samples.
 */
import type { AlertKind, AlertRuleDraft, HostAnswer } from "@mailtrail/core/wire";
import type { AlertStore, SampleRecord } from "../store/alert-store.ts";
import { measureTries } from "./measure-tries.ts";
import { measureVolume } from "./measure-volume.ts";
import type { Measuring, Series } from "./series.ts";

/** Where the answer rests on samples: the first of them. */
export async function measuredFrom(kind: AlertKind, { store, since, samples }: Measuring): Promise<number> {
	if (!SAMPLED.includes(kind))
		return Math.max(since, (await store.timeRange())?.from ?? Number.POSITIVE_INFINITY);
	const first = samples.find(({ at }) => at >= since);
	return Math.max(since, first?.at ?? Number.POSITIVE_INFINITY);
}

export async function measure(rule: AlertRuleDraft, span: Measuring): Promise<Series[]> {
	const all = await measureKind(rule, span);
	return rule.subject === undefined ? all : all.filter(({ subject }) => matches(rule.subject ?? "", subject));
}

function measureKind(rule: AlertRuleDraft, span: Measuring): Series[] | Promise<Series[]> {
	switch (rule.kind) {
		case "deferral-rate":
		case "bounce-rate":
		case "block-listed":
			return measureTries(rule, span);
		case "sender-volume":
		case "user-volume":
			return measureVolume(rule, span);
		case "queue-growth":
		case "log-silent":
		case "agent-gone":
		case "certificate-ends":
			return measureSamples(rule, span);
	}
}

/** Kinds that only the present tells of. */
const SAMPLED: readonly AlertKind[] = ["queue-growth", "log-silent", "agent-gone", "certificate-ends"];

/** What a measurement of this rule needs of the samples. */
export async function samplesFor(
	alerts: AlertStore,
	rule: AlertRuleDraft,
	since: number,
): Promise<SampleRecord[]> {
	if (!SAMPLED.includes(rule.kind)) return [];
	return await alerts.samples(
		rule.kind,
		since - (rule.kind === "queue-growth" ? rule.windowMinutes * 60_000 : 0),
	);
}

/** What can be told of this moment alone, for the samples. */
export function sampleHosts(hosts: HostAnswer[], at: number): SampleRecord[] {
	return hosts.flatMap(({ host, connected, lastSeenAt, queue, sources }) => {
		const samples: SampleRecord[] = [];
		const add = (kind: AlertKind, value: number) => samples.push({ kind, subject: host, at, value });
		if (queue?.messages !== undefined) add("queue-growth", queue.messages);
		const silent = sources.flatMap(({ stall }) => (stall ? [Date.parse(stall.since)] : []));
		add("log-silent", silent.length === 0 ? 0 : minutes(at - Math.min(...silent)));
		add("agent-gone", connected || lastSeenAt === undefined ? 0 : minutes(at - Date.parse(lastSeenAt)));
		return samples;
	});
}

function measureSamples(rule: AlertRuleDraft, span: Measuring): Series[] {
	const window = rule.windowMinutes * 60_000;
	const grows = rule.kind === "queue-growth";
	// without a subject stands that the hub looked at all
	const samples = span.samples.filter(({ kind, subject }) => kind === rule.kind && subject !== "");
	const bySubject = Map.groupBy(samples, ({ subject }) => subject);
	return [...bySubject].map(([subject, all]) => {
		const points = all
			.filter(({ at }) => at > span.since && at <= span.until)
			.map(({ at, value }) => ({ at, value: grows ? value - lowest(all, at - window, at) : value }));
		return { subject, hosts: rule.kind === "certificate-ends" ? [] : [subject], points };
	});
}

function lowest(samples: SampleRecord[], from: number, until: number): number {
	return Math.min(...samples.flatMap(({ at, value }) => (at >= from && at <= until ? [value] : [])));
}

function minutes(ms: number): number {
	return Math.max(0, Math.floor(ms / 60_000));
}

/** `*` at one end. */
function matches(pattern: string, subject: string): boolean {
	const [wanted, found] = [pattern.toLowerCase(), subject.toLowerCase()];
	if (wanted.startsWith("*")) return found.endsWith(wanted.slice(1));
	if (wanted.endsWith("*")) return found.startsWith(wanted.slice(0, -1));
	return found === wanted;
}
