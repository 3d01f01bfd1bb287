/** Lines in memory become the newest closed slice of the store; the next one, empty, is open behind it. */
import { isEmpty } from "../slice/create-slice.ts";
import { directDraftOf, writeDirect } from "./write-direct.ts";
import type { DirectLines } from "./direct-lines.ts";
import type { Slices } from "../slice/slices.ts";

/** Never inside a transaction. Throws with nothing stored. */
export function addDirect(slices: Slices, direct: DirectLines): void {
	if (!isEmpty(slices.writer.slice)) slices.roll();
	const { writer, set } = slices;
	for (const { row, slice } of writeDirect(direct, set, writer)) slices.tookOver(row.key, slice);
	slices.takeDirect(directDraftOf(writer.slice.path));
}
