/** Why it is so, whose move it is, whether a retry helps and what to do. Ids never change with the language; texts do. */

export type Actor =
	| "sender"
	| "our-operator"
	| "our-provider"
	| "destination"
	| "recipient"
	| "network"
	| "nobody";

export type Language = "en" | "ja";

export interface Diagnosis {
	/** our own fine id, from the table in `cause.ts` */
	cause: string;
	/** the name that bounce readers share */
	reason: string;
	permanent: boolean;
	retryHelps: boolean;
	actor: Actor;
	title: string;
	explanation: string;
	steps: string[];
	/** what other messages, hosts and destinations show, in sentences */
	facts?: string[];
	links: { href: string; text: string }[];
	/** references of the lines that prove it */
	evidence: string[];
	confidence: "proven" | "likely";
	/** the rule that spoke */
	rule: string;
	replyCode?: number;
	/** RFC 3463 enhanced status */
	status?: string;
}
