/**
 * What has to be known of tries and refusals before it is told which of them met (`journey/answers.ts`): for a try every refusal of the same
 * words and sender within its moment, for a refusal every such try, and so on. For readers that look for the lines of
 * one message: words and moment are what they can look for.
 */
import type { MailEvent } from "../../event/index.ts";
import { APART_MS, addressesOf, wordsKey } from "../journey/answers.ts";
import { isAboutAll, meaningOf } from "../journey/fate.ts";
import type { Hop, HopAttempt, HopRefusal } from "../hop/hop.ts";
import { epochMs } from "../hop/instant.ts";
import type { HopLink } from "../link/hop-link.ts";
import { sameAddress } from "../hop/recipients.ts";
import { between } from "../hop/time-window.ts";

/** One side of a meeting whose other side is looked for. */
export interface Meeting {
	/** whether it is the refusal */
	refused: boolean;
	words: string;
	/** the words look like a success: a before-queue filter alone refuses so */
	accepted: boolean;
	sender: string | undefined;
	/** of a try, and of a refusal that is about nobody else */
	recipient: string | undefined;
	at: number;
}

interface Side extends Meeting {
	hop: Hop;
}

/** Hosts that a client's address would settle: whether `host` is known by `ip`. */
export interface Meetings {
	looked: Meeting[];
	unsettled: { host: string; ip: string }[];
}

/** What could meet a try or a refusal of the asked hops, as far as the given ones tell. */
export function meetingsOf(hops: readonly Hop[], asked: readonly Hop[], links: readonly HopLink[]): Meetings {
	const continued = new Set<unknown>(links.map((link) => link.attempt));
	const sides = new Map<string, Side[]>();
	const queue: [string, Side][] = [];
	const wanted = new Set(asked);
	for (const hop of hops)
		for (const [key, side] of sidesOf(hop, continued)) {
			const same = sides.get(key);
			if (same) same.push(side);
			else sides.set(key, [side]);
			if (wanted.has(hop)) queue.push([key, side]);
		}
	for (const same of sides.values()) same.sort((a, b) => a.at - b.at);
	const addresses = addressesOf(links);
	const looked = new Set<Side>();
	const unsettled = new Map<string, { host: string; ip: string }>();
	for (const [key, side] of queue) {
		if (looked.has(side)) continue;
		looked.add(side);
		for (const other of between(sides.get(key) ?? [], side.at - APART_MS, side.at + APART_MS)) {
			if (other.refused === side.refused || other.hop === side.hop || otherRecipient(side, other)) continue;
			queue.push([key, other]);
			const [host, by] = side.refused ? [other.hop.host, side.hop] : [side.hop.host, other.hop];
			const ip = by.client?.ip;
			if (ip === undefined || host === by.host || addresses.get(host)?.has(ip)) continue;
			unsettled.set(`${host} ${ip}`, { host, ip });
		}
	}
	return { looked: [...looked].map(({ hop: _, ...meeting }) => meeting), unsettled: [...unsettled.values()] };
}

function sidesOf(hop: Hop, continued: ReadonlySet<unknown>): [string, Side][] {
	const sides: [string, Side][] = [];
	const add = (each: HopAttempt | HopRefusal, side: Pick<Side, "refused" | "sender" | "recipient">) => {
		const key = wordsKey(side.sender, each);
		if (key === undefined || !each.reply) return;
		const accepted = (each.reply.code ?? 500) < 400;
		sides.push([key, { ...side, words: each.reply.text.trim(), accepted, at: each.at, hop }]);
	};
	for (const attempt of hop.attempts)
		if (!continued.has(attempt) && attempt.nextQueueId === undefined)
			add(attempt, { refused: false, sender: hop.sender, recipient: attempt.recipient });
	for (const refusal of hop.refusals) {
		if (!meaningOf(refusal)) continue;
		const recipient = isAboutAll(hop, refusal) ? undefined : refusal.recipient;
		add(refusal, { refused: true, sender: refusal.sender ?? hop.sender, recipient });
	}
	return sides;
}

function otherRecipient(one: Meeting, other: Meeting): boolean {
	if (one.recipient === undefined || other.recipient === undefined) return false;
	return !sameAddress(one.recipient, other.recipient);
}

/** Whether a line with these words may tell the other side, as far as it says. */
export function mayMeet(meeting: Meeting, event: MailEvent): boolean {
	if (!("reply" in event) || event.reply?.text.trim() !== meeting.words) return false;
	// a bounce tells of its try whenever it comes
	if (event.kind === "bounce-report") return meeting.refused;
	if (event.at === undefined || !(Math.abs(epochMs(event.at) - meeting.at) <= APART_MS)) return false;
	const refusing = event.kind === "reject" || (event.kind === "proxy-accept" && event.mta === "postfix");
	if (refusing === meeting.refused) return false;
	if (event.kind === "delivery") return mayHaveGoneTo(event.recipients, meeting.recipient);
	if (event.kind !== "reject" && event.kind !== "proxy-accept") return false;
	return event.sender === undefined || sameAddress(event.sender, meeting.sender ?? "");
}

/** Exim's local parts get their domains elsewhere. */
function mayHaveGoneTo(recipients: readonly string[], recipient: string | undefined): boolean {
	if (recipient === undefined) return true;
	return recipients.some((each) => !each.includes("@") || sameAddress(each, recipient));
}
