/** What a reader meets on any page, measured in the page itself: where the keyboard comes, what is wider than it should be. */
import type { Page } from "@playwright/test";

/** Every place of the page, with what it needs to be interesting. */
export function placesOf(journey: string): string[] {
	return [
		"/",
		"/?q=status%3Afailed",
		"/live",
		"/lines/relay1",
		"/map",
		"/destinations",
		"/hosts",
		"/checks",
		"/alerts",
		"/settings",
		"/audit",
		journey,
		`${journey}?masked=1`,
	];
}

export interface Walked {
	/** controls that Tab did not come to */
	missed: string[];
	/** controls that had the focus and did not show it */
	unseen: string[];
	/** where Tab did not go on */
	trapped: string | undefined;
}

/** Tab through the whole page, once round. */
export async function walkByTab(page: Page): Promise<Walked> {
	const count = await page.evaluate(() => {
		(document.activeElement as HTMLElement | null)?.blur();
		window.scrollTo(0, 0);
		const controls = [
			...document.querySelectorAll<HTMLElement>(
				"a[href], button, input, select, textarea, summary, [tabindex]",
			),
		].filter(
			(each) =>
				each.tabIndex >= 0 &&
				!each.matches(":disabled, [inert] *") &&
				each.checkVisibility({ visibilityProperty: true }),
		);
		for (const each of controls) each.dataset["walk"] = "missed";
		return controls.length;
	});
	let trapped: string | undefined;
	let last = "";
	const unseen: string[] = [];
	for (let step = 0; step <= count; step++) {
		await page.keyboard.press("Tab");
		const here = await page.evaluate(() => {
			const at = document.activeElement;
			if (!(at instanceof HTMLElement || at instanceof SVGElement) || at === document.body) return undefined;
			at.dataset["walk"] = "reached";
			const drawn = (each: Element | null): boolean => {
				if (each === null) return false;
				const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(each);
				return (outlineStyle !== "none" && Number.parseFloat(outlineWidth) > 0) || boxShadow !== "none";
			};
			// a box around a field shows it for the field; a shape in a drawing by its own outline
			const shape =
				at instanceof SVGElement && getComputedStyle(at.querySelector("rect") ?? at).stroke !== "none";
			const places = [...document.querySelectorAll("*")];
			return {
				place: `${places.indexOf(at)} ${at.outerHTML.slice(0, 120)}`,
				seen: drawn(at) || drawn(at.parentElement) || shape,
			};
		});
		if (here === undefined) break;
		if (!here.seen) unseen.push(here.place);
		if (here.place === last) trapped = here.place;
		last = here.place;
	}
	const missed = await page.evaluate(() =>
		[...document.querySelectorAll('[data-walk="missed"]')]
			.filter((each) => each.checkVisibility({ visibilityProperty: true }))
			.map((each) => each.outerHTML.slice(0, 120)),
	);
	return { missed, unseen, trapped };
}

/** Gives the window another size and waits until the page is drawn at it: what measures its own width draws a frame later. */
export async function resize(page: Page, width: number, height: number): Promise<void> {
	await page.setViewportSize({ width, height });
	await page.evaluate(
		() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))),
	);
}

/** Sideways scroll of the page, running text in lines too long to read, and words that are cut off without a sign of it. */
export async function misfits(page: Page, longest = 1100): Promise<string[]> {
	return await page.evaluate((most) => {
		const found: string[] = [];
		const { scrollWidth, clientWidth } = document.documentElement;
		if (scrollWidth > clientWidth) found.push(`${scrollWidth - clientWidth} px wider than the window`);
		// in the page's own pixels: a screen of 4K is drawn larger, and its lines have no more letters for that
		const drawn = document.documentElement.currentCSSZoom ?? 1;
		for (const each of document.querySelectorAll<HTMLElement>("main p, main li, main dd, main h1, main h2")) {
			if (each.closest("pre, .raw, table, .visually-hidden, svg") !== null) continue;
			for (const text of each.childNodes) {
				if (text.nodeType !== Node.TEXT_NODE || (text.textContent ?? "").trim().length < 20) continue;
				const range = document.createRange();
				range.selectNodeContents(text);
				for (const line of range.getClientRects())
					if (line.width / drawn > most)
						found.push(`a line of ${line.width} px: ${each.textContent?.slice(0, 60)}`);
			}
		}
		for (const each of document.querySelectorAll<HTMLElement>("button, a, th, label, h1, h2, h3, summary")) {
			if (each.closest(".visually-hidden, .skip") !== null) continue;
			const style = getComputedStyle(each);
			const hides = style.overflowX === "hidden" || style.overflowX === "clip";
			if (hides && style.textOverflow !== "ellipsis" && each.scrollWidth > each.clientWidth + 1)
				found.push(`cut: ${each.outerHTML.slice(0, 100)}`);
		}
		return found;
	}, longest);
}
