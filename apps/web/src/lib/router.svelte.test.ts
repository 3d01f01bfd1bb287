import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Router } from "./router.svelte.ts";

type Listener = (event: unknown) => void;
const listeners = new Map<string, Listener>();
let address: URL;
/** what the place that was left knows when somebody comes back to it */
let kept: unknown;

class FakeLink {
	readonly #url: URL;
	target = "";
	constructor(href: string) {
		this.#url = new URL(href, "http://hub.example");
	}
	get origin() {
		return this.#url.origin;
	}
	get pathname() {
		return this.#url.pathname;
	}
	get search() {
		return this.#url.search;
	}
	get hash() {
		return this.#url.hash;
	}
	hasAttribute() {
		return false;
	}
	closest() {
		return this;
	}
}

function press(href: string, keys: Record<string, unknown> = {}): boolean {
	let taken = false;
	const event = {
		button: 0,
		defaultPrevented: false,
		target: new FakeLink(href),
		preventDefault: () => (taken = true),
		...keys,
	};
	listeners.get("click")?.(event);
	return taken;
}

beforeEach(() => {
	address = new URL("http://hub.example/");
	const add = (name: string, listener: Listener) => listeners.set(name, listener);
	const remove = (name: string) => listeners.delete(name);
	const move = (state: unknown, _title: string, href?: string) => {
		if (href === undefined) kept = state;
		else address = new URL(href, address);
	};
	vi.stubGlobal("Element", FakeLink);
	vi.stubGlobal("window", { addEventListener: add, removeEventListener: remove, scrollTo: () => undefined });
	vi.stubGlobal("document", { addEventListener: add, removeEventListener: remove });
	vi.stubGlobal("history", { pushState: move, replaceState: move });
	vi.stubGlobal("location", {
		get origin() {
			return address.origin;
		},
		get pathname() {
			return address.pathname;
		},
		get search() {
			return address.search;
		},
	});
});
afterEach(() => vi.unstubAllGlobals());

test("a plain press on a link of ours moves without a reload, the browser keeps the others", () => {
	const router = new Router();
	const stop = router.start();
	expect(press("/live?q=x")).toBe(true);
	expect(router.current).toEqual({ page: "live", q: "x" });
	expect(press("/hosts", { ctrlKey: true })).toBe(false);
	expect(press("/hosts", { button: 1 })).toBe(false);
	expect(press("https://elsewhere.example/hosts")).toBe(false);
	expect(press("/api/openapi.json")).toBe(false);
	expect(press("/live?q=x#line-3")).toBe(false);
	expect(router.current).toEqual({ page: "live", q: "x" });
	stop();
	expect(listeners.size).toBe(0);
});

test("going back is told apart from going on", () => {
	const router = new Router();
	router.start();
	router.go({ page: "hosts" });
	expect([router.current.page, router.cameBack]).toEqual(["hosts", false]);
	address = new URL("http://hub.example/?q=a");
	listeners.get("popstate")?.({ state: null });
	expect([router.current, router.cameBack, router.left]).toEqual([{ page: "find", q: "a" }, true, undefined]);
});

test("whoever comes back is told by which link they had left", () => {
	const router = new Router();
	router.start();
	press("/journey/edge/A1/t0?to=u@b.example");
	listeners.get("popstate")?.({ state: kept });
	expect(router.left).toBe("/journey/edge/A1/t0?to=u@b.example");
});
