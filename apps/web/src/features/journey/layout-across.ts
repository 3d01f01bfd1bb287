/**
 * The way across the page: the trunk runs straight, branches leave it up and down. A column is as wide as its label
 * needs, what is left over is shared out; where it does not fit, the picture is wider than the page.
 */
import {
	BOLD,
	endMark,
	goesOn,
	ID_ROOM,
	type Label,
	type Layout,
	MONO,
	type Placed,
	platformsOf,
	ringOf,
	type Station,
	toneOf,
	type Track,
	trackTone,
	wasTried,
} from "./layout.ts";
import type { WayNode, WayStop } from "./way-tree.ts";

const LABEL_DEPTH = 84;
const END_DEPTH = 40;
const ROW = 54;
const BEND = 90;
/** where a time stands on the straight end of a bent track */
const TIME_ROOM = 56;
/** the first stop leaves room for where the message came from; more where its label and that hang to the left, clear of the branches */
const FIRST = 42;
const FIRST_HANGING = 176;
/** over the first row stand its times, and over them where the message came from */
const ABOVE = 42;
/** what became of it, in the language that needs most room */
const END_LEAST = 200;
const SPARE_MAX = 210;

/** Gives every end a row; a stop stands in the row of its middle branch, so that the trunk runs straight. */
function placeRows(way: WayNode[]): { all: Placed[]; rows: number } {
	const all: Placed[] = [];
	let rows = 0;
	const visit = (node: WayNode, depth: number, parent: Placed | undefined): Placed => {
		const placed: Placed = { node, depth, row: 0, branches: [], ...(parent === undefined ? {} : { parent }) };
		all.push(placed);
		if (node.kind === "stop")
			placed.branches = node.branches.map((branch) => visit(branch, depth + 1, placed));
		const middle = placed.branches[Math.floor((placed.branches.length - 1) / 2)];
		placed.row = middle?.row ?? rows++;
		return placed;
	};
	for (const node of way) visit(node, 0, undefined);
	return { all, rows };
}

export function layoutAcross(way: WayNode[], width: number): Layout {
	const { all, rows } = placeRows(way);
	const columns = columnsOf(all, width);
	const xOf = (placed: Placed) =>
		placed.node.kind === "end" ? columns.ends : (columns.stops[placed.depth] ?? columns.ends);
	const ys = rowHeights(all, rows, xOf);
	const yOf = (placed: Placed) => ys[placed.row] ?? 0;
	const layout: Layout = {
		width: columns.width,
		height: 0,
		vertical: false,
		stations: [],
		platforms: [],
		ends: [],
		tracks: [],
	};
	for (const placed of all) {
		const x = xOf(placed);
		const y = yOf(placed);
		if (placed.parent?.node.kind === "stop") {
			layout.tracks.push(
				trackAcross(placed, placed.parent.node, xOf(placed.parent), yOf(placed.parent), x, y),
			);
		}
		if (placed.node.kind === "stop")
			layout.stations.push(stationAcross(placed, placed.node, x, y, columns.room));
		else
			layout.ends.push(
				endMark(placed, placed.node, x, y, { x: x + 18, y: y - 2, anchor: "start", room: columns.endRoom }),
			);
	}
	layout.platforms = platformsOf(layout.stations, layout.tracks, true);
	const lowest = all.map((p) => yOf(p) + (p.node.kind === "stop" ? LABEL_DEPTH : END_DEPTH));
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
	const stops = all.filter((p) => p.node.kind === "stop");
	const wanted = widthsOf(stops);
	const endText = all.flatMap(({ node }) =>
		node.kind === "end" ? [node.recipients[0]?.recipient.length ?? 0] : [],
	);
	const endWidth = Math.min(300, Math.max(END_LEAST, ...endText.map((n) => n * BOLD + 40)));
	const first = stops.some((p) => p.depth === 0 && labelAnchor(p) === "end") ? FIRST_HANGING : FIRST;
	const needed = first + wanted.reduce((sum, w) => sum + w, 0) + 10 + endWidth;
	// what is left over goes between hosts: the stops of one stay together
	const inner = wanted.map((_, depth) => stops.some((p) => p.depth === depth + 1 && goesOn(p)));
	const shared = Math.max(1, inner.filter((within) => !within).length);
	const spare = Math.min(SPARE_MAX, Math.max(0, width - needed) / shared);
	const xs: number[] = [];
	let x = first;
	for (const [depth, w] of wanted.entries()) {
		xs.push(x);
		x += w + (inner[depth] === true ? 0 : spare);
	}
	return {
		stops: xs,
		ends: x + 10,
		width: Math.max(width, needed),
		room: 22,
		endRoom: Math.floor((endWidth - 34) / BOLD),
	};
}

