/**
 * A source of lines as the uplink sees it: a file followed by name, or a journal. It is told what the hub has committed,
 * hands out the next lines when asked, and keeps nothing that the hub does not also know.
 */
import type { Position } from "@mailtrail/core/wire";
import type { Generation } from "./generation.ts";
import type { Part } from "./part.ts";
import type { RawLine } from "./split-lines.ts";

export interface Gap {
	bytes: number;
	reason: string;
	/** epoch milliseconds between which the missing lines were written, as far as known */
	from?: number;
	until?: number;
}

/** What is told about a part without lines; `from` is where the hub had it. */
export interface Note {
	generation: Generation;
	part: Part;
	from: number;
	gap?: Gap;
	/** that nothing more comes */
	complete?: boolean;
}

/** Lines of one generation in order; `position` is reached when all are committed. */
export interface Reading {
	from: number;
	position: Position;
	lines: RawLine[];
	/** epoch milliseconds: no line of this reading was written later */
	writtenBy: number;
	gap?: Gap;
}

export interface SourceHealth {
	source: string;
	/** bytes between what is committed and the end */
	lag: number;
	size: number;
	lastLineAt?: number;
	/** what keeps it from being read, and what to do */
	error?: string;
}

export interface Source {
	readonly name: string;
	/**
	 * Starts, or starts over, from what the hub has committed. `isNewHub`: it has nothing of what another one had, so that it has
	 * forgotten nothing either.
	 */
	resume(positions: readonly Position[], isNewHub?: boolean): void;
	/** Offset at which the next lines of each open generation start. */
	reached(): Map<string, number>;
	/**
	 * The next lines, or nothing for now; `onChange` is called when there may be more. `newest`: only those that are written
	 * now, none that were waiting when the agent started.
	 */
	next(newest?: boolean): Reading | undefined;
	/** The hub has committed up to here. */
	committed(position: Position): void;
	health(): SourceHealth;
	close(): void;
	onChange: () => void;
}
