/** The block lists that this reader's checks ask; none unless somebody wrote them here. Kept in the browser. */
const KEY = "mailtrail.block-lists";

export function recallLists(): string {
	try {
		return localStorage.getItem(KEY) ?? "";
	} catch {
		return "";
	}
}

export function keepLists(lists: string): void {
	try {
		localStorage.setItem(KEY, lists);
	} catch {
		// a browser that keeps nothing still checks
	}
}
