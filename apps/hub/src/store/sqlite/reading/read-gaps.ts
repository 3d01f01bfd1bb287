/** Where lines of a host are missing, newest first. Asked with every search: of a closed slice, which hosts have any is read once. */
import type { GapRecord } from "../../store.ts";
import type { Slice } from "../slice/slice.ts";
import type { SliceSet } from "../slice/slice-set.ts";

const GAPS_SHOWN = 50;

export function readGaps({ newestFirst }: SliceSet, host: string): GapRecord[] {
	const gaps: GapRecord[] = [];
	for (const slice of newestFirst) {
		if (gaps.length >= GAPS_SHOWN) break;
		if (!slice.isClosed || hostsOf(slice).has(host)) gaps.push(...slice.gaps(host, GAPS_SHOWN - gaps.length));
	}
	return gaps;
}

const known = new WeakMap<Slice, ReadonlySet<string>>();

function hostsOf(slice: Slice): ReadonlySet<string> {
	let hosts = known.get(slice);
	if (!hosts) {
		hosts = new Set(slice.all("SELECT DISTINCT host FROM gaps").map(({ host }) => String(host)));
		known.set(slice, hosts);
	}
	return hosts;
}
