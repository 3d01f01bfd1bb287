/** The zone that a viewer's dates without one are in: theirs where this machine knows it, else the hub's. */

export function viewerZone(asked: string | undefined, hubs: string): string {
	if (asked === undefined) return hubs;
	try {
		return new Intl.DateTimeFormat("en", { timeZone: asked }).resolvedOptions().timeZone;
	} catch {
		return hubs;
	}
}
