/**
 * The way down the page, for a phone or a long way: the last branch goes on in the lane of its stop, the others leave to the
 * right. Where there is room, what is told of a stop stands in one line, in columns like a timetable's.
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
	toneOf,
	type Track,
	trackTone,
	wasTried,
} from "./layout.ts";
import type { WayNode, WayStop } from "./way-tree.ts";

const LANE = 20;
const STATION_ROW = 84;
const END_ROW = 56;
/** one line each */
const ROOMY_FROM = 620;
const ROOMY_ROW = 44;
/** where the message came from stands above */
const FIRST = 40;

export function layoutDown(way: WayNode[], width: number): Layout {
	const layout: Layout = {
		width,
		height: 0,
		vertical: true,
		stations: [],
		platforms: [],
		ends: [],
		tracks: [],
	};
	const labels: Label[] = [];
	const roomy = width >= ROOMY_FROM;
	let y = FIRST;
	let lanes = 0;
	const visit = (
		node: WayNode,
		lane: number,
		parent: { placed: Placed; x: number; y: number } | undefined,
	): void => {
		const placed: Placed = {
			node,
			depth: 0,
			row: lane,
			branches: [],
			...(parent === undefined ? {} : { parent: parent.placed }),
		};
		const x = 16 + lane * LANE;
		const here = y;
		lanes = Math.max(lanes, lane);
		const label: Label = { x: 0, y: here + 1, anchor: "start", room: 0 };
		labels.push(label);
		if (parent?.placed.node.kind === "stop")
			layout.tracks.push(trackDown(placed, parent.placed.node, parent.x, parent.y, x, here));
		if (node.kind === "end") {
			layout.ends.push(endMark(placed, node, x, here, label));
			y += roomy ? ROOMY_ROW : END_ROW;
			return;
		}
		layout.stations.push({
			key: node.key,
			x,
			y: here,
			...ringOf(node),
			node,
			label,
			continues: goesOn(placed),
			...toneOf(placed),
		});
		y += roomy ? ROOMY_ROW : STATION_ROW;
		// a later branch runs down past the earlier ones, so these stand further right
		const last = node.branches.length - 1;
		node.branches.forEach((branch, i) => visit(branch, lane + last - i, { placed, x, y: here }));
	};
	for (const node of way) visit(node, 0, undefined);
	const textX = 16 + lanes * LANE + 22;
	const columns = roomy ? columnsOf(layout, textX, width) : undefined;
	for (const label of labels) {
		label.x = textX;
		if (roomy) label.y += 3;
		label.room = Math.max(10, Math.floor(((columns?.[0] ?? width) - textX) / BOLD));
	}
	if (columns !== undefined) layout.columns = columns;
	layout.platforms = platformsOf(layout.stations, layout.tracks, false);
	layout.height = y - 10;
	return layout;
}

/** Where the second, third and fourth thing that is told of a stop begin. */
function columnsOf({ stations, ends }: Layout, from: number, width: number): number[] {
	const names = [
		...stations.map(({ node: { stop } }) => (stop.host.length + 1) * BOLD + stop.mta.length * MONO),
		...ends.map(({ node }) => (node.recipients[0]?.recipient.length ?? 0) * BOLD),
	];
	const first = from + Math.min(width * 0.48, Math.max(...names, 0) + 28);
	return [first, first + ID_ROOM * MONO + 24, first + ID_ROOM * MONO + 124];
}

function trackDown(placed: Placed, from: WayStop, x0: number, y0: number, x1: number, y1: number): Track {
	const to = placed.node;
	const bend = Math.min(44, y1 - y0);
	const d =
		x0 === x1
			? `M${x0} ${y0}V${y1}`
			: `M${x0} ${y0}C${x0} ${y0 + bend / 2} ${x1} ${y0 + bend / 2} ${x1} ${y0 + bend}V${y1}`;
	return {
		key: to.key,
		d,
		...trackTone(placed),
		tried: wasTried(to),
		mid: { x: x1 + 12, y: y1 - 26 },
		from,
		to,
	};
}
