/**
 * j/k, the arrows, Home and End move the focus through the rows of a list; Enter is the link's own. An attachment for
 * the list element: its rows are the links marked `data-row`.
 */
export function rowKeys(list: HTMLElement): () => void {
	const onKey = (event: KeyboardEvent) => {
		if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
		const rows = [...list.querySelectorAll<HTMLElement>("[data-row]")];
		const at = rows.indexOf(document.activeElement as HTMLElement);
		const inside = at >= 0;
		const target = wanted(event.key, at, rows.length, inside);
		const row = target === undefined ? undefined : rows[target];
		if (row === undefined) return;
		event.preventDefault();
		row.focus({ preventScroll: true });
		row.scrollIntoView({ block: "nearest" });
	};
	document.addEventListener("keydown", onKey);
	return () => document.removeEventListener("keydown", onKey);
}

/** Letters work anywhere on the page; arrows, Home and End only once a row has the focus, as they also scroll. */
function wanted(key: string, at: number, length: number, inside: boolean): number | undefined {
	switch (key) {
		case "j":
			return Math.min(at + 1, length - 1);
		case "k":
			return Math.max(at - 1, 0);
		case "ArrowDown":
			return inside ? Math.min(at + 1, length - 1) : undefined;
		case "ArrowUp":
			return inside ? Math.max(at - 1, 0) : undefined;
		case "Home":
			return inside ? 0 : undefined;
		case "End":
			return inside ? length - 1 : undefined;
		default:
			return undefined;
	}
}

/** Somebody writes: letters are letters. */
export function isTyping(target: EventTarget | null): boolean {
	return (
		target instanceof HTMLElement &&
		(target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
	);
}
