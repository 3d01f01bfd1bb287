/**
 * A rule of diagnosis: when a reply holds one of these phrases, this is the cause. Rules are data, in tiers that are
 * tried in order; the first that fits speaks. Each says where it was learnt and carries samples that it must and must
 * not win, which the tests run.
 */
import type { SmtpStage } from "../event/index.ts";
import type { CauseId, Reason } from "./cause.ts";

export interface Rule {
	id: string;
	cause: CauseId;
	/** where it differs from the cause's own */
	reason?: Reason;
	/**
	 * lower case; a string is one phrase, a list stands for phrases that must all be there, a list within it for those of
	 * which one must be. Addresses read `@`.
	 */
	any: (string | readonly (string | readonly string[])[])[];
	/** phrases that speak against it */
	none?: readonly string[];
	/** only in answer to these commands */
	stages?: readonly SmtpStage[];
	/** not in answer to these commands */
	notStages?: readonly SmtpStage[];
	/** only for reply codes that start so: `4`, `55`, `554` */
	codes?: readonly string[];
	/** only where the enhanced status, without its class, starts so: `7.` */
	statuses?: readonly string[];
	/** not where the enhanced status, without its class, starts so: `1.` */
	notStatuses?: readonly string[];
	/** only where the words name an IP address that is not the speaker's own: they are about who we are */
	namesAddress?: true;
	/** only from hosts with these names or below */
	hosts?: readonly string[];
	/** document, source file or place in a log where the words come from */
	source: string;
	matches: readonly string[];
	misses?: readonly string[];
}
