import { expect, test } from "vitest";
import { layoutFlow } from "./flow-layout.ts";

const node = (id: string, n = 10) => {
	const [kind, name] = id.split(":") as ["origin" | "host" | "destination", string];
	return { id, kind, name, n };
};
const edge = (from: string, to: string, n: number, outcomes: Record<string, number> = { accepted: n }) => ({
	from,
	to,
	n,
	outcomes,
});
const size = { width: 1000, height: 400, margin: 100 };

test("mail goes from left to right: origins, hosts in their order, destinations", () => {
	const { nodes } = layoutFlow(
		{
			nodes: [
				node("destination:b.example"),
				node("host:edge"),
				node("host:sub"),
				node("origin:app"),
				node("host:relay1"),
			],
			edges: [
				edge("origin:app", "host:sub", 10),
				edge("host:sub", "host:relay1", 10),
				edge("host:relay1", "host:edge", 10),
				edge("host:edge", "destination:b.example", 10),
			],
		},
		size,
	);
	const inOrder = nodes.toSorted((a, b) => a.x - b.x).map(({ node }) => node.name);
	expect(inOrder).toEqual(["app", "sub", "relay1", "edge", "b.example"]);
});

test("hosts that hand to each other, and rings of them, end", () => {
	const ring = {
		nodes: ["a", "b", "c"].map((name) => node(`host:${name}`)),
		edges: [
			edge("host:a", "host:b", 9),
			edge("host:b", "host:a", 3),
			edge("host:b", "host:c", 5),
			edge("host:c", "host:a", 5),
		],
	};
	const { nodes, edges, height } = layoutFlow(ring, size);
	expect(nodes).toHaveLength(3);
	expect(edges.every((e) => !/NaN/.test(e.d))).toBe(true);
	expect(height).toBeGreaterThan(0);
});

test("a way's bands add up to its volume, what failed beside what was accepted", () => {
	const { edges } = layoutFlow(
		{
			nodes: [node("host:edge"), node("destination:d.example")],
			edges: [edge("host:edge", "destination:d.example", 100, { accepted: 60, delayed: 10, failed: 30 })],
		},
		size,
	);
	const [only] = edges;
	expect(only?.bands.map((band) => band.name)).toEqual(["accepted", "delayed", "failed"]);
	expect(only?.bands.reduce((sum, band) => sum + band.width, 0)).toBeCloseTo(only?.width ?? 0);
});

test("nothing is a picture of nothing; a layer without nodes takes no room; an edge to a node that was left out is left out", () => {
	expect(layoutFlow({ nodes: [], edges: [] }, size)).toMatchObject({ nodes: [], edges: [], height: 0 });
	expect(
		layoutFlow({ nodes: [node("host:a")], edges: [edge("host:a", "host:gone", 4)] }, size).edges,
	).toEqual([]);
});

test("what goes back is a thin line below the nodes, and takes no room from what goes ahead", () => {
	const { edges, nodes, height } = layoutFlow(
		{
			nodes: [node("host:a"), node("host:b"), node("destination:d.example")],
			edges: [
				edge("host:a", "host:b", 90),
				edge("host:b", "host:a", 60, { accepted: 59, failed: 1 }),
				edge("host:b", "destination:d.example", 90),
			],
		},
		size,
	);
	const back = edges.find(({ key }) => key === "host:b host:a");
	expect(back?.width).toBeLessThan(5);
	expect(back?.bands.map(({ name }) => name)).toEqual(["failed"]);
	const foot = Math.max(...nodes.map(({ y, height }) => y + height));
	expect(height).toBeGreaterThan(foot);
	const ahead = edges.find(({ key }) => key === "host:a host:b");
	expect(ahead?.width).toBeCloseTo(nodes.find((each) => each.node.name === "a")?.height ?? 0);
});

test("a way past other hosts runs beside them, and every node stands inside the picture", () => {
	const { nodes, edges, height } = layoutFlow(
		{
			nodes: [node("host:a", 90), node("host:b", 40), node("host:c", 40), node("destination:d.example", 90)],
			edges: [
				edge("host:a", "host:b", 40),
				edge("host:b", "host:c", 40),
				edge("host:a", "destination:d.example", 50),
				edge("host:c", "destination:d.example", 40),
			],
		},
		size,
	);
	for (const { y, height: own } of nodes) {
		expect(y).toBeGreaterThanOrEqual(0);
		expect(y + own).toBeLessThanOrEqual(height + 0.001);
	}
	const past = edges.find(({ key }) => key === "host:a destination:d.example");
	const levels = [...(past?.d.matchAll(/ ([\d.]+)H/g) ?? [])].map(([, y]) => Number(y));
	expect(levels).toHaveLength(2);
	for (const [i, name] of ["b", "c"].entries()) {
		const at = nodes.find((each) => each.node.name === name);
		const half = (past?.width ?? 0) / 2;
		const [top = 0, foot = 0] = at === undefined ? [] : [at.y, at.y + at.height];
		const level = levels[i] ?? 0;
		expect(level + half <= top + 0.2 || level - half >= foot - 0.2).toBe(true);
	}
});
