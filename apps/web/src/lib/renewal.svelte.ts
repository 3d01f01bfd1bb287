/**
 * The hub may be updated while a page is open: the parts that it has not fetched yet are gone, under other names. A part that
 * cannot be fetched has the page look whether the hub serves another one now, and load that, once, and say so afterwards.
 */
import { scriptName, toAddress } from "./base.ts";

const KEY = "mailtrail.renewed";
const SAID_MS = 10_000;

class Renewal {
	/** the page was just loaded anew because the hub has another */
	done = $state(false);

	start(): () => void {
		try {
			this.done = sessionStorage.getItem(KEY) !== null;
			sessionStorage.removeItem(KEY);
		} catch {
			// without a storage it is done without a word
		}
		const missing = () => void this.#renew();
		window.addEventListener("vite:preloadError", missing);
		const saying = setTimeout(() => {
			this.done = false;
		}, SAID_MS);
		return () => {
			window.removeEventListener("vite:preloadError", missing);
			clearTimeout(saying);
		};
	}

	async #renew(): Promise<void> {
		// once: a page that still lacks something says so instead
		if (this.done) return;
		const page = await fetch(toAddress("/"), { cache: "no-store" })
			.then((answer) => answer.text())
			.catch(() => undefined);
		if (page === undefined || !page.includes("<script") || page.includes(scriptName())) return;
		try {
			sessionStorage.setItem(KEY, "1");
		} catch {
			return;
		}
		location.reload();
	}
}

export const renewal = new Renewal();
