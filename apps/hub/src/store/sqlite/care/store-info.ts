/** What the store is made of now: for a page, for alerts, for whoever wonders where the room has gone. */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { StoreInfo } from "../../store.ts";
import { damagedFiles } from "../slice/damage.ts";
import { fileOf, slicesDir } from "../slice/slice-files.ts";
import type { Slices } from "../slice/slices.ts";

export function storeInfo(
	data: string,
	slices: Slices,
	more: Pick<StoreInfo, "retention" | "free" | "full">,
): StoreInfo {
	const dir = slicesDir(data);
	return {
		...more,
		slices: [...slices.newestFirst].reverse().map((slice) => {
			const range = slice.timeRange();
			const path = join(dir, fileOf(slice.no));
			const lines = [...slice.counts().values()].reduce((sum, count) => sum + count.lines, 0);
			return {
				name: fileOf(slice.no),
				bytes: sizeOf(path) + sizeOf(`${path}-wal`),
				lines,
				...range,
				state: slice === slices.writer.slice ? "open" : slice.hasLines ? "closed" : "hops-only",
			};
		}),
		damaged: damagedFiles(dir),
		earlierView: slices.ofOtherCore().length,
	};
}

function sizeOf(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
