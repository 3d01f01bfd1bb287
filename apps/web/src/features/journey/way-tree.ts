/**
 * A journey's paths as one tree: stops that recipients share are one node, where their ways part it branches, and each
 * branch ends in an outcome. Many alike are bundled (a newsletter has hundreds of ends, a picture has room for six).
 * Pure; the order of the recipients does not matter.
 */
import {
	type Journey,
	type JourneyRecipient,
	OUTCOMES,
	type Outcome,
	type Stop,
} from "@mailtrail/core/trace";
import { type Mark, markOf } from "../../ui/outcome-shape.ts";

/** more branches than this at one stop are bundled by what became of them */
export const BRANCHES_MAX = 6;

export interface WayEnd {
	kind: "end";
	key: string;
	outcome: Outcome;
	recipients: JourneyRecipient[];
}
/** How its mark looks: as that of all who ended there. */
export function markOfEnd({ outcome, recipients }: WayEnd): Mark {
	const marks = new Set(recipients.map((r) => markOf(r.outcome, r.diagnosis)));
	return marks.size === 1 ? ([...marks][0] ?? outcome) : outcome;
}

export interface WayStop {
	kind: "stop";
	key: string;
	stop: Stop;
	/** how many stops of one host and MTA stand here as one */
	count: number;
	branches: WayNode[];
	/** a recipient whose way leads through here: its attempts tell the times */
	via: JourneyRecipient;
}
export type WayNode = WayStop | WayEnd;

export function stopKey(stop: Stop): string {
	return [stop.host, stop.mta, stop.instance ?? "", stop.queueId ?? ""].join("\n");
}

/** Whether the way to here leaps over a host of which no line is known. */
export function leaps(node: WayNode): boolean {
	return node.kind === "stop" && node.stop.link?.confidence === "likely";
}

/** The first stops; more than one where a message's beginning was not seen as one. */
export function buildWay(journey: Journey): WayNode[] {
	const roots: WayNode[] = [];
	const sorted = [...journey.recipients].sort((a, b) => compare(a.recipient, b.recipient));
	for (const recipient of sorted) place(roots, recipient);
	return tidy(roots);
}

function place(roots: WayNode[], recipient: JourneyRecipient): void {
	let branches = roots;
	let path = "";
	for (const stop of recipient.path) {
		path += `/${stopKey(stop)}`;
		const key = path;
		let node = branches.find((n): n is WayStop => n.kind === "stop" && n.key === key);
		if (node === undefined) {
			node = { kind: "stop", key, stop, count: 1, branches: [], via: recipient };
			branches.push(node);
		}
		branches = node.branches;
	}
	// the number keeps the key its own should a hub ever name one pair twice
	const key = `${path}>${recipient.original}>${recipient.recipient}>${branches.length}`;
	branches.push({ kind: "end", key, outcome: recipient.outcome, recipients: [recipient] });
}

/** Bundles where there are too many, and puts good ends above bad ones. */
function tidy(branches: WayNode[]): WayNode[] {
	const bundled = branches.length > BRANCHES_MAX ? bundle(branches) : branches;
	const tidied = bundled.map((node) =>
		node.kind === "stop" ? { ...node, branches: tidy(node.branches) } : node,
	);
	return tidied.sort((a, b) => rank(a) - rank(b) || compare(a.key, b.key));
}

function bundle(branches: WayNode[]): WayNode[] {
	const together = new Map<string, WayNode>();
	for (const node of branches) {
		const name = node.kind === "end" ? `end ${node.outcome}` : `stop ${node.stop.host} ${node.stop.mta}`;
		const standing = together.get(name);
		if (standing === undefined) together.set(name, { ...node });
		else if (standing.kind === "end" && node.kind === "end") {
			standing.recipients = [...standing.recipients, ...node.recipients];
		} else if (standing.kind === "stop" && node.kind === "stop") {
			standing.count += node.count;
			standing.branches = [...standing.branches, ...node.branches];
		}
	}
	return [...together.values()];
}

/** Every end beneath a node. */
export function endsOf(node: WayNode): WayEnd[] {
	return node.kind === "end" ? [node] : node.branches.flatMap(endsOf);
}

/** The outcome of everything beneath, where it is one. */
export function soleOutcome(node: WayNode): Outcome | undefined {
	const [first, ...rest] = endsOf(node).map((end) => end.outcome);
	return first !== undefined && rest.every((outcome) => outcome === first) ? first : undefined;
}

const ORDER: Outcome[] = [
	"delivered",
	"expanded",
	"relayed",
	"quarantined",
	"discarded",
	"unknown",
	"delayed",
	"failed",
];
export const WORST_FIRST: readonly Outcome[] = [...ORDER].reverse();

function rank(node: WayNode): number {
	return Math.min(...endsOf(node).map((end) => ORDER.indexOf(end.outcome)), OUTCOMES.length);
}

/** By code unit: the same for every reader. */
function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
