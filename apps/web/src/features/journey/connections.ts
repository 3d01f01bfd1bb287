/**
 * Which connections carried the message: from the client to the first host, then from host to host, with what the lines say
 * about each (log-in, protocol, encryption). The lines are read by core's parser, which is fetched for this alone.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { Journey, JourneyAttempt, JourneyRecipient, Stop } from "@mailtrail/core/trace";
import type { LineAnswer } from "@mailtrail/core/wire";
import { viewerZone } from "../../lib/format.ts";

export interface Connection {
	key: string;
	from: string;
	to: string;
	/** `192.0.2.1:25` */
	peer?: string;
	/** the name that signed in */
	user?: string;
	/** ESMTPSA, LMTP … */
	protocol?: string;
	/** what the log says of the encryption */
	tls?: string;
	/** how the two stops were joined */
	via?: string;
	likely: boolean;
	/** the line that proves it */
	line?: string;
	/** of the message on the host that handed it on */
	queueId?: string;
}

/** What the lines of one stop say that the journey does not hold. */
export interface StopFacts {
	protocol?: string;
	tls?: string;
	outTls: Map<string, string>;
}

export function connections(
	journey: Journey,
	recipient: JourneyRecipient,
	facts: Map<string, StopFacts>,
): Connection[] {
	const [first] = recipient.path;
	const list: Connection[] = [];
	const { client, sasl } = journey;
	if (first !== undefined && (client !== undefined || sasl !== undefined)) {
		const known = facts.get(keyOf(first));
		list.push({
			key: "client",
			from: client?.name ?? client?.ip ?? "",
			to: first.host,
			...(client?.ip === undefined ? {} : { peer: client.ip }),
			...(sasl?.username === undefined ? {} : { user: sasl.username }),
			...(known?.protocol === undefined ? {} : { protocol: known.protocol }),
			...(known?.tls === undefined ? {} : { tls: known.tls }),
			likely: false,
		});
	}
	for (const [i, stop] of recipient.path.entries()) {
		const attempt = recipient.attempts.findLast((a) => a.host === stop.host && a.queueId === stop.queueId);
		const next = recipient.path[i + 1];
		if (attempt === undefined || (attempt.relay === undefined && next === undefined)) continue;
		list.push(onward(stop, attempt, next, facts, i));
	}
	return list;
}

function onward(
	stop: Stop,
	attempt: JourneyAttempt,
	next: Stop | undefined,
	facts: Map<string, StopFacts>,
	i: number,
): Connection {
	const { relay } = attempt;
	const tls = facts.get(keyOf(stop))?.outTls.get(attempt.line ?? "") ?? (next && facts.get(keyOf(next))?.tls);
	const protocol = next && facts.get(keyOf(next))?.protocol;
	const peer =
		relay?.ip === undefined ? relay?.path : relay.port === undefined ? relay.ip : `${relay.ip}:${relay.port}`;
	const line = next?.link?.evidence[0] ?? attempt.line;
	return {
		key: String(i),
		from: stop.host,
		to: relay?.name ?? next?.host ?? relay?.ip ?? attempt.transport ?? "",
		...(peer === undefined ? {} : { peer }),
		...(protocol === undefined ? {} : { protocol }),
		...(tls === undefined ? {} : { tls }),
		...(next?.link === undefined ? {} : { via: next.link.via }),
		likely: next?.link?.confidence === "likely",
		...(stop.queueId === undefined ? {} : { queueId: stop.queueId }),
		...(line === undefined ? {} : { line }),
	};
}

export function keyOf(stop: { host: string; queueId?: string }): string {
	return `${stop.host}\n${stop.queueId ?? ""}`;
}

/** Reads the lines; nothing where the parser could not be fetched. */
export async function readFacts(journey: Journey, lines: LineAnswer[]): Promise<Map<string, StopFacts>> {
	const { createLineParser } = await import("@mailtrail/core/parse");
	const parser = createLineParser({ zone: viewerZone(), now: Date.now() });
	const events = new Map(lines.map((line) => [line.ref, parser.parse(line.raw)]));
	const facts = new Map<string, StopFacts>();
	for (const stop of journey.recipients.flatMap((r) => r.path)) {
		const known = facts.get(keyOf(stop)) ?? { outTls: new Map<string, string>() };
		for (const ref of stop.lines) {
			const event = events.get(ref);
			if (event !== undefined) learn(known, ref, event);
		}
		facts.set(keyOf(stop), known);
	}
	return facts;
}

function learn(known: StopFacts, ref: string, event: MailEvent): void {
	if (event.kind === "received" && event.protocol !== undefined) known.protocol = event.protocol;
	if (event.kind === "delivery" && event.tls !== undefined) known.outTls.set(ref, event.tls);
	if (event.kind !== "tls") return;
	const words = [event.protocol, event.cipher].filter((part) => part !== undefined).join(" ");
	if (words !== "" && event.direction === "in") known.tls = words;
}
