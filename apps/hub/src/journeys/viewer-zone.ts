/** The zone that a viewer's dates without one are in: theirs where this machine knows it, else the hub's. */

/** as asked for → as this machine calls it; to find out takes as long as an answer may */
const known = new Map<string, string | undefined>();
const KNOWN_MAX = 1_000;

export function viewerZone(asked: string | undefined, hubs: string): string {
	if (asked === undefined) return hubs;
	if (!known.has(asked)) {
		if (known.size >= KNOWN_MAX) known.clear();
		known.set(asked, zoneOf(asked));
	}
	return known.get(asked) ?? hubs;
}

function zoneOf(asked: string): string | undefined {
	try {
		return new Intl.DateTimeFormat("en", { timeZone: asked }).resolvedOptions().timeZone;
	} catch {
		return undefined;
	}
}
