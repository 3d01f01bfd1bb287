/** What every reader of a Postfix message takes and gives. */
import type { ParsedMessage } from "../../event/index.ts";
import { type Draft, defined, type ProgramTag } from "../parsed.ts";

/** A message without its queue id. */
export interface PostfixLine {
	tag: ProgramTag;
	/** as logged; `NOQUEUE` is absent */
	queueId?: string;
	text: string;
}

/** An event without what is the same for all lines of Postfix; a queue id only where it stood deeper in the line. */
export type Said = ParsedMessage extends infer E
	? E extends unknown
		? Omit<E, "mta" | "instance" | "daemon">
		: never
	: never;

/** A reader of one shape; undefined where the line is not of it. What it gives is nobody else's: more is written into it. */
export type Reader = (line: PostfixLine) => Said | undefined;

/** The event without the fields that are undefined. */
export function said(draft: Draft<Said>): Said {
	return defined(draft) as Said;
}

/** A line that is known and says nothing worth keeping. */
export function other(): Said {
	return { kind: "other" };
}
