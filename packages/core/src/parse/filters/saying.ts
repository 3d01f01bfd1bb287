/** What a filter beside the MTA says, as a table: the first pattern that fits counts. Addresses and names in them are a stranger's. */
import { bareAddress, canonicalIp, type Endpoint, type Mta, type VerdictEvent } from "../../event/index.ts";
import { splitAddresses } from "../outside-quotes.ts";

export interface Saying {
	pattern: RegExp;
	/** undefined: known, and nothing to keep */
	verdict?: (match: RegExpExecArray) => Partial<VerdictEvent> | undefined;
	/** a fault of the filter's own */
	severity?: "warning" | "error" | "fatal";
	/** it started, stopped or printed statistics */
	status?: true;
}

/** A filter: its tags, its name, what it says. */
export interface Filter {
	programs: readonly string[];
	mta: Mta;
	filter: string;
	sayings: readonly Saying[];
	/** the number before its words is its own, no queue's */
	ownIds?: true;
	/** what stands before its words names its work on one message, in its answers too */
	mailIds?: RegExp;
}

export function envelope(from: string, to: string): Partial<VerdictEvent> {
	return { sender: bareAddress(from), recipients: splitAddresses(to) };
}

export function peer(name: string, address: string): { client?: Endpoint } {
	const ip = canonicalIp(address);
	if (ip === undefined) return {};
	return { client: name === "" || name === "unknown" ? { ip } : { name, ip } };
}
