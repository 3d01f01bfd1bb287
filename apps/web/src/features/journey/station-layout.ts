/**
 * Where everything of "the way it went" stands: journey → stations, tracks and ends with coordinates. Pure geometry,
 * no words: across the page where there is room, down the page on a phone. Distances are not to scale; a column is as
 * wide as its label needs, and what is left over is shared out.
 */
import type { Journey, Outcome, Stop } from "@mailtrail/core/trace";
import { isFilter } from "../../lib/mta.ts";
import { buildWay, soleOutcome, type WayEnd, type WayNode, type WayStop } from "./way-tree.ts";

export interface Station {
	key: string;
	x: number;
	y: number;
	r: number;
	filter: boolean;
	node: WayStop;
	label: Label;
	/** the whole branch ended so, after it parted from others */
	tone?: Outcome;
}
export interface EndMark {
	key: string;
	x: number;
	y: number;
	node: WayEnd;
	/** the stop that it hangs on; absent for a recipient without any */
	from?: Stop;
	label: Label;
}
export interface Track {
	key: string;
	d: string;
	tone?: Outcome;
	/** dotted: tried, not travelled */
	tried: boolean;
	/** where the time of the way may stand */
	mid: { x: number; y: number };
	from: WayStop;
	to: WayNode;
}
export interface Label {
	x: number;
	y: number;
	anchor: "start" | "end";
	/** characters of the bold line that fit */
	room: number;
}
export interface Layout {
	width: number;
	height: number;
	vertical: boolean;
	stations: Station[];
	ends: EndMark[];
	tracks: Track[];
}

export interface LayoutOptions {
	/** what the page has */
	width: number;
	vertical: boolean;
}

const RING = 8;
const SMALL_RING = 5;
const BOLD = 7.6;
const MONO = 6.7;
const LABEL_DEPTH = 84;
const ROW = 54;

export function layoutStations(journey: Journey, options: LayoutOptions): Layout {
	const way = buildWay(journey);
	return options.vertical ? layoutDown(way, options.width) : layoutAcross(way, options.width);
}

/** A track that leads to an end which was not reached is dotted. */
function wasTried(node: WayNode): boolean {
	return node.kind === "end" && !["delivered", "relayed", "expanded"].includes(node.outcome);
}

function ringOf(node: WayStop): { r: number; filter: boolean } {
	const filter = isFilter(node.stop.mta);
	return { r: filter ? SMALL_RING : RING, filter };
}

interface Placed {
	node: WayNode;
	depth: number;
	row: number;
	parent?: Placed;
	branches: Placed[];
}

/** Gives every end a row; a stop stands in the row of its middle branch, so that the trunk runs straight. */
function placeRows(way: WayNode[]): { all: Placed[]; rows: number } {
	const all: Placed[] = [];
	let rows = 0;
	const visit = (node: WayNode, depth: number, parent: Placed | undefined): Placed => {
		const placed: Placed = { node, depth, row: 0, branches: [], ...(parent === undefined ? {} : { parent }) };
		all.push(placed);
		if (node.kind === "stop") placed.branches = node.branches.map((branch) => visit(branch, depth + 1, placed));
		const middle = placed.branches[Math.floor((placed.branches.length - 1) / 2)];
		placed.row = middle?.row ?? rows++;
		return placed;
	};
	for (const node of way) visit(node, 0, undefined);
	return { all, rows };
}

function layoutAcross(way: WayNode[], width: number): Layout {
	const { all, rows } = placeRows(way);
	const columns = columnsOf(all, width);
	const xOf = (placed: Placed) =>
		placed.node.kind === "end" ? columns.ends : (columns.stops[placed.depth] ?? columns.ends);
	const ys = rowHeights(all, rows, xOf);
	const yOf = (placed: Placed) => ys[placed.row] ?? 0;
	const layout: Layout = { width: columns.width, height: 0, vertical: false, stations: [], ends: [], tracks: [] };
	for (const placed of all) {
		const x = xOf(placed);
		const y = yOf(placed);
		if (placed.parent?.node.kind === "stop") {
			layout.tracks.push(trackAcross(placed, placed.parent.node, xOf(placed.parent), yOf(placed.parent), x, y));
		}
		if (placed.node.kind === "stop") layout.stations.push(stationAcross(placed, placed.node, x, y, columns.room));
		else layout.ends.push(endMark(placed, placed.node, x, y, { x: x + 18, y: y - 2, anchor: "start", room: columns.endRoom }));
	}
	const lowest = all.map((p) => yOf(p) + (p.node.kind === "stop" ? LABEL_DEPTH : 26));
	layout.height = Math.max(60, ...lowest);
	return layout;
}

interface Columns {
	stops: number[];
	ends: number;
	width: number;
	room: number;
	endRoom: number;
}

function columnsOf(all: Placed[], width: number): Columns {
	const depths = Math.max(0, ...all.filter((p) => p.node.kind === "stop").map((p) => p.depth + 1));
	const wanted = Array.from({ length: depths }, () => 92);
	for (const { node, depth } of all) {
		if (node.kind !== "stop") continue;
		const name = (node.stop.host.length + 1) * BOLD + node.stop.mta.length * MONO;
		const id = (node.stop.queueId?.length ?? 0) * MONO;
		wanted[depth] = Math.max(wanted[depth] ?? 0, Math.min(190, Math.max(name, id) + 22));
	}
	const endText = all.flatMap(({ node }) => (node.kind === "end" ? [node.recipients[0]?.recipient.length ?? 0] : []));
	const endWidth = Math.min(270, Math.max(170, ...endText.map((n) => n * BOLD + 24)));
	const needed = 20 + wanted.reduce((sum, w) => sum + w, 0) + 20 + endWidth;
	const spare = Math.max(0, width - needed) / Math.max(1, depths);
	const stops: number[] = [];
	let x = 20;
	for (const w of wanted) {
		stops.push(x);
		x += w + Math.min(spare, 110);
	}
	const total = Math.max(width, needed);
	return { stops, ends: x + 10, width: total, room: 22, endRoom: Math.floor((endWidth - 12) / BOLD) };
}

