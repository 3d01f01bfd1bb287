/**
 * Where the reader is, over the History API. Plain links inside the page become navigation without a reload; modified
 * clicks, downloads and other origins stay the browser's. Nothing else keeps a view's state.
 */
import { type Route, readRoute, writeRoute } from "./route.ts";

export class Router {
	#route = $state.raw<Route>(readRoute(globalThis.location ?? { pathname: "/", search: "" }));
	/** the reader went back or forward: a view may show what it still has */
	cameBack = false;
	/** the link by which the reader went on from this place before, where there was one: `/journey/…` */
	left: string | undefined;

	get current(): Route {
		return this.#route;
	}

	/** Follows the address bar from now on; the returned function stops it. */
	start(): () => void {
		const onPop = ({ state }: PopStateEvent) => {
			this.cameBack = true;
			this.left = leftOf(state);
			this.read();
		};
		const onClick = (event: MouseEvent) => this.#follow(event);
		window.addEventListener("popstate", onPop);
		document.addEventListener("click", onClick);
		return () => {
			window.removeEventListener("popstate", onPop);
			document.removeEventListener("click", onClick);
		};
	}

	/** `replace` for states that are no step of their own, as each letter typed into a filter. */
	go(route: Route, how: "push" | "replace" = "push"): void {
		const href = writeRoute(route);
		if (href === location.pathname + location.search) return;
		if (how === "push") {
			history.pushState(null, "", href);
			window.scrollTo(0, 0);
		} else history.replaceState(null, "", href);
		this.cameBack = false;
		this.read();
	}

	/** Takes the address bar's word: once at the start, after that on every move. */
	read(): void {
		this.#route = readRoute(location);
	}

	#follow(event: MouseEvent): void {
		if (event.defaultPrevented || event.button !== 0) return;
		if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
		const link = event.target instanceof Element ? event.target.closest("a") : null;
		if (
			link === null ||
			link.origin !== location.origin ||
			link.target !== "" ||
			link.hasAttribute("download")
		)
			return;
		// a place on this page is the browser's own to find
		if (link.hash !== "" && link.pathname === location.pathname) return;
		const route = readRoute(link);
		if (route.page === "lost") return;
		event.preventDefault();
		// whoever comes back goes on where they were
		if (link.closest("main") !== null) history.replaceState({ left: link.pathname + link.search }, "");
		this.go(route);
	}
}

function leftOf(state: unknown): string | undefined {
	return typeof state === "object" && state !== null && "left" in state && typeof state.left === "string"
		? state.left
		: undefined;
}

export const router = new Router();
