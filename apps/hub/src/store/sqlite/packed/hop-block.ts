/**
 * Sixty-four hops of a packed slice, in the order of their first lines: what they are found by (row number, first and last
 * time) stands apart, readable without unpacking; their bodies are compressed with the slice's own dictionary.
 */
import type { Hop } from "@mailtrail/core/trace";
import { ByteReader, ByteWriter } from "./bytes.ts";
import { decompress } from "./compress.ts";
import { type Sources, wideHop } from "./slim-hop.ts";

export const HOPS_PER_BLOCK = 64;
/** measured: bodies take a tenth less with a dictionary of this size, and no less with a greater one */
const DICTIONARY_BYTES = 32_768;

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

/** Hops as columns. */
export function packHeads({ nos, firstAt, lastAt }: HopHeads): Uint8Array {
	const out = new ByteWriter();
	out.number(nos.length);
	let [no, at] = [0, 0];
	for (let i = 0; i < nos.length; i++) {
		const [ownNo, first] = [nos[i] ?? 0, firstAt[i] ?? 0];
		out.signed(ownNo - no);
		out.signed(first - at);
		out.signed((lastAt[i] ?? 0) - first);
		[no, at] = [ownNo, first];
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

/**
 * The lines of a block: of each hop the key where it is not the usual one, whose of its peers are ours, and what `slimHop` made of it,
 * with a tab between two of them. No line end and no other tab is in any, for JSON has neither.
 */
export function readTexts(data: Uint8Array, dictionary: Uint8Array): string[] {
	return decompress(data, dictionary).toString("utf8").split("\n");
}

export function readHopText(text: string, sources: Sources): Pick<PackedHop, "key" | "own" | "hop"> {
	const [key = "", own = "", slim = ""] = text.split("\t");
	const hop = wideHop(slim, sources);
	return { key: key === "" ? usualKey(hop) : JSON.parse(key), ...(own !== "" && { own }), hop };
}

/** `texts`: from all over the slice. What they have in common need not stand in every block. */
export function dictionaryOf(texts: Uint8Array): Uint8Array {
	return texts.subarray(0, DICTIONARY_BYTES);
}

export function usualKey({ host, queueId }: Hop): string {
	return `${host} ${queueId ?? ""}`;
}
