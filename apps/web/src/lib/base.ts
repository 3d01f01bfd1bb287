/**
 * Where the page is mounted: `/` on a hub of its own, `/mail/` behind a proxy that hands a sub-path on. Known from the
 * address of the main script, so that nothing has to be configured. Every address of the page and of the API goes through here.
 */
let mounted = "/";
let name = "";

/** `script`: the address of the main script, which stands one folder below the page's root. */
export function mountAt(script: string): void {
	mounted = new URL("../", script).pathname;
	name = new URL(script).pathname.split("/").at(-1) ?? "";
}

/** The main script's own name, which is another with each build. */
export function scriptName(): string {
	return name;
}

/** A place of the page (`/live?q=`) as an address of this origin. */
export function toAddress(place: string): string {
	return mounted + place.slice(1);
}

/** The other way; undefined where the address is outside. */
export function toPlace(pathname: string): string | undefined {
	if (`${pathname}/` === mounted) return "/";
	return pathname.startsWith(mounted) ? `/${pathname.slice(mounted.length)}` : undefined;
}
