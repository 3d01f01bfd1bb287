/** Ways between placed nodes as paths, each in bands of what became of its mail; what flows back as a thin line below. Pure. */
import { type Band, type FlowEdge, NODE_WIDTH, type PlacedEdge, type PlacedNode } from "./flow-picture.ts";

const LEAST_BAND = 1.2;
const BACK_WIDTH = 3;
/** room below two nodes for what goes back */
export const BELOW = 36;

const BANDS = ["accepted", "delayed", "failed"] as const;

/** What an origin's mail ended as is told in outcomes: those that are good count as accepted. */
export function shareOf(edge: FlowEdge): Record<(typeof BANDS)[number], number> {
	const { outcomes } = edge;
	const of = (...names: string[]) => names.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0);
	const delayed = of("delayed");
	const failed = of("failed", "refused");
	return { accepted: Math.max(0, edge.n - delayed - failed), delayed, failed };
}

/** An edge that leads ahead, and the lanes in which it passes the columns between its ends. */
export interface Way {
	edge: FlowEdge;
	past: string[];
}

export function drawWays(ways: Way[], placed: Map<string, PlacedNode>, scale: number): PlacedEdge[] {
	const at = (id: string) => placed.get(id) as PlacedNode;
	// ways leave a node, and arrive at one, in the order in which they come to stand
	const after = ({ edge, past }: Way) => at(past[0] ?? edge.to);
	const before = ({ edge, past }: Way) => at(past.at(-1) ?? edge.from);
	const starts = stacked(ways, ({ edge }) => at(edge.from), after, scale);
	const ends = stacked(ways, ({ edge }) => at(edge.to), before, scale);
	return ways.map((way): PlacedEdge => {
		const { edge } = way;
		const from = at(edge.from);
		const to = at(edge.to);
		const share = shareOf(edge);
		const whole = share.accepted + share.delayed + share.failed || 1;
		const width = Math.max(LEAST_BAND, edge.n * scale);
		const along = (offset: number) =>
			path([
				{ x: from.x, y: (starts.get(way) ?? from.y) + offset },
				...way.past.map(at).map(({ x, y }) => ({ x, y: y + offset })),
				{ x: to.x, y: (ends.get(way) ?? to.y) + offset },
			]);
		let offset = 0;
		const bands = BANDS.flatMap((name): Band[] => {
			if (share[name] === 0) return [];
			const thick = Math.max(LEAST_BAND, (share[name] / whole) * width);
			const band = { name, width: thick, d: along(offset + thick / 2) };
			offset += thick;
			return [band];
		});
		return { key: `${edge.from} ${edge.to}`, edge, from, to, bands, width, d: along(width / 2) };
	});
}

/** Where each way begins or ends at its node: one above the other. */
function stacked(
	ways: Way[],
	here: (way: Way) => PlacedNode,
	there: (way: Way) => PlacedNode,
	scale: number,
): Map<Way, number> {
	const taken = new Map<PlacedNode, number>();
	const places = new Map<Way, number>();
	for (const way of ways.toSorted((a, b) => there(a).y - there(b).y)) {
		const node = here(way);
		const y = taken.get(node) ?? node.y;
		places.set(way, y);
		taken.set(node, y + way.edge.n * scale);
	}
	return places;
}

/** Level past each node's bar, curved between columns. */
function path(points: { x: number; y: number }[]): string {
	const r = (n: number) => Math.round(n * 10) / 10;
	return points.slice(1).reduce((d, { x, y }, i) => {
		const last = points[i] ?? { x, y };
		const x0 = last.x + NODE_WIDTH;
		const half = (x0 + x) / 2;
		return `${d}${i === 0 ? `M${r(x0)} ${r(last.y)}` : `H${r(x0)}`}C${r(half)} ${r(last.y)} ${r(half)} ${r(y)} ${r(x)} ${r(y)}`;
	}, "");
}

export const foot = (node: PlacedNode) => node.y + node.height + 2;

/** From the foot of one node to the foot of another before it; its numbers tell how much, its colour the worst of it. */
export function drawBack(edge: FlowEdge, placed: Map<string, PlacedNode>, scale: number): PlacedEdge {
	const from = placed.get(edge.from) as PlacedNode;
	const to = placed.get(edge.to) as PlacedNode;
	const width = Math.min(BACK_WIDTH, Math.max(LEAST_BAND, edge.n * scale));
	const share = shareOf(edge);
	const name = share.failed > 0 ? "failed" : share.delayed > 0 ? "delayed" : "accepted";
	const [x0, x1] = [from.x + NODE_WIDTH * 0.7, to.x + NODE_WIDTH * 0.3].map((x) => Math.round(x * 10) / 10);
	// a cubic curve comes three quarters of the way to its handles
	const low = Math.round(Math.max(foot(from), foot(to)) + (BELOW - 6) / 0.75);
	const d = `M${x0} ${Math.round(foot(from))}C${x0} ${low} ${x1} ${low} ${x1} ${Math.round(foot(to))}`;
	return { key: `${edge.from} ${edge.to}`, edge, from, to, bands: [{ name, width, d }], width, d };
}
