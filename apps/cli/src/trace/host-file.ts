/** One file of a host's logs. */
import type { MailEvent } from "@mailtrail/core/event";
import type { LineBlocks } from "./line-blocks.ts";

export interface HostFile {
	host: string;
	blocks: LineBlocks;
	/** a pipe or standard input: it cannot be read again */
	once: boolean;
	/** lines in the host's files before this one, known when those have been read */
	order(): number;
	/** the time of its first line, once it was read: pieces of a rotated log may be given in any order */
	generation?: string;
	/** bare messages carry no time: their order stands for it */
	bare: { at?: string };
}

/** With what its file knows of it. A copy only where there is something: to copy an event costs as much as to look it through. */
export function completed({ bare }: HostFile, event: MailEvent): MailEvent {
	return bare.at === undefined ? event : { ...bare, ...event };
}
