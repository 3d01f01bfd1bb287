/** Lines in memory become the newest closed slice of the store; the next one, empty, is open behind it. */
import { isEmpty } from "../slice/create-slice.ts";
import type { Slices } from "../slice/slices.ts";
import type { DirectLines } from "./direct-lines.ts";
import { directDraftOf, writeDirect } from "./write-direct.ts";

/** Never inside a transaction. Throws with nothing stored. */
export function addDirect(slices: Slices, direct: DirectLines): void {
	const { writer } = slices;
	if (!isEmpty(writer.slice)) throw new Error("something else was stored meanwhile");
	writeDirect(direct, writer);
	for (const { row, slice } of direct.hops.before) slices.tookOver(row.key, slice);
	slices.takeDirect(directDraftOf(writer.slice.path));
}
