/**
 * A reply may name any id of ours: its words are the remote's, and whoever got a copy of a message knows its Message-ID and queue
 * ids. What the lines of the two hosts say against a hand-over makes it doubtful: other recipients than were given, an arrival at
 * another time than the try. Then other hand-overs must vouch for it, or nothing more may speak against it. That the receiver itself
 * handed the message on to whoever answered refutes it.
 */
import { localPart } from "../hop/recipients.ts";
import { isOtherSender } from "./contradiction.ts";
import { isWithinTry } from "./hand-over-time.ts";
import type { HopAttempt } from "../hop/hop.ts";
import type { HopLink } from "./hop-link.ts";
import { rivalsAmong } from "./rivals.ts";
import { handedOn, keepsRecipient, Usual } from "./usual.ts";

const SMTP_PORT = 25;

/** The links but for those that a stranger's words alone make. */
export function onUsualWays(links: readonly HopLink[], usual: Usual): HopLink[] {
	const doubtful = links.filter(isDoubtful);
	if (doubtful.length === 0) return [...links];
	const continued = new Map(links.map((link) => [link.attempt, link]));
	const refused = new Set(
		doubtful.filter((link) => {
			if (usual.ways.leadThere(link)) return false;
			if (handsOnTo(link, continued)) return true;
			if (usual.ways.vouchFor(link)) return false;
			if (keepsRecipient(link)) return usual.isOutOfTime(link);
			return usual.isOutOfTime(link) || usual.ways.leadElsewhere(link) || tellsOtherwise(link, usual);
		}),
	);
	return links.filter((link) => !refused.has(link));
}

/** Hand-overs that other ones would have to vouch for, and among these none does: whether this host is known by this address. */
export function unvouched(links: readonly HopLink[]): { host: string; ip: string | undefined }[] {
	const doubtful = [...links.filter(isDoubtful), ...rivalsAmong(links)];
	if (doubtful.length === 0) return [];
	const { ways } = new Usual(links);
	return doubtful
		.filter((link) => !ways.vouchFor(link))
		.map(({ from, to }) => ({ host: from.host, ip: to.client?.ip }));
}

/** Between two hosts, by an address: within a host its own log is the proof. */
function isDoubtful(link: HopLink): boolean {
	const { from, to, attempt } = link;
	if (from.host === to.host || attempt.relay?.ip === undefined) return false;
	return !keepsRecipient(link) || !isWithinTry(link) || handedOn(link).length > 0;
}

/**
 * Whether the receiver, which tries for others, would have told that it was given this address, or when. Sendmail does not name an alias beside
 * its members; domains are rewritten on the way out (smtp_generic_maps), and a store knows its users by names of their own, but speaks LMTP:
 * its words on SMTP's port are somebody else's.
 */
function tellsOtherwise(link: HopLink, usual: Usual): boolean {
	const { from, to, attempt } = link;
	if (to.mta === "dovecot") return attempt.relay?.port === SMTP_PORT || !usual.isInTime(link);
	const otherSender = isOtherSender(from, to);
	if (otherSender || to.mta === "sendmail") return otherSender;
	if (!usual.isInTime(link)) return true;
	// OpenSMTPD names the client on another line than the message: where that one is missing, the moment alone can vouch
	if (to.mta === "opensmtpd" && to.client === undefined) return false;
	const given = localPart(attempt.recipient);
	return !to.attempts.some(({ recipient, original }) =>
		[recipient, original ?? ""].some((each) => localPart(each) === given),
	);
}

/** What answered there, and kept the message within the receiver's host, was a filter of its own. */
function handsOnTo(link: HopLink, continued: ReadonlyMap<HopAttempt, HopLink>): boolean {
	return handedOn(link).some((next) => continued.get(next)?.to.host !== link.to.host);
}
