/**
 * The picture of a way: its stations, ends and tracks with coordinates, and what is the same however it is laid out:
 * which track is dotted, which ring is small, which branch has a colour of its own.
 */
import type { Outcome, Stop } from "@mailtrail/core/trace";
import { isFilter } from "../../lib/mta.ts";
import { wordOf } from "../../ui/outcome-shape.ts";
import { markOfEnd, soleOutcome, type WayEnd, type WayNode, type WayStop } from "./way-tree.ts";

/** A mailbox and its junk folder lie at the end of one line. */
export type Tone = ReturnType<typeof wordOf>;

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
	/** it stands on the platform of the stop before, which bears the host's name */
	continues: boolean;
}
/** The stops of one host behind one another: its name stands there once. */
export interface Platform {
	key: string;
	x: number;
	y: number;
	width: number;
	height: number;
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
	tone?: Tone;
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
	/** down the page with room: where the second and later things told of a stop stand, beside its name rather than below */
	columns?: number[];
	stations: Station[];
	platforms: Platform[];
	ends: EndMark[];
	tracks: Track[];
}

export interface LayoutOptions {
	/** what the page has */
	width: number;
	vertical: boolean;
}

/** half the width of a platform, and what it has more above stations that stand in a row: the times between them */
const PLATFORM = 14;
const TIMES = 9;
const RING = 8;
const SMALL_RING = 5;
/** width of a character of the bold and of the monospace text in a label */
export const BOLD = 7.3;
export const MONO = 6.65;
/** longer ids are shortened in the picture; the tooltip has them whole */
export const ID_ROOM = 18;

/** A node of the way on its way into the picture. */
export interface Placed {
	node: WayNode;
	depth: number;
	row: number;
	parent?: Placed;
	branches: Placed[];
}

/** A track that leads to an end which was not reached is dotted. */
export function wasTried(node: WayNode): boolean {
	return node.kind === "end" && !["delivered", "relayed", "expanded"].includes(node.outcome);
}

export function ringOf(node: WayStop): { r: number; filter: boolean } {
	const filter = isFilter(node.stop.mta);
	return { r: filter ? SMALL_RING : RING, filter };
}

/** Colour is for outcomes: a branch has its own only after it parted from others that ended differently. */
export function toneOf(placed: Placed): { tone?: Outcome } {
	const own = soleOutcome(placed.node);
	const root = rootOf(placed);
	return own !== undefined && soleOutcome(root.node) === undefined ? { tone: own } : {};
}

function rootOf(placed: Placed): Placed {
	return placed.parent === undefined ? placed : rootOf(placed.parent);
}

/** Whether a stop goes on where the one before, of the same host, stands: in its row or lane, the same queue or the next program. */
export function goesOn({ node, parent, row }: Placed): boolean {
	return (
		node.kind === "stop" &&
		parent?.node.kind === "stop" &&
		parent.row === row &&
		parent.node.stop.host === node.stop.host
	);
}

/** Stations come in travel order: one that goes on stands behind one that is there already. */
export function platformsOf(stations: Station[], tracks: Track[], above: boolean): Platform[] {
	const times = above ? TIMES : 0;
	const before = new Map(tracks.map((track) => [track.to.key, track.from.key]));
	const open = new Map<string, Platform>();
	const platforms: Platform[] = [];
	for (const { key, x, y, tone, continues } of stations) {
		const standing = continues ? open.get(before.get(key) ?? "") : undefined;
		if (standing === undefined) {
			const platform = {
				key,
				x: x - PLATFORM,
				y: y - PLATFORM - times,
				width: 2 * PLATFORM,
				height: 2 * PLATFORM + times,
				...(tone === undefined ? {} : { tone }),
			};
			platforms.push(platform);
			open.set(key, platform);
		} else {
			standing.width = x + PLATFORM - standing.x;
			standing.height = y + PLATFORM - standing.y;
			open.set(key, standing);
		}
	}
	return platforms.filter(({ width, height }) => width > 2 * PLATFORM || height > 2 * PLATFORM + times);
}

export function endMark(placed: Placed, node: WayEnd, x: number, y: number, label: Label): EndMark {
	const parent = placed.parent?.node;
	return { key: node.key, x, y, node, label, ...(parent?.kind === "stop" ? { from: parent.stop } : {}) };
}

export function trackTone(placed: Placed): { tone?: Tone } {
	return placed.node.kind === "end" ? { tone: wordOf(markOfEnd(placed.node)) } : toneOf(placed);
}
