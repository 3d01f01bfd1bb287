/** What cannot be known, or must be read with care, and why. Codes are stable; texts are for people. */
import { isArrivalKnown } from "../link/hand-over-time.ts";
import type { Hop } from "../hop/hop.ts";
import type { JourneyRecipient, Notice } from "./journey.ts";
import type { HopLink } from "../link/hop-link.ts";

export const LINES_SHORTENED: Notice = {
	code: "lines-shortened",
	text: "The message went to so many recipients that all lines of a stop are shown with its first recipient only; with every other one stand its first lines and his own.",
};

/** Below this a difference is as likely the time that the hand-over took. */
const CLOCK_NOTICE_MS = 5_000;

export function noticesOf(hops: Hop[], links: HopLink[], recipients: JourneyRecipient[]): Notice[] {
	return [
		...clockNotices(links.filter((link) => link.confidence === "proven")),
		...missingStopNotices(links),
		...heldNotices(hops, links),
		...endNotices(hops, recipients),
	];
}

/** A likely link leaps over a host: the way lacks a stop, and nobody can say what happened there. */
function missingStopNotices(links: HopLink[]): Notice[] {
	const texts = links
		.filter((link) => link.confidence === "likely" && link.from.host !== link.to.host)
		.map(({ from, to, attempt }): [string, Notice] => {
			const between = attempt.relay?.name ?? attempt.relay?.ip ?? "another host";
			const text = `Between ${from.host} and ${to.host} the message passed ${between}, of which no line with it is known: that stop is missing from the way.`;
			return [text, { code: "stop-missing", text, values: { from: from.host, to: to.host, between } }];
		});
	return [...new Map(texts).values()];
}

function heldNotices(hops: Hop[], links: HopLink[]): Notice[] {
	const goneOn = new Set(links.filter(({ forAll }) => forAll).map(({ from }) => from));
	return hops
		.filter((hop) => hop.state?.kind === "held" && !goneOn.has(hop))
		.map((hop) => ({
			code: "held",
			text: `${hop.host} holds the message as ${hop.queueId}: it stays there until somebody releases it.`,
			values: { host: hop.host, queueId: hop.queueId ?? "" },
		}));
}

/**
 * The receiver logs its queue id within the seconds in which the sender had the connection open: outside of them, one of
 * both clocks (or the zone of one log) is off. One notice per pair of hosts, with the smallest difference seen.
 */
function clockNotices(links: HopLink[]): Notice[] {
	const off = new Map<string, number>();
	for (const { from, to, attempt } of links) {
		if (from.host === to.host || !isArrivalKnown(to)) continue;
		const open = ((attempt.delays?.[2] ?? 0) + (attempt.delays?.[3] ?? 0)) * 1000;
		const received = to.receivedAt ?? to.firstAt;
		const ahead = received - attempt.at;
		const difference = ahead > 0 ? ahead : Math.min(0, ahead + open);
		const pair = `${to.host}\n${from.host}`;
		const known = off.get(pair);
		if (known === undefined || Math.abs(difference) < Math.abs(known)) off.set(pair, difference);
	}
	return [...off].flatMap(([pair, difference]) => {
		if (Math.abs(difference) < CLOCK_NOTICE_MS) return [];
		const [host, other] = pair.split("\n");
		const seconds = Math.round(Math.abs(difference) / 1000);
		const word = difference > 0 ? "ahead of" : "behind";
		return [
			{
				code: "clock-differs",
				text: `${host}'s clock runs ${seconds} s ${word} ${other}'s, or its log is in another time zone; each time is shown as its host logged it.`,
				values: {
					host: host ?? "",
					other: other ?? "",
					seconds: String(seconds),
					way: difference > 0 ? "ahead" : "behind",
				},
			},
		];
	});
}

function endNotices(hops: Hop[], recipients: JourneyRecipient[]): Notice[] {
	const notices = new Map<string, Notice>();
	if (recipients.length === 0)
		for (const { host } of hops.slice(0, 1))
			notices.set("no recipient", {
				code: "no-recipient-logged",
				text: `${host} has the message, and no line there names a recipient.`,
				values: { host },
			});
	for (const entry of recipients) {
		const stop = entry.path.at(-1);
		const last = entry.attempts.at(-1);
		if (entry.outcome === "relayed") {
			const next = last?.relay?.name ?? last?.relay?.ip ?? "the next host";
			notices.set(`relayed ${next}`, {
				code: "host-not-watched",
				text: `${next} accepted the message for ${entry.recipient}. No log of that host with this message is known: its word is the last.`,
				values: { host: next, recipient: entry.recipient },
			});
		}
		if (entry.outcome === "unknown" && stop) {
			const forwarded = last?.host === stop.host && last.action === "relayed";
			notices.set(
				`unknown ${stop.host} ${forwarded}`,
				forwarded ? forwardedNotice(stop.host) : silentNotice(stop.host),
			);
		}
	}
	return [...notices.values()];
}

function forwardedNotice(host: string): Notice {
	return {
		code: "forwarded-lines-missing",
		text: `${host} forwarded the message under a new id of its own, and no line with that id is known: what became of it cannot be told.`,
		values: { host },
	};
}

function silentNotice(host: string): Notice {
	return {
		code: "no-outcome-logged",
		text: `${host} took the message, and no line there says what became of it.`,
		values: { host },
	};
}
