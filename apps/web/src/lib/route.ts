/**
 * The addresses of the page: text to route and back, pure. The address is the whole state of a view: whoever opens it
 * sees the same. A journey's id holds slashes (`HOST/QUEUEID/START`), so it is everything behind `/journey/`.
 */
import { toAddress, toPlace } from "./base.ts";
import { type ChosenSpan, DEFAULT_SPAN, SPANS } from "./span.ts";

export type Route =
	| { page: "find"; q: string }
	| { page: "live"; q: string }
	| { page: "lines"; host: string; contains: string; kind: string }
	| ({ page: "map"; q: string; from: string } & ChosenSpan)
	| ({ page: "destinations"; q: string; domain: string; compare: string } & ChosenSpan)
	/** `share`: the key of a link that opens one masked journey without an account; its id is the link's secret */
	| { page: "journey"; id: string; evidenceOnly: boolean; masked: boolean; to?: string; share?: string }
	| { page: "hosts" }
	| { page: "checks"; target: string; port?: number; from?: string }
	| { page: "alerts" }
	| { page: "settings" }
	| { page: "audit"; who: string; action: string }
	| { page: "lost"; path: string };
export type PageName = Route["page"];

/** pages without anything to choose */
const PLAIN = ["hosts", "alerts", "settings"] as const;

/** A part that is not well-formed percent encoding stands as it is. */
function decodePart(part: string): string {
	try {
		return decodeURIComponent(part);
	} catch {
		return part;
	}
}

export function readRoute(url: { pathname: string; search: string }): Route {
	const params = new URLSearchParams(url.search);
	const place = toPlace(url.pathname);
	if (place === undefined) return { page: "lost", path: url.pathname };
	const path = place.replace(/\/+$/, "");
	const text = (name: string) => params.get(name) ?? "";
	const q = text("q");
	const chosen = {
		span: SPANS.find((known) => known === params.get("span")) ?? DEFAULT_SPAN,
		until: text("until"),
	};
	if (path === "") return { page: "find", q };
	if (path === "/live") return { page: "live", q };
	if (path === "/map") return { page: "map", q, ...chosen, from: text("from") };
	if (path === "/destinations")
		return { page: "destinations", q, ...chosen, domain: text("domain"), compare: text("compare") };
	const plain = PLAIN.find((name) => path === `/${name}`);
	if (plain !== undefined) return { page: plain };
	if (path === "/audit") return { page: "audit", who: text("who"), action: text("action") };
	if (path === "/checks") {
		const port = Number(text("port"));
		const isPort = Number.isInteger(port) && port > 0 && port <= 65_535;
		const from = text("from");
		return {
			page: "checks",
			target: text("target"),
			...(isPort ? { port } : {}),
			...(from === "" ? {} : { from }),
		};
	}
	if (path.startsWith("/lines/"))
		return {
			page: "lines",
			host: decodePart(path.slice("/lines/".length)),
			contains: text("contains"),
			kind: text("kind"),
		};
	const share = /^\/shared\/([\w-]{20,200})$/.exec(path)?.[1];
	if (share !== undefined) return { ...readJourney("", params), masked: true, share };
	if (path.startsWith("/journey/")) return readJourney(path.slice("/journey/".length), params);
	return { page: "lost", path: url.pathname };
}

function readJourney(path: string, params: URLSearchParams): Extract<Route, { page: "journey" }> {
	const to = params.get("to");
	return {
		page: "journey",
		id: path.split("/").map(decodePart).join("/"),
		evidenceOnly: params.get("lines") === "evidence",
		masked: params.get("masked") === "1",
		...(to === null ? {} : { to }),
	};
}

export function writeRoute(route: Route): string {
	return route.page === "lost" ? route.path : toAddress(placeOf(route));
}

function placeOf(route: Exclude<Route, { page: "lost" }>): string {
	switch (route.page) {
		case "find":
			return withParams("/", { q: route.q });
		case "live":
			return withParams("/live", { q: route.q });
		case "lines":
			return withParams(`/lines/${encodeURIComponent(route.host)}`, {
				contains: route.contains,
				kind: route.kind,
			});
		case "map":
			return withParams("/map", { q: route.q, ...spanParams(route), from: route.from });
		case "destinations": {
			const { q, domain, compare } = route;
			return withParams("/destinations", { q, ...spanParams(route), domain, compare });
		}
		case "hosts":
		case "alerts":
		case "settings":
			return `/${route.page}`;
		case "audit":
			return withParams("/audit", { who: route.who, action: route.action });
		case "checks":
			return withParams("/checks", {
				target: route.target,
				port: route.port === undefined ? "" : String(route.port),
				from: route.from ?? "",
			});
		case "journey": {
			const { id, to = "", evidenceOnly, masked, share } = route;
			const seen = { to, lines: evidenceOnly ? "evidence" : "" };
			if (share !== undefined) return withParams(`/shared/${share}`, seen);
			const path = id.split("/").map(encodeURIComponent).join("/");
			return withParams(`/journey/${path}`, { ...seen, masked: masked ? "1" : "" });
		}
	}
}

function spanParams({ span, until }: ChosenSpan): { span: string; until: string } {
	return { span: span === DEFAULT_SPAN ? "" : span, until };
}

/** A page as the navigation opens it, with nothing chosen. */
export function pageHref(page: "live" | "map" | "destinations" | "audit" | (typeof PLAIN)[number]): string {
	switch (page) {
		case "audit":
			return writeRoute({ page, who: "", action: "" });
		case "live":
			return writeRoute({ page, q: "" });
		case "map":
			return writeRoute({ page, q: "", span: DEFAULT_SPAN, until: "", from: "" });
		case "destinations":
			return writeRoute({ page, q: "", span: DEFAULT_SPAN, until: "", domain: "", compare: "" });
		default:
			return writeRoute({ page });
	}
}

/** `to`: the recipient that is asked about; without one, the worst off. */
export function journeyHref(id: string, to?: string): string {
	return writeRoute({
		page: "journey",
		id,
		evidenceOnly: false,
		masked: false,
		...(to !== undefined && { to }),
	});
}

/** What somebody without an account opens. */
export function shareHref(key: string): string {
	return writeRoute({ page: "journey", id: "", evidenceOnly: false, masked: true, share: key });
}

export function checkHref(target: string): string {
	return writeRoute({ page: "checks", target });
}

export function findHref(q: string): string {
	return writeRoute({ page: "find", q });
}

/** `:` and `@` stay readable: both may stand in a query (RFC 3986 section 3.4). */
function withParams(path: string, params: Record<string, string>): string {
	const pairs = Object.entries(params)
		.filter(([, value]) => value !== "")
		.map(([name, value]) => {
			const readable = encodeURIComponent(value)
				.replace(/%3A/g, ":")
				.replace(/%40/g, "@")
				.replace(/%20/g, "+");
			return `${name}=${readable}`;
		});
	return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}
