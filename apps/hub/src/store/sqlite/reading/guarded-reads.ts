/** Questions that go on without a file that turns out to be damaged: it is set aside, and the question asked again. */
import type { LineReads } from "../../store.ts";
import { SliceDamaged } from "../slice/damage.ts";

/** more damaged files than this in one question: something else is wrong */
const FILES_MAX = 16;

/** `setAside` returns false where that changes nothing. */
export function guarded(reads: LineReads, setAside: (damage: SliceDamaged) => boolean): LineReads {
	const guard =
		<A extends unknown[], R>(read: (...args: A) => Promise<R>) =>
		async (...args: A): Promise<R> => {
			for (let files = 0; ; files++) {
				try {
					return await read(...args);
				} catch (error) {
					if (!(error instanceof SliceDamaged) || files === FILES_MAX || !setAside(error)) throw error;
				}
			}
		};
	return {
		hopsWithKeys: guard(reads.hopsWithKeys),
		allWithKey: guard(reads.allWithKey),
		hopsOfQueue: guard(reads.hopsOfQueue),
		findHops: guard(reads.findHops),
		estimate: guard(reads.estimate),
		triesTo: guard(reads.triesTo),
		triesFrom: guard(reads.triesFrom),
		sums: guard(reads.sums),
		forgotNames: guard(reads.forgotNames),
		ways: guard(reads.ways),
		wayDetails: guard(reads.wayDetails),
		wayHours: guard(reads.wayHours),
		complete: guard(reads.complete),
		lines: guard(reads.lines),
		hostLines: guard(reads.hostLines),
		timeRange: guard(reads.timeRange),
		gaps: guard(reads.gaps),
	};
}
