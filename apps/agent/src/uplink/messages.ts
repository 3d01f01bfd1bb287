/**
 * What the agent says of itself, hello and health, and the hub's messages as they are read. Batches and results are made
 * where they arise.
 */
import {
	COMMANDS,
	type Health,
	type Hello,
	type HubMessage,
	HubMessageSchema,
	PROTOCOL_VERSION,
} from "@mailtrail/core/wire";
import { Check } from "typebox/value";
import { signHello } from "../enrolment.ts";
import type { UplinkOptions } from "./uplink.ts";

export function helloOf({ enrolment, now, sources, version, allow }: UplinkOptions, nonce: string): Hello {
	return {
		type: "hello",
		protocol: PROTOCOL_VERSION,
		agent: enrolment.agent,
		host: enrolment.host,
		version,
		signature: signHello(enrolment, nonce),
		clock: now(),
		sources: sources.map((source) => source.name),
		allow: [...allow],
		commands: [...COMMANDS],
	};
}

export function healthOf(options: UplinkOptions): Health {
	const queue = options.queue?.();
	const facts = options.facts?.();
	return {
		type: "health",
		clock: options.now(),
		sources: sourcesOf(options),
		memory: process.memoryUsage.rss(),
		...(queue && { queue }),
		...facts,
	};
}

/** How every source is. */
export function sourcesOf({ sources, stallOf }: UplinkOptions): Health["sources"] {
	return sources.map((source) => {
		const stall = stallOf(source.name);
		return { ...source.health(), ...(stall && { stall }) };
	});
}

/** A message of the hub; nothing where it is none of this protocol. */
export function readMessage(json: string): HubMessage | undefined {
	try {
		const value: unknown = JSON.parse(json);
		return Check(HubMessageSchema, value) ? value : undefined;
	} catch {
		return undefined;
	}
}
