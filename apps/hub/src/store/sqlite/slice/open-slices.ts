/** Opens everything of a data directory that can be read, brought up to today's version; what cannot is set aside, and the rest serves. */
import { join } from "node:path";
import { type RebuildProgress, rebuildView } from "../care/rebuild-view.ts";
import { checkReadable } from "./check-readable.ts";
import { setAsideFile, SliceDamaged } from "./damage.ts";
import { Slice } from "./slice.ts";
import { fileOf, sliceNumbers } from "./slice-files.ts";

/** Told when a file was set aside, and why. */
export type OnDamaged = (no: number, reason: string) => void;

/** Oldest first, as closed ones. */
export function openSlices(dir: string, progress: RebuildProgress, onDamaged: OnDamaged): Slice[] {
	for (;;) {
		const files = sliceNumbers(dir).map((no) => ({ no, path: join(dir, fileOf(no)) }));
		const open: Slice[] = [];
		try {
			for (const { no, path } of files) checkReadable(no, path);
			rebuildView(files, progress);
			for (const { no, path } of files) open.push(new Slice(no, path, true));
			return open;
		} catch (error) {
			for (const slice of open) slice.close();
			if (!(error instanceof SliceDamaged)) throw error;
			setAsideFile(dir, error.no, error.message);
			onDamaged(error.no, error.message);
		}
	}
}
