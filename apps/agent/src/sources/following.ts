/** What those who follow one log together share: where it is, how it is read, and whom they tell. */
import type { Note } from "./source.ts";

export interface Following {
	path: string;
	/** where archives are expanded */
	folder: string;
	now: () => number;
	/** milliseconds without growth after which nobody writes to a rotated file any more */
	quiet: number;
	/** bytes at the end of a log that are read before what was waiting there at the start */
	tail: number;
	/** lines of one content may come again in the next */
	repeats: boolean;
	/** there may be more to read */
	changed: () => void;
	/** the position moves without lines, or something is told about it */
	tell: (note: Note) => void;
}
