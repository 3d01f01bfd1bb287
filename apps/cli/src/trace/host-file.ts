/** One file of a host's logs. */
import type { LineBlocks } from "./line-blocks.ts";

export interface HostFile {
	host: string;
	blocks: LineBlocks;
	/** lines in the host's files before this one, known when those have been read */
	order(): number;
	/** bare messages carry no time: their order stands for it */
	bare: { at?: string };
}
