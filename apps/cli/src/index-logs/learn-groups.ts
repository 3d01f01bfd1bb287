/**
 * What all messages of the logs together tell, in one reading of their groups: which groups a moment alone may join, which session's
 * refusals stand beside which message, and which groups teach what is known of hosts. With that every group is told
 * as among all others.
 */
import { type Hop, linkKeys, momentsOf, teachingsOf } from "@mailtrail/core/trace";
import { Groups } from "./groups.ts";
import type { LineIndex } from "./line-index.ts";
import { MomentList } from "./moment-list.ts";
import { type Batch, GroupReader } from "./read-groups.ts";

export interface LearnedGroups {
	groups: Groups;
	/** to be told with every other: they teach what is known of hosts */
	teachers: readonly number[];
}

export function learnGroups(
	index: LineIndex,
	{ batchLines, giant }: { batchLines: number; giant: number },
	onLines: (lines: number) => void,
): LearnedGroups {
	const groups = new Groups(index);
	index.shrink();
	const learning = new Learning(groups);
	const reader = new GroupReader(index, groups, batchLines, giant);
	for (const batch of reader.batches(groups.sorted("first", () => true))) {
		learning.batch(batch);
		onLines(batch.lines.size);
	}
	return learning.end();
}

class Learning {
	readonly #groups: Groups;
	readonly #moments = new MomentList();
	/** a group that teaches it, by fact */
	readonly #teachers = new Map<string, number>();
	/** a session's group and that of a message that it brought, or of the filter that refused in it */
	readonly #beside: [number, number][] = [];

	constructor(groups: Groups) {
		this.#groups = groups;
	}

	batch({ hops, groupOf }: Batch): void {
		const group = (hop: Hop): number => groupOf.get(hop) as number;
		for (const moment of momentsOf(hops)) this.#moments.add(moment, group(moment.hop));
		for (const { hop, fact } of teachingsOf(hops))
			if (!this.#teachers.has(fact)) this.#teachers.set(fact, group(hop));
		for (const hop of hops) {
			if (hop.queueId !== undefined) continue;
			for (const key of linkKeys(hop)) {
				const other = this.#groups.withKey(key);
				if (other !== undefined && other !== group(hop)) this.#beside.push([group(hop), other]);
			}
		}
	}

	/** Joined only now: groups that are still to be read must stay as they were counted. */
	end(): LearnedGroups {
		const groups = this.#groups;
		for (const [one, other] of this.#beside) groups.join(one, other);
		this.#moments.pairs((one, other) => groups.join(one, other));
		return { groups, teachers: [...new Set([...this.#teachers.values()].map((each) => groups.whole(each)))] };
	}
}
