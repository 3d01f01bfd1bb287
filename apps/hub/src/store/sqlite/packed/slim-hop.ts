/**
 * A hop as a packed slice keeps it: names of lines as numbers of the slice's sources with offsets, a try's line by its place
 * among the hop's, times as differences from its first line. What comes back equals what went in, to the order of its fields:
 * each value that is written in another way is looked at, and a hop with one that would not come back is kept as it is.
 */
import type { Hop } from "@mailtrail/core/trace";
import { formatRef, readRef } from "../../line-ref.ts";
import type { Generation } from "../slice/slice.ts";

/** What numbers of sources mean in this slice. */
export interface Sources {
	generationNo(place: Generation): number | undefined;
	generationOf(no: number): Generation;
}

/** a hop that is kept as it is */
const WHOLE = "=";

export function slimHop(hop: Hop, sources: Sources): string {
	const base = { firstAt: hop.firstAt, refs: hop.refs, isExact: true };
	const slim = JSON.stringify(slimmed(hop, sources, base));
	return base.isExact ? slim : WHOLE + JSON.stringify(hop);
}

export function wideHop(text: string, sources: Sources): Hop {
	if (text.startsWith(WHOLE)) return JSON.parse(text.slice(1));
	const slim = JSON.parse(text);
	const refs: string[] = wideRefs(slim.refs, sources);
	const { firstAt } = slim;
	const hop = wide(slim, { firstAt, refs }) as Hop;
	hop.refs = refs;
	hop.id = typeof slim.id === "string" ? slim.id : startedId(hop);
	return hop;
}

interface Base {
	firstAt: number;
	refs: readonly string[];
}

function slimmed(hop: Hop, sources: Sources, base: SlimBase): Record<string, unknown> {
	const slim: Record<string, unknown> = {};
	const fields = hop as unknown as Record<string, unknown>;
	for (const name in fields)
		if (name === "refs") slim[name] = slimRefs(hop.refs, sources, base);
		else if (name === "id") slim[name] = hop.id === startedId(hop) ? 0 : hop.id;
		else slim[name] = slimValue(fields[name], name, base);
	return slim;
}

interface SlimBase {
	firstAt: number;
	refs: readonly string[];
	/** their places, where they are many */
	places?: ReadonlyMap<string, number>;
	/** false: something would be read back as something else */
	isExact: boolean;
}

/** The value itself where nothing of it is written in another way. */
function slimValue(value: unknown, name: string, base: SlimBase): unknown {
	if (Array.isArray(value)) return slimList(value, base);
	if (isFields(value)) {
		// fields where a time stands
		if (isTime(name)) base.isExact = false;
		return slimFields(value, base);
	}
	if (name === "ref") return slimRef(value, base);
	return isTime(name) ? slimTime(value, base) : value;
}

function slimList(list: readonly unknown[], base: SlimBase): readonly unknown[] {
	return list.some((each) => typeof each === "object") ? list.map((each) => slimValue(each, "", base)) : list;
}

function slimFields(value: Record<string, unknown>, base: SlimBase): Record<string, unknown> {
	let slim = value;
	for (const field in value) {
		const own = value[field];
		const changed = slimValue(own, field, base);
		// the one name that cannot be written to
		if (field === "__proto__") base.isExact = false;
		else if (changed !== own) {
			if (slim === value) slim = { ...value };
			slim[field] = changed;
		}
	}
	return slim;
}

function slimRef(value: unknown, base: SlimBase): unknown {
	if (typeof value === "number") base.isExact = false;
	if (typeof value !== "string") return value;
	const place = placeOf(value, base);
	return place === undefined || place < 0 ? value : place;
}

/** so many names are compared one by one: nearly always they are the same text in memory */
const FEW = 16;

function placeOf(ref: string, base: SlimBase): number | undefined {
	if (base.refs.length <= FEW) return base.refs.indexOf(ref);
	base.places ??= new Map(base.refs.map((each, at) => [each, at]));
	return base.places.get(ref);
}

function wide(value: unknown, base: Base, name = ""): unknown {
	if (Array.isArray(value)) {
		for (const [at, each] of value.entries()) if (typeof each === "object") value[at] = wide(each, base);
		return value;
	}
	if (isTime(name)) return wideTime(value, base.firstAt);
	if (name === "ref" && typeof value === "number") return base.refs[value];
	if (!isFields(value)) return value;
	for (const field in value) value[field] = wide(value[field], base, field);
	return value;
}

function isFields(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null;
}

/** `firstAt` is what the others are counted from. */
function isTime(name: string): boolean {
	if (name.charCodeAt(name.length - 1) !== 116) return false;
	return name === "at" || (name.endsWith("At") && name !== "firstAt");
}

/** Milliseconds; as text, microseconds: what a log that has them says is not lost in the difference of two fractions. */
function slimTime(value: unknown, base: SlimBase): unknown {
	const { firstAt } = base;
	if (typeof value !== "number") {
		if (typeof value === "string") base.isExact = false;
		return value;
	}
	const slim =
		Number.isInteger(value) && Number.isInteger(firstAt)
			? value - firstAt
			: `${Math.round(value * 1_000) - Math.round(firstAt * 1_000)}`;
	if (wideTime(slim, firstAt) !== value) base.isExact = false;
	return slim;
}

function wideTime(slim: unknown, firstAt: number): unknown {
	if (typeof slim === "number") return slim + firstAt;
	return typeof slim === "string" ? (Math.round(firstAt * 1_000) + Number(slim)) / 1_000 : slim;
}

/** As most ids are made (`core/trace/fold/build-hop`). */
function startedId({ host, queueId, firstAt }: Hop): string {
	return `${host}/${queueId ?? "-"}/${Math.floor(firstAt / 1000).toString(36)}`;
}

/** Of each source: its number as text, then the first offset and how far each is behind the one before. */
function slimRefs(refs: readonly string[], sources: Sources, base: SlimBase): (number | string)[] {
	const slim: (number | string)[] = [];
	let source = 0;
	let before = 0;
	// most are of one source: what stands before the offset is looked up once
	let known: { name: string; no: number | undefined } | undefined;
	for (const ref of refs) {
		const colon = ref.lastIndexOf(":");
		if (colon !== known?.name.length || !ref.startsWith(known.name)) {
			const place = readRef(ref);
			known = { name: ref.slice(0, colon), no: place && sources.generationNo(place) };
		}
		const digits = ref.slice(colon + 1);
		const offset = Number(digits);
		const { no } = known;
		// one that an older slice has, or that is written in another way
		if (no === undefined || !Number.isSafeInteger(offset) || offset < 0 || String(offset) !== digits) {
			if (SOURCE.test(ref)) base.isExact = false;
			slim.push(ref);
			continue;
		}
		if (no !== source) {
			slim.push(`${no}`);
			before = 0;
		}
		slim.push(offset - before);
		source = no;
		before = offset;
	}
	return slim;
}

const SOURCE = /^\d+$/;

function wideRefs(slim: readonly (number | string)[], sources: Sources): string[] {
	const refs: string[] = [];
	let source: Generation | undefined;
	let offset = 0;
	for (const each of slim) {
		if (typeof each === "number" && source) {
			offset += each;
			refs.push(formatRef({ ...source, offset }));
		} else if (SOURCE.test(String(each))) {
			source = sources.generationOf(Number(each));
			offset = 0;
		} else refs.push(String(each));
	}
	return refs;
}
