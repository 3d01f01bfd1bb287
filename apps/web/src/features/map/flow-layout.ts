/**
 * The flow as a picture: who hands mail in on the left, our hosts in the order in which mail passes them, destinations on
 * the right; each way as wide as its volume, with a lane of its own past the nodes between its ends. Pure geometry; a loop
 * between hosts is drawn backwards, never followed for ever.
 */
import type { FlowAnswer } from "@mailtrail/core/wire";
import { BELOW, drawBack, drawWays, foot, type Way } from "./flow-draw.ts";
import {
	type FlowEdge,
	type FlowLayout,
	type FlowNode,
	NODE_WIDTH,
	type PlacedNode,
} from "./flow-picture.ts";

/** above a node stands its name */
const GAP = 22;
const LANE_GAP = 7;
const LEAST_NODE = 8;
const SWEEPS = 6;

/** What takes room in a column: a node, or a way that passes by. */
interface Spot {
	id: string;
	n: number;
	lane: boolean;
}
interface Leg {
	from: string;
	to: string;
	n: number;
}

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
	const columns: Spot[][] = Array.from({ length: layers }, () => []);
	for (const node of flow.nodes)
		columns[layerOf.get(node.id) ?? 0]?.push({ id: node.id, n: volumeOf(node.id, ahead), lane: false });
	const ways = ahead.map((edge) => ({ edge, past: lanesOf(edge, layerOf, columns) }));
	const scale = scaleOf(columns, size.height);
	const step = layers < 2 ? 0 : (size.width - 2 * size.margin - NODE_WIDTH) / (layers - 1);
	const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
	const placed = new Map<string, PlacedNode>();
	for (const [layer, column] of columns.entries())
		for (const { id, n, lane } of column)
			placed.set(id, {
				node: nodes.get(id) ?? { id, kind: "host", name: "", n },
				layer,
				x: size.margin + layer * step,
				y: 0,
				height: lane ? n * scale : Math.max(LEAST_NODE, n * scale),
			});
	const height = order(columns, legsOf(ways), placed);
	const back = edges.filter(isBack).map((edge) => drawBack(edge, placed, scale));
	return {
		nodes: [...placed.values()].filter(({ node }) => nodes.has(node.id)),
		edges: [...back, ...drawWays(ways, placed, scale)],
		width: size.width,
		height: Math.max(height, ...back.map(({ from, to }) => Math.max(foot(from), foot(to)) + BELOW)),
		layers,
	};
}

function volumeOf(id: string, ahead: FlowEdge[]): number {
	const sum = (list: FlowEdge[]) => list.reduce((all, edge) => all + edge.n, 0);
	return Math.max(1, sum(ahead.filter((e) => e.from === id)), sum(ahead.filter((e) => e.to === id)));
}

/** A way past other columns has a lane in each of them, so that it runs beside what stands there. */
function lanesOf(edge: FlowEdge, layerOf: Map<string, number>, columns: Spot[][]): string[] {
	const lanes: string[] = [];
	for (let layer = (layerOf.get(edge.from) ?? 0) + 1; layer < (layerOf.get(edge.to) ?? 0); layer++) {
		const id = `${edge.from} ${edge.to} ${layer}`;
		columns[layer]?.push({ id, n: edge.n, lane: true });
		lanes.push(id);
	}
	return lanes;
}

function legsOf(ways: Way[]): Leg[] {
	return ways.flatMap(({ edge: { from, to, n }, past }) =>
		[...past, to].map((next, i) => ({ from: past[i - 1] ?? from, to: next, n })),
	);
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

function scaleOf(columns: Spot[][], height: number): number {
	const scales = columns
		.filter((column) => column.length > 0)
		.map((column) => {
			const gaps = column.slice(1).reduce((sum, { lane }) => sum + (lane ? LANE_GAP : GAP), 0);
			return Math.max(height * 0.35, height - gaps) / column.reduce((sum, { n }) => sum + n, 0);
		});
	return Math.min(...scales, height / 3);
}

/** Puts each spot near those that it is joined with; the answer is the height that was needed. */
function order(columns: Spot[][], legs: Leg[], placed: Map<string, PlacedNode>): number {
	for (const column of columns) column.sort((a, b) => b.n - a.n);
	const height = Math.max(0, ...columns.map((column) => stack(column, placed)));
	const sweep = (there: boolean, move: (column: Spot[], pulls: Map<string, number>) => void) => {
		for (const column of there ? columns : columns.toReversed())
			move(column, new Map(column.map(({ id }) => [id, pullOf(id, legs, placed)])));
	};
	for (let i = 0; i < SWEEPS; i++)
		sweep(i % 2 === 0, (column, pulls) => {
			column.sort((a, b) => (pulls.get(a.id) ?? 0) - (pulls.get(b.id) ?? 0));
			stack(column, placed);
		});
	for (let i = 0; i < SWEEPS; i++)
		sweep(i % 2 === 0, (column, pulls) => settle(column, pulls, placed, height));
	return height;
}

/** The middle of all that a spot is joined with, by their volume. */
function pullOf(id: string, legs: Leg[], placed: Map<string, PlacedNode>): number {
	const middle = (other: string) => {
		const at = placed.get(other);
		return at === undefined ? 0 : at.y + at.height / 2;
	};
	const joined = legs.flatMap(({ from, to, n }) =>
		to === id ? [{ at: middle(from), n }] : from === id ? [{ at: middle(to), n }] : [],
	);
	const weight = joined.reduce((sum, { n }) => sum + n, 0);
	return weight === 0 ? middle(id) : joined.reduce((sum, { at, n }) => sum + at * n, 0) / weight;
}

const gapAbove = ({ lane }: Spot, i: number) => (i === 0 ? 0 : lane ? LANE_GAP : GAP);

/** One below the other from the top; the answer is where the last ends. */
function stack(column: Spot[], placed: Map<string, PlacedNode>): number {
	let y = 0;
	for (const [i, spot] of column.entries()) {
		const at = placed.get(spot.id);
		if (at === undefined) continue;
		at.y = y + gapAbove(spot, i);
		y = at.y + at.height;
	}
	return y;
}

/** In the order in which they stand, each as near to where it is pulled as the others leave room: ways run straight. */
function settle(
	column: Spot[],
	pulls: Map<string, number>,
	placed: Map<string, PlacedNode>,
	height: number,
): void {
	let least = 0;
	for (const [i, spot] of column.entries()) {
		const at = placed.get(spot.id);
		if (at === undefined) continue;
		at.y = Math.max(least + gapAbove(spot, i), (pulls.get(spot.id) ?? 0) - at.height / 2);
		least = at.y + at.height;
	}
	let most = height;
	for (const [i, spot] of [...column.entries()].toReversed()) {
		const at = placed.get(spot.id);
		if (at === undefined) continue;
		at.y = Math.min(at.y, most - at.height);
		most = at.y - gapAbove(spot, i);
	}
}
