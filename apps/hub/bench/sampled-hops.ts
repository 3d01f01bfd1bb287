/** Hops from all over a store that was filled, as a file beside it: what a bench asks a hub for without opening the store itself. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Hop } from "@mailtrail/core/trace";

export interface SampledHops {
	/** epoch milliseconds of the newest one's first line */
	newest: number;
	hops: { queueId: string; messageId: string; sender: string; recipient: string; firstAt: number }[];
}

export function writeSampledHops(dir: string, hops: readonly Hop[]): void {
	const sampled: SampledHops = { newest: Math.max(...hops.map(({ firstAt }) => firstAt)), hops: [] };
	for (const { queueId, messageId, sender, attempts, firstAt } of hops) {
		const recipient = attempts[0]?.recipient;
		if (queueId !== undefined && messageId !== undefined && sender !== undefined && recipient !== undefined)
			sampled.hops.push({ queueId, messageId, sender, recipient, firstAt });
	}
	writeFileSync(fileIn(dir), JSON.stringify(sampled));
}

/** Undefined where no store was filled. */
export function readSampledHops(dir: string): SampledHops | undefined {
	return existsSync(fileIn(dir)) ? JSON.parse(readFileSync(fileIn(dir), "utf8")) : undefined;
}

function fileIn(dir: string): string {
	return join(dir, "sampled-hops.json");
}
