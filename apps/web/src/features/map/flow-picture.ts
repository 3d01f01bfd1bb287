/** The parts of the flow's picture: nodes, and between them the ways in bands of what became of their mail. */
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
