/**
 * The flow as a picture: who hands mail in on the left, our hosts in the order in which mail passes them, destinations on
 * the right; each way as wide as its volume. Pure geometry; a loop between hosts is drawn backwards, never followed for ever.
 */
import type { FlowAnswer } from "@mailtrail/core/wire";

export type FlowNode = FlowAnswer["nodes"][number];
export type FlowEdge = FlowAnswer["edges"][number];

export interface PlacedNode {
	node: FlowNode;
	layer: number;
	x: number;
	y: number;
	height: number;
}
export interface Band {
	name: "accepted" | "delayed" | "failed";
	width: number;
	d: string;
}
export interface PlacedEdge {
	key: string;
	edge: FlowEdge;
	from: PlacedNode;
	to: PlacedNode;
	bands: Band[];
	/** the whole width, for the pointer */
	d: string;
	width: number;
}
export interface FlowLayout {
	nodes: PlacedNode[];
	edges: PlacedEdge[];
	width: number;
	height: number;
	layers: number;
}

export const NODE_WIDTH = 10;
const GAP = 22;
const LEAST_NODE = 8;
const LEAST_BAND = 1.2;
const BACK_WIDTH = 3;
/** room below two nodes for what goes back */
const BELOW = 36;
const SWEEPS = 4;

export function layoutFlow(
	flow: Pick<FlowAnswer, "nodes" | "edges">,
	size: { width: number; height: number; margin: number },
): FlowLayout {
	const known = new Set(flow.nodes.map((node) => node.id));
	const edges = flow.edges.filter(
		(edge) => edge.n > 0 && edge.from !== edge.to && known.has(edge.from) && known.has(edge.to),
	);
	const layerOf = layersOf(flow.nodes, edges);
	closeGaps(layerOf);
	const layers = flow.nodes.length === 0 ? 0 : 1 + Math.max(...layerOf.values());
	// against the stream: a thin line below, from foot to foot; a broad loop would hide everything else
	const isBack = (edge: FlowEdge) => (layerOf.get(edge.to) ?? 0) <= (layerOf.get(edge.from) ?? 0);
	const ahead = edges.filter((edge) => !isBack(edge));
	const volume = (id: string) => {
		const sum = (list: FlowEdge[]) => list.reduce((all, edge) => all + edge.n, 0);
		return Math.max(1, sum(ahead.filter((e) => e.from === id)), sum(ahead.filter((e) => e.to === id)));
	};
	const columns = Array.from({ length: layers }, (_, layer) =>
		flow.nodes.filter((node) => layerOf.get(node.id) === layer),
	);
	const scale = scaleOf(columns, volume, size.height);
	const step = layers < 2 ? 0 : (size.width - 2 * size.margin - NODE_WIDTH) / (layers - 1);
	const placed = new Map<string, PlacedNode>();
	for (const [layer, column] of columns.entries())
		for (const node of column)
			placed.set(node.id, {
				node,
				layer,
				x: size.margin + layer * step,
				y: 0,
				height: Math.max(LEAST_NODE, volume(node.id) * scale),
			});
	const height = order(columns, ahead, placed);
	const back = edges.filter(isBack).map((edge) => drawBack(edge, placed, scale));
	return {
		nodes: [...placed.values()],
		edges: [...back, ...drawEdges(ahead, placed, scale)],
		width: size.width,
		height: Math.max(height, ...back.map(({ from, to }) => Math.max(foot(from), foot(to)) + BELOW)),
		layers,
	};
}

/** Origins stand first, destinations last, a host one behind the hosts that hand to it. */
function layersOf(nodes: FlowNode[], edges: FlowEdge[]): Map<string, number> {
	const layer = new Map<string, number>();
	for (const node of nodes) layer.set(node.id, node.kind === "origin" ? 0 : 1);
	const between = edges.filter(
		(e) =>
			layer.get(e.from) === 1 &&
			layer.get(e.to) === 1 &&
			e.to.startsWith("host:") &&
			e.from.startsWith("host:"),
	);
	// of two hosts that hand to each other the larger flow decides
	const forward = between.filter(
		(e) => (between.find((o) => o.from === e.to && o.to === e.from)?.n ?? 0) < e.n,
	);
	const hosts = nodes.filter((node) => node.kind === "host").length;
	// as often as the longest way without a loop can be long; a loop stops growing there
	for (let round = 0; round < hosts; round++)
		for (const { from, to } of forward) {
			const behind = (layer.get(from) ?? 1) + 1;
			if (behind > (layer.get(to) ?? 1) && behind <= Math.min(hosts, 6)) layer.set(to, behind);
		}
	const last = 1 + Math.max(0, ...nodes.filter((n) => n.kind === "host").map((n) => layer.get(n.id) ?? 1));
	for (const node of nodes) if (node.kind === "destination") layer.set(node.id, last);
	return layer;
}

/** A layer that nobody stands in (no origin is known) takes no room. */
function closeGaps(layerOf: Map<string, number>): void {
	const used = [...new Set(layerOf.values())].sort((a, b) => a - b);
	for (const [id, layer] of layerOf) layerOf.set(id, used.indexOf(layer));
}

