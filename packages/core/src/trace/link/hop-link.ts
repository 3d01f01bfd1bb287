/** What joins two hops: which try put the message where, how that is known, and the lines that show it. */
import type { Hop, HopAttempt } from "../hop/hop.ts";

/** How two stops were joined. */
export type LinkVia =
	| "queued-as"
	| "filter"
	| "forwarded"
	| "notification"
	| "session"
	| "message-id"
	| "client-and-time";

/** One hand-over: `attempt` of `from` put the message into `to`, through `filter` where one stood between. */
export interface HopLink {
	from: Hop;
	attempt: HopAttempt;
	to: Hop;
	filter?: Hop;
	via: LinkVia;
	confidence: "proven" | "likely";
	evidence: string[];
	/** for everybody of whom `from` tells no try: `attempt` stands for all of them and is not one of its own */
	forAll?: true;
	/** a mailer that may have kept a copy where it says that it delivered: its own word stays an end of the way */
	aside?: true;
}