/** What each column needs for the labels below its stops and the times behind them. */
function widthsOf(stops: Placed[]): number[] {
	const wanted = Array.from({ length: Math.max(0, ...stops.map((p) => p.depth + 1)) }, () => 92);
	const backwards = wanted.map(() => 0);
	const atLeast = (depth: number, room: number) => {
		if (depth >= 0) wanted[depth] = Math.max(wanted[depth] ?? 0, room);
	};
	for (const placed of stops) {
		const { depth } = placed;
		const room = labelWidth(placed);
		// the bend of the track that leads here, and the time behind it
		if (placed.parent !== undefined && placed.parent.row !== placed.row) atLeast(depth - 1, BEND + TIME_ROOM);
		if (labelAnchor(placed) === "start") atLeast(depth, room);
		// in its own row the station before is in its way, else only the bend
		else if (placed.parent?.row === placed.row)
			backwards[depth - 1] = Math.max(backwards[depth - 1] ?? 0, room - 10);
		else atLeast(depth - 1, room + BEND / 2);
	}
	// a label that hangs to the left needs its room in the column before
	return wanted.map((w, depth) => w + (backwards[depth] ?? 0));
}

function labelWidth(placed: Placed): number {
	if (placed.node.kind === "end") return 0;
	const { host, mta, queueId } = placed.node.stop;
	const name = (goesOn(placed) ? 0 : (host.length + 1) * BOLD) + mta.length * MONO;
	const id = Math.min(queueId?.length ?? 0, ID_ROOM) * MONO;
	return Math.min(190, Math.max(name, id) + 14);
}

/** A branch that leads down would cross a label that hangs to the right. */
function labelAnchor(placed: Placed): Label["anchor"] {
	const branchesDown = placed.branches.some((branch) => branch.row > placed.row);
	return branchesDown ? "end" : "start";
}

/** A row below leaves room for the labels above it only where they would meet. */
function rowHeights(all: Placed[], rows: number, xOf: (placed: Placed) => number): number[] {
	const ys: number[] = [];
	let y = ABOVE;
	for (let row = 0; row < rows; row++) {
		ys.push(y);
		const here = all.filter((p) => p.row === row && p.node.kind === "stop").map(xOf);
		const below = all
			.filter((p) => p.row === row + 1)
			.map((p) => (p.parent === undefined ? 0 : xOf(p.parent)));
		const meets = here.length > 0 && below.length > 0 && Math.max(...here) > Math.min(...below);
		y += meets ? LABEL_DEPTH + 30 : ROW;
	}
	return ys;
}

function stationAcross(placed: Placed, node: WayStop, x: number, y: number, room: number): Station {
	const anchor = labelAnchor(placed);
	const label: Label = { x: anchor === "end" ? x + 10 : x - 10, y: y + 28, anchor, room };
	return { key: node.key, x, y, ...ringOf(node), node, label, continues: goesOn(placed), ...toneOf(placed) };
}

function trackAcross(placed: Placed, from: WayStop, x0: number, y0: number, x1: number, y1: number): Track {
	const to = placed.node;
	const bend = Math.min(BEND, (x1 - x0) * 0.6);
	const half = bend / 2;
	const d =
		y0 === y1
			? `M${x0} ${y0}H${x1}`
			: `M${x0} ${y0}C${x0 + half} ${y0} ${x0 + half} ${y1} ${x0 + bend} ${y1}H${x1}`;
	const mid = { x: y0 === y1 ? (x0 + x1) / 2 : (x0 + bend + x1) / 2, y: y1 - 9 };
	return { key: to.key, d, ...trackTone(placed), tried: wasTried(to), mid, from, to };
}
