/**
 * Where everything of "the way it went" stands: journey → stations, tracks and ends with coordinates. Pure geometry,
 * no words: across the page where there is room, down the page on a phone. Distances are not to scale.
 */
import type { Journey } from "@mailtrail/core/trace";
import type { Layout, LayoutOptions } from "./layout.ts";
import { layoutAcross } from "./layout-across.ts";
import { layoutDown } from "./layout-down.ts";
import { buildWay } from "./way-tree.ts";

export function layoutStations(journey: Journey, options: LayoutOptions): Layout {
	const way = buildWay(journey);
	return options.vertical ? layoutDown(way, options.width) : layoutAcross(way, options.width);
}
