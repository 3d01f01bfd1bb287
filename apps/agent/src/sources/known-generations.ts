/**
 * The generations that are not open: those that the hub has, and those that were read to their end. The hub has positions
 * of parts; together they say what of a content was read.
 */
import type { Position } from "@mailtrail/core/wire";
import { hashHead } from "./file-identity.ts";
import type { Generation } from "./generation.ts";
import { readPartId } from "./part.ts";
import type { KnownGeneration } from "./plan-reading.ts";

/** As many as the hub keeps for one source. */
const KNOWN_MAX = 512;

export class KnownGenerations {
	readonly #known = new Map<string, KnownGeneration>();

	/** Starts over with what the hub has. */
	reset(positions: readonly Position[]): void {
		this.#known.clear();
		for (const position of positions) this.#add(position);
		for (const { parts } of this.#known.values()) parts.sort((a, b) => a.start - b.start);
	}

	all(): KnownGeneration[] {
		return [...this.#known.values()];
	}

	/** Takes one out, to be read on. */
	take(generation: string): KnownGeneration | undefined {
		const known = this.#known.get(generation);
		this.#known.delete(generation);
		return known;
	}

	get(generation: string): KnownGeneration | undefined {
		return this.#known.get(generation);
	}

	/** None of the files holds it: that is told once, and it may be put back. Returns whether it is to be told now. */
	miss(generation: string): boolean {
		const known = this.#known.get(generation);
		if (!known || known.isMissed) return false;
		// nothing tells a stray by its beginning
		if (known.headBytes === 0) this.#known.delete(generation);
		known.isMissed = true;
		return true;
	}

	/** Nothing of it is read any more for now. */
	retire(generation: Generation, complete: boolean): void {
		this.#known.set(generation.id, { ...generation.known(), complete });
		for (const id of this.#known.keys()) {
			if (this.#known.size <= KNOWN_MAX) break;
			this.#known.delete(id);
		}
	}

	/** A content that begins so is never read. */
	neverRead(content: Buffer): void {
		const head = hashHead(content);
		const offset = Number.POSITIVE_INFINITY;
		const headBytes = content.length;
		this.#known.set(`!${head}`, {
			generation: `!${head}`,
			offset,
			parts: [],
			head,
			headBytes,
			complete: true,
		});
	}

	#add({ generation: id, offset, head = "", headBytes = 0, complete = false }: Position): void {
		const { generation, start } = readPartId(id);
		const read = start + offset;
		const known = this.#known.get(generation);
		if (!known) {
			const parts = [{ start, read }];
			this.#known.set(generation, { generation, offset: read, parts, head, headBytes, complete });
			return;
		}
		known.parts.push({ start, read });
		if (headBytes > known.headBytes) Object.assign(known, { head, headBytes });
		known.complete ||= complete;
		known.offset = Math.max(known.offset, read);
	}
}

/** Whether all of it was read and nothing more comes. */
export function isComplete({ parts, complete }: KnownGeneration): boolean {
	return (
		complete && parts[0]?.start === 0 && parts.every(({ read }, i) => read >= (parts[i + 1]?.start ?? 0))
	);
}
