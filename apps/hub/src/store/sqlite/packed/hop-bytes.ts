/**
 * Hops made ready for the pages of a packed slice, in any order: each at once becomes its line of a block, its terms as numbers and
 * the letters that it can be searched by, so that none has to be kept as an object until its slice is written.
 */
import { textsOfHop } from "@mailtrail/core/query";
import type { Hop } from "@mailtrail/core/trace";
import { TermHashes } from "../../hop-terms.ts";
import { ByteStore } from "./byte-store.ts";
import { writeSaid } from "./grams.ts";
import { type PackedHop, readHopText, usualKey } from "./hop-block.ts";
import { keyTerm } from "./packed-hops.ts";
import type { Pairs } from "./postings.ts";
import { type Sources, slimHop } from "./slim-hop.ts";

const TAB = 9;
const NEWLINE = 10;

export class HopBytes {
	readonly firstAt: number[] = [];
	readonly lastAt: number[] = [];
	/** as a page's head has it: of each hop, to be set before it is written */
	readonly nos: number[] = [];
	/** whose of its peers are ours, as text */
	readonly owns: (string | undefined)[] = [];
	readonly #sources: Sources;
	/** as JSON where it is not the usual one, else empty */
	readonly #keys: string[] = [];
	readonly #bodies = new ByteStore();
	readonly #said = new ByteStore();
	readonly #terms = new TermHashes();
	/** of each hop the end of its terms */
	readonly #termEnds: number[] = [];

	constructor(sources: Sources) {
		this.#sources = sources;
	}

	/** The number of the first of them here. Each piece of the work is done for all, then the next. */
	add(hops: readonly PackedHop[]): number {
		const first = this.addBodies(hops);
		for (const { key, hop } of hops) this.#termEnds.push(this.#terms.addHop(hop, keyTerm(key)));
		return first;
	}

	/** Without the terms that they are found by, where the caller has them. */
	addBodies(hops: readonly PackedHop[]): number {
		const first = this.nos.length;
		for (const { no, key, firstAt, lastAt, own, hop } of hops) {
			this.nos.push(no);
			this.firstAt.push(firstAt);
			this.lastAt.push(lastAt);
			this.owns.push(own);
			this.#keys.push(key === usualKey(hop) ? "" : JSON.stringify(key));
		}
		for (const { hop } of hops) this.#bodies.addText(slimHop(hop, this.#sources));
		for (const { hop } of hops) this.#addSaid(textsOfHop(hop));
		return first;
	}

	#addSaid(texts: readonly string[]): void {
		let letters = texts.length;
		for (const text of texts) letters += text.length;
		this.#said.addFilled(letters, (bytes, at) => writeSaid(texts, bytes, at));
	}

	hop(at: number): Hop {
		return readHopText(this.#text(at), this.#sources).hop;
	}

	#text(at: number): string {
		return `${this.#keys[at]}\t${this.owns[at] ?? ""}\t${this.#bodies.text(at)}`;
	}

	/** Domains and relays that are named. */
	get names(): Iterable<string> {
		return this.#terms.names;
	}

	/** These hops as the lines of a block. */
	lines(hops: readonly number[]): Uint8Array {
		let room = 0;
		for (const at of hops) room += 3 + 3 * this.#lead(at).length + this.#bodies.lengthOf(at);
		const lines = Buffer.allocUnsafe(room);
		let end = 0;
		for (const at of hops) {
			if (end > 0) lines[end++] = NEWLINE;
			const lead = this.#lead(at);
			if (lead === "") {
				lines[end++] = TAB;
				lines[end++] = TAB;
			} else end += lines.write(lead, end);
			lines.set(this.#bodies.bytes(at), end);
			end += this.#bodies.lengthOf(at);
		}
		return lines.subarray(0, end);
	}

	/** What stands before the body; empty where it is two tabs. */
	#lead(at: number): string {
		const [key, own] = [this.#keys[at] ?? "", this.owns[at] ?? ""];
		return key === "" && own === "" ? "" : `${key}\t${own}\t`;
	}

	/** What these hops say (`grams.ts`). */
	said(hops: readonly number[]): Uint8Array[] {
		return hops.map((at) => this.#said.bytes(at));
	}

	/** The terms of a hop, found at a place. */
	addTerms(at: number, pairs: Pairs, place: number): void {
		const { hashes } = this.#terms;
		const end = this.#termEnds[at] ?? 0;
		for (let i = this.#termEnds[at - 1] ?? 0; i < end; i++) pairs.add(hashes[i] ?? 0, place);
	}
}
