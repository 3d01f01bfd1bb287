/**
 * The addresses of the page: text to route and back, pure. The address is the whole state of a view: whoever opens it
 * sees the same. A journey's id holds slashes (`HOST/QUEUEID/START`), so it is everything behind `/journey/`.
 */
export type Route =
	| { page: "find"; q: string }
	| { page: "live"; q: string }
	| { page: "journey"; id: string; evidenceOnly: boolean; to?: string }
	| { page: "hosts" }
	| { page: "checks"; target: string; port?: number }
	| { page: "lost"; path: string };

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
	const q = params.get("q") ?? "";
	const path = url.pathname.replace(/\/+$/, "");
	if (path === "") return { page: "find", q };
	if (path === "/live") return { page: "live", q };
	if (path === "/hosts") return { page: "hosts" };
	if (path === "/checks") {
		const port = Number(params.get("port") ?? "");
		const isPort = Number.isInteger(port) && port > 0 && port <= 65_535;
		return { page: "checks", target: params.get("target") ?? "", ...(isPort ? { port } : {}) };
	}
	if (path.startsWith("/journey/")) {
		const id = path.slice("/journey/".length).split("/").map(decodePart).join("/");
		const to = params.get("to");
		const evidenceOnly = params.get("lines") === "evidence";
		return { page: "journey", id, evidenceOnly, ...(to === null ? {} : { to }) };
	}
	return { page: "lost", path: url.pathname };
}

export function writeRoute(route: Route): string {
	switch (route.page) {
		case "find":
			return withParams("/", { q: route.q });
		case "live":
			return withParams("/live", { q: route.q });
		case "hosts":
			return "/hosts";
		case "checks":
			return withParams("/checks", {
				target: route.target,
				port: route.port === undefined ? "" : String(route.port),
			});
		case "journey":
			return withParams(`/journey/${route.id.split("/").map(encodeURIComponent).join("/")}`, {
				to: route.to ?? "",
				lines: route.evidenceOnly ? "evidence" : "",
			});
		case "lost":
			return route.path;
	}
}

export function journeyHref(id: string): string {
	return writeRoute({ page: "journey", id, evidenceOnly: false });
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
