/**
 * The focus on a link of the content, as soon as it is drawn: a list that comes back to where it was needs a frame or two. A
 * reader who has gone on meanwhile is left alone.
 */
const FRAMES = 12;

/** `otherwise` takes the focus until then, and keeps it where there is no such link. */
export function focusLink(href: string, otherwise: HTMLElement | null): void {
	otherwise?.focus({ preventScroll: true });
	let frames = 0;
	const look = () => {
		if (document.activeElement !== otherwise && document.activeElement !== document.body) return;
		const link = document.querySelector<HTMLElement>(`main a[href="${CSS.escape(href)}"]`);
		if (link !== null) link.focus({ preventScroll: true });
		else if (++frames < FRAMES) requestAnimationFrame(look);
	};
	requestAnimationFrame(look);
}
