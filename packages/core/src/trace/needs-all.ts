/**
 * Whether the journeys of some hops can be told from these hops alone, or only from all that the logs hold. Almost all joins need
 * what their keys reach; a few are settled by what all other links teach, or by who else was there at that time.
 */
import { meaningOf } from "./fate.ts";
import type { Hop, HopAttempt } from "./hop.ts";
import { HopIndex } from "./hop-index.ts";
import { type HopLink, linksFrom } from "./link-hops.ts";
import { mayReenterUnnamed } from "./reentry-links.ts";

/** A local delivery whose store, if one logged it, is named by nothing in the line: user and host tell it. */
export interface UnnamedStore {
	host: string;
	recipient: string;
}

export interface Need {
	/** a reply's id was used by several hops that fit, or a store's line is named by nobody */
	all: boolean;
	/** the same, if the host has a line of a store for this user */
	unlessStored: UnnamedStore[];
}

/** `asked` are those of the hops whose journeys are wanted. */
export function needOf(hops: readonly Hop[], asked: readonly Hop[]): Need {
	const index = new HopIndex(hops);
	let all = false;
	const links: HopLink[] = hops.flatMap((hop) =>
		linksFrom(hop, index, () => {
			all = true;
			return undefined;
		}),
	);
	const reached = new Set(links.map((link) => link.to));
	if (hops.some((hop) => hop.mta === "dovecot" && hop.attempts.length > 0 && !reached.has(hop))) all = true;
	// OpenSMTPD's notices and what they report on: the seconds tell
	if (hops.some((hop) => hop.mta === "opensmtpd" && (hop.sender === "" || hop.attempts.some(isFailed))))
		all = true;
	if (hops.some(mayReenterUnnamed)) all = true;
	// a try and the refusal that it met find each other by sender, words and moment, among all that were refused
	if (asked.some(mayMeetRefusal)) all = true;
	const continued = new Set(links.map((link) => link.attempt));
	const unlessStored = hops
		.filter((hop) => hop.mta !== "dovecot")
		.flatMap(({ host, attempts }) =>
			attempts
				.filter((each) => each.action === "delivered" && !continued.has(each))
				.filter((each) => each.remoteId === undefined && each.nextQueueId === undefined)
				.flatMap((each) => [each.recipient, each.original ?? each.recipient])
				.map((recipient) => ({ host, recipient })),
		);
	return { all, unlessStored };
}

function isFailed(attempt: HopAttempt): boolean {
	return attempt.action === "failed";
}

function mayMeetRefusal({ attempts, refusals }: Hop): boolean {
	const unanswered = attempts.some(
		({ action, reply }) => reply && (action === "failed" || action === "delayed"),
	);
	return unanswered || refusals.some((refusal) => refusal.reply && meaningOf(refusal));
}
