/**
 * What all messages of the logs together tell, in one reading of their groups: which groups a moment alone may join, which session's
 * refusals stand beside which message, and which groups teach what is known of hosts. With that every group is told
 * as among all others.
 */
import { linkKeys, momentsOf, teachingsOf } from "@mailtrail/core/trace";
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
	batchLines: number,
	onLines: (lines: number) => void,
): LearnedGroups {
	const groups = new Groups(index);
	const learning = new Learning(index, groups);
	const reader = new GroupReader(index, groups, batchLines);
	for (const batch of reader.batches(groups.sorted("first", () => true))) {
		learning.batch(batch);
		onLines(batch.lines.size);
	}
	return learning.end();
}

class Learning {
	readonly #index: LineIndex;
	readonly #groups: Groups;
	readonly #moments = new MomentList();
	/** a node of the group that teaches it, by fact */
	readonly #teachers = new Map<string, number>();

	constructor(index: LineIndex, groups: Groups) {
		this.#index = index;
		this.#groups = groups;
	}

	batch({ hops, groupOf }: Batch): void {
		const { nodes } = this.#index;
		for (const moment of momentsOf(hops)) this.#moments.add(moment, this.#nodeOf(groupOf.get(moment.hop)));
		for (const { hop, fact } of teachingsOf(hops))
			if (!this.#teachers.has(fact)) this.#teachers.set(fact, this.#nodeOf(groupOf.get(hop)));
		for (const hop of hops) {
			if (hop.queueId !== undefined) continue;
			// a session: the messages that it brought, the filter that refused in it
			for (const key of linkKeys(hop)) {
				const node = nodes.known(key);
				if (node !== undefined) nodes.join(node, this.#nodeOf(groupOf.get(hop)));
			}
		}
	}

	end(): LearnedGroups {
		const { nodes } = this.#index;
		this.#moments.pairs((one, other) => nodes.join(one, other));
		const groups = new Groups(this.#index);
		return {
			groups,
			teachers: [...new Set([...this.#teachers.values()].map((node) => groups.ofNode(node)))],
		};
	}

	#nodeOf(group: number | undefined): number {
		return this.#groups.nodeOf(group ?? 0);
	}
}
