/**
 * Sixty-four hops of a packed slice, in the order of their first lines: what they are found by (row number, first and last
 * time) stands apart, readable without unpacking; their bodies are compressed with the slice's own dictionary.
 */
import type { Hop } from "@mailtrail/core/trace";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { compress, decompress } from "./compress.ts";
import { type Sources, slimHop, wideHop } from "./slim-hop.ts";

export const HOPS_PER_BLOCK = 64;
/** measured: bodies take a tenth less with a dictionary of this size, and no less with a greater one */
const DICTIONARY_BYTES = 32_768;
const SAMPLES = 64;

export interface PackedHop {
	/** the row's number while the slice was written: a page's end names it */
	no: number;
	key: string;
	firstAt: number;
	lastAt: number;
	own?: string;
	hop: Hop;
}

/** What needs no unpacking. */
export interface HopHeads {
	nos: number[];
	firstAt: number[];
	lastAt: number[];
}

/** One line of a block: no line end, and a tab only between its parts, for JSON has neither. */
export function hopText({ key, own, hop }: PackedHop, sources: Sources): string {
	const usual = key === usualKey(hop) ? "" : JSON.stringify(key);
	return `${usual}\t${own ?? ""}\t${slimHop(hop, sources)}`;
}

export function packHeads(hops: readonly PackedHop[]): Uint8Array {
	const out = new ByteWriter();
	out.number(hops.length);
	let [no, at] = [0, 0];
	for (const hop of hops) {
		out.signed(hop.no - no);
		out.signed(hop.firstAt - at);
		out.signed(hop.lastAt - hop.firstAt);
		[no, at] = [hop.no, hop.firstAt];
	}
	return out.done();
}

export function readHeads(data: Uint8Array): HopHeads {
	const bytes = new ByteReader(data);
	const heads: HopHeads = { nos: [], firstAt: [], lastAt: [] };
	let [no, at] = [0, 0];
	for (let left = bytes.number(); left > 0; left--) {
		no += bytes.signed();
		at += bytes.signed();
		heads.nos.push(no);
		heads.firstAt.push(at);
		heads.lastAt.push(at + bytes.signed());
	}
	return heads;
}

export function packTexts(texts: readonly string[], dictionary: Uint8Array): Uint8Array {
	return compress(Buffer.from(texts.join("\n")), dictionary);
}

/** The lines of a block, as `hopText` made them. */
export function readTexts(data: Uint8Array, dictionary: Uint8Array): string[] {
	return decompress(data, dictionary).toString("utf8").split("\n");
}

export function readHopText(text: string, sources: Sources): Pick<PackedHop, "key" | "own" | "hop"> {
	const [key = "", own = "", slim = ""] = text.split("\t");
	const hop = wideHop(slim, sources);
	return { key: key === "" ? usualKey(hop) : JSON.parse(key), ...(own !== "" && { own }), hop };
}

/** Bodies from all over the slice: what they have in common need not stand in every block. */
export function dictionaryOf(texts: readonly string[]): Uint8Array {
	const each = Math.max(1, Math.floor(texts.length / SAMPLES));
	const samples = texts.filter((_, at) => at % each === 0).join("\n");
	return Buffer.from(samples).subarray(0, DICTIONARY_BYTES);
}

function usualKey({ host, queueId }: Hop): string {
	return `${host} ${queueId ?? ""}`;
}