/** A row below leaves room for the labels above it only where they would meet. */
function rowHeights(all: Placed[], rows: number, xOf: (placed: Placed) => number): number[] {
	const ys: number[] = [];
	let y = 30;
	for (let row = 0; row < rows; row++) {
		ys.push(y);
		const here = all.filter((p) => p.row === row && p.node.kind === "stop").map(xOf);
		const below = all.filter((p) => p.row === row + 1).map((p) => (p.parent === undefined ? 0 : xOf(p.parent)));
		const meets = here.length > 0 && below.length > 0 && Math.max(...here) > Math.min(...below);
		y += meets ? LABEL_DEPTH + 30 : ROW;
	}
	return ys;
}

function stationAcross(placed: Placed, node: WayStop, x: number, y: number, room: number): Station {
	// a branch that leads down would cross a label that hangs to the right
	const branchesDown = placed.branches.some((branch) => branch.row > placed.row);
	const anchor = branchesDown && placed.depth > 0 ? "end" : "start";
	const label: Label = { x: anchor === "end" ? x + 10 : x - 10, y: y + 28, anchor, room };
	return { key: node.key, x, y, ...ringOf(node), node, label, ...toneOf(placed) };
}

/** Colour is for outcomes: a branch has its own only after it parted from others that ended differently. */
function toneOf(placed: Placed): { tone?: Outcome } {
	const own = soleOutcome(placed.node);
	const root = rootOf(placed);
	return own !== undefined && soleOutcome(root.node) === undefined ? { tone: own } : {};
}

function rootOf(placed: Placed): Placed {
	return placed.parent === undefined ? placed : rootOf(placed.parent);
}

function endMark(placed: Placed, node: WayEnd, x: number, y: number, label: Label): EndMark {
	const parent = placed.parent?.node;
	return { key: node.key, x, y, node, label, ...(parent?.kind === "stop" ? { from: parent.stop } : {}) };
}

function trackAcross(placed: Placed, from: WayStop, x0: number, y0: number, x1: number, y1: number): Track {
	const to = placed.node;
	const bend = Math.min(90, (x1 - x0) * 0.6);
	const half = bend / 2;
	const d =
		y0 === y1
			? `M${x0} ${y0}H${x1}`
			: `M${x0} ${y0}C${x0 + half} ${y0} ${x0 + half} ${y1} ${x0 + bend} ${y1}H${x1}`;
	const mid = { x: y0 === y1 ? (x0 + x1) / 2 : (x0 + bend + x1) / 2, y: y1 - 9 };
	return { key: to.key, d, ...trackTone(placed), tried: wasTried(to), mid, from, to };
}

function trackTone(placed: Placed): { tone?: Outcome } {
	return placed.node.kind === "end" ? { tone: placed.node.outcome } : toneOf(placed);
}

const LANE = 24;
const STATION_ROW = 84;
const END_ROW = 56;

/** Down the page: the last branch goes on in the lane of its stop, the others leave it to the right, one lane each. */
function layoutDown(way: WayNode[], width: number): Layout {
	const layout: Layout = { width, height: 0, vertical: true, stations: [], ends: [], tracks: [] };
	const labels: Label[] = [];
	let y = 18;
	let lanes = 0;
	const visit = (node: WayNode, lane: number, parent: { placed: Placed; x: number; y: number } | undefined): void => {
		const placed: Placed = { node, depth: 0, row: 0, branches: [], ...(parent === undefined ? {} : { parent: parent.placed }) };
		const x = 16 + lane * LANE;
		const here = y;
		lanes = Math.max(lanes, lane);
		const label: Label = { x: 0, y: here + 1, anchor: "start", room: 0 };
		labels.push(label);
		if (parent?.placed.node.kind === "stop") layout.tracks.push(trackDown(placed, parent.placed.node, parent.x, parent.y, x, here));
		if (node.kind === "end") {
			layout.ends.push(endMark(placed, node, x, here, label));
			y += END_ROW;
			return;
		}
		layout.stations.push({ key: node.key, x, y: here, ...ringOf(node), node, label, ...toneOf(placed) });
		y += STATION_ROW;
		const last = node.branches.length - 1;
		node.branches.forEach((branch, i) => visit(branch, i === last ? lane : lane + 1, { placed, x, y: here }));
	};
	for (const node of way) visit(node, 0, undefined);
	const textX = 16 + lanes * LANE + 22;
	for (const label of labels) {
		label.x = textX;
		label.room = Math.max(10, Math.floor((width - textX) / BOLD));
	}
	layout.height = y - 10;
	return layout;
}

function trackDown(placed: Placed, from: WayStop, x0: number, y0: number, x1: number, y1: number): Track {
	const to = placed.node;
	const bend = Math.min(44, y1 - y0);
	const d =
		x0 === x1 ? `M${x0} ${y0}V${y1}` : `M${x0} ${y0}C${x0} ${y0 + bend / 2} ${x1} ${y0 + bend / 2} ${x1} ${y0 + bend}V${y1}`;
	return { key: to.key, d, ...trackTone(placed), tried: wasTried(to), mid: { x: x1 + 12, y: y1 - 26 }, from, to };
}