function scaleOf(columns: FlowNode[][], volume: (id: string) => number, height: number): number {
	const scales = columns
		.filter((column) => column.length > 0)
		.map((column) => {
			const room = Math.max(height * 0.35, height - (column.length - 1) * GAP);
			return room / column.reduce((sum, node) => sum + volume(node.id), 0);
		});
	return Math.min(...scales, height / 3);
}

/** Puts each node near those that it is joined with; the answer is the height that was needed. */
function order(columns: FlowNode[][], edges: FlowEdge[], placed: Map<string, PlacedNode>): number {
	const middle = (id: string) => {
		const node = placed.get(id);
		return node === undefined ? 0 : node.y + node.height / 2;
	};
	for (const column of columns) column.sort((a, b) => b.n - a.n);
	const heights = columns.map((column) => stack(column, placed));
	for (let sweep = 0; sweep < SWEEPS; sweep++) {
		const ways = sweep % 2 === 0 ? columns : columns.toReversed();
		for (const column of ways) {
			const pull = new Map(
				column.map((node) => {
					const joined = edges.flatMap((e) =>
						e.to === node.id
							? [{ at: middle(e.from), n: e.n }]
							: e.from === node.id
								? [{ at: middle(e.to), n: e.n }]
								: [],
					);
					const weight = joined.reduce((sum, { n }) => sum + n, 0);
					return [
						node.id,
						weight === 0 ? middle(node.id) : joined.reduce((sum, { at, n }) => sum + at * n, 0) / weight,
					];
				}),
			);
			column.sort((a, b) => (pull.get(a.id) ?? 0) - (pull.get(b.id) ?? 0));
			stack(column, placed);
		}
	}
	const tallest = Math.max(0, ...heights);
	// each column stands in the middle of the picture
	for (const column of columns) {
		const own = stack(column, placed);
		for (const node of column) {
			const at = placed.get(node.id);
			if (at !== undefined) at.y += (tallest - own) / 2;
		}
	}
	return tallest;
}

function stack(column: FlowNode[], placed: Map<string, PlacedNode>): number {
	let y = 0;
	for (const node of column) {
		const at = placed.get(node.id);
		if (at === undefined) continue;
		at.y = y;
		y += at.height + GAP;
	}
	return Math.max(0, y - GAP);
}

const BANDS = ["accepted", "delayed", "failed"] as const;

/** What an origin's mail ended as is told in outcomes: those that are good count as accepted. */
function shareOf(edge: FlowEdge): Record<(typeof BANDS)[number], number> {
	const { outcomes } = edge;
	const of = (...names: string[]) => names.reduce((sum, name) => sum + (outcomes[name] ?? 0), 0);
	const delayed = of("delayed");
	const failed = of("failed", "refused");
	return { accepted: Math.max(0, edge.n - delayed - failed), delayed, failed };
}

function drawEdges(edges: FlowEdge[], placed: Map<string, PlacedNode>, scale: number): PlacedEdge[] {
	const leaving = new Map<string, number>();
	const arriving = new Map<string, number>();
	const at = (id: string) => placed.get(id) as PlacedNode;
	const sorted = [...edges].sort((a, b) => at(a.to).y - at(b.to).y || at(a.from).y - at(b.from).y);
	const starts = new Map<FlowEdge, number>();
	for (const edge of sorted) {
		const y = leaving.get(edge.from) ?? at(edge.from).y;
		starts.set(edge, y);
		leaving.set(edge.from, y + edge.n * scale);
	}
	return [...edges]
		.sort((a, b) => at(a.from).y - at(b.from).y)
		.map((edge): PlacedEdge => {
			const from = at(edge.from);
			const to = at(edge.to);
			const y0 = starts.get(edge) ?? from.y;
			const y1 = arriving.get(edge.to) ?? to.y;
			arriving.set(edge.to, y1 + edge.n * scale);
			const share = shareOf(edge);
			const whole = share.accepted + share.delayed + share.failed || 1;
			const width = Math.max(LEAST_BAND, edge.n * scale);
			let offset = 0;
			const bands = BANDS.flatMap((name): Band[] => {
				if (share[name] === 0) return [];
				const thick = Math.max(LEAST_BAND, (share[name] / whole) * width);
				const band = {
					name,
					width: thick,
					d: curve(from, to, y0 + offset + thick / 2, y1 + offset + thick / 2),
				};
				offset += thick;
				return [band];
			});
			return {
				key: `${edge.from} ${edge.to}`,
				edge,
				from,
				to,
				bands,
				width,
				d: curve(from, to, y0 + width / 2, y1 + width / 2),
			};
		});
}

function curve(from: PlacedNode, to: PlacedNode, y0: number, y1: number): string {
	const x0 = from.x + NODE_WIDTH;
	const x1 = to.x;
	const r = (n: number) => Math.round(n * 10) / 10;
	const half = (x0 + x1) / 2;
	return `M${r(x0)} ${r(y0)}C${r(half)} ${r(y0)} ${r(half)} ${r(y1)} ${r(x1)} ${r(y1)}`;
}

const foot = (node: PlacedNode) => node.y + node.height + 2;

/** From the foot of one node to the foot of another before it; its numbers tell how much, its colour the worst of it. */
function drawBack(edge: FlowEdge, placed: Map<string, PlacedNode>, scale: number): PlacedEdge {
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
