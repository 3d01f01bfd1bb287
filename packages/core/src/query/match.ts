/**
 * Does a journey, or a row of a list, answer a query? Pure. Terms must hold together for one recipient: `to:a
 * status:failed` wants the mail that failed for a. A negated term excludes the whole message. Addresses, names and
 * text are compared without case, queue ids and Message-IDs with it.
 */
import type { Journey, JourneyRecipient } from "../trace/index.ts";
import { OUTCOMES } from "../trace/journey/journey.ts";
import type { JourneyRow } from "../wire/index.ts";
import { alternatives } from "./any-of.ts";
import { ipInRange, readIpRange } from "./ip-range.ts";
import type { Query, Span, Term } from "./query.ts";
import { viewJourney, viewRow, type MessageView, type RecipientView } from "./view.ts";
import { matchesWildcard } from "./wildcard.ts";

/** Words for one outcome: Postfix says deferred and bounced, people say sent. */
export const OUTCOME_OF: Record<string, string> = {
	deferred: "delayed",
	queued: "delayed",
	bounced: "failed",
	rejected: "failed",
};

export function matchesJourney(query: Pick<Query, "terms">, journey: Journey): boolean {
	return query.terms.length === 0 || matchesView(query.terms, viewJourney(journey));
}

/** The recipients for whom the terms hold together: whom the question is about. */
export function askedRecipients(query: Pick<Query, "terms">, journey: Journey): JourneyRecipient[] {
	const wanted = query.terms.filter((term) => !term.negated);
	if (wanted.length === 0 || journey.recipients.length < 2) return journey.recipients;
	const view = viewJourney(journey);
	const open = wanted.filter((term) => !holdsOfMessage(term, view));
	return journey.recipients.filter((_, i) => open.every((term) => holdsFor(term, view.recipients[i])));
}

/**
 * `matchesJourney` for a row, as far as a row can tell: it names three recipients and no remote's words. Where `rowDecides`
 * is false the journey has to be asked.
 */
export function matchesRow(query: Pick<Query, "terms">, row: JourneyRow): boolean {
	return query.terms.length === 0 || matchesView(query.terms, viewRow(row));
}

/** Whether a row holds everything that the query asks about. */
export function rowDecides(query: Pick<Query, "terms">, row: JourneyRow): boolean {
	return query.terms.every((term) => {
		switch (term.field) {
			case "ip":
			case "dsn":
			case "text":
			case "name":
			case "delay":
				return false;
			case "to":
			case "address":
			case "domain":
			case "cause":
				return row.recipientCount <= row.recipients.length;
			case "status":
				// a row counts every outcome; what it lacks are the log's own words, like `sent`
				return isOutcome(term.value.toLowerCase()) || term.value.toLowerCase() === row.kind;
			default:
				return true;
		}
	});
}

function isOutcome(word: string): boolean {
	return OUTCOMES.some((outcome) => outcome === word);
}

function matchesView(terms: Term[], view: MessageView): boolean {
	const open = terms.filter((term) => !term.negated && !holdsOfMessage(term, view));
	const { recipients } = view;
	if (open.length > 0 && !recipients.some((recipient) => open.every((term) => holdsFor(term, recipient))))
		return false;
	return !terms.some(
		(term) =>
			term.negated &&
			(holdsOfMessage(term, view) || recipients.some((recipient) => holdsFor(term, recipient))),
	);
}

/** Whoever the recipient is: asked once, for a message may have thousands of them. */
function holdsOfMessage(term: Term, view: MessageView): boolean {
	const { value } = term;
	const is = (found: string): boolean => matchesWildcard(value, found, "ignore-case");
	const exactly = (found: string): boolean => matchesWildcard(value, found, "case");
	switch (term.field) {
		case "from":
			return view.sender !== undefined && isAddress(value, view.sender);
		case "address":
			if (view.sender !== undefined && isAddress(value, view.sender)) return true;
			return alternatives(value).some((id) =>
				view.messageIds.some((found) => matchesWildcard(id, found, "case")),
			);
		case "domain":
			return view.sender !== undefined && isOfDomain(value, view.sender);
		case "name":
			if (view.sender !== undefined && isOfDomain(value, view.sender)) return true;
			return view.hosts.some(is) || view.names.some((name) => inDomain(value, name));
		case "id":
			return (
				view.messageIds.some((id) => matchesWildcard(bareId(value), id, "case")) ||
				view.queueIds.some(exactly)
			);
		case "queue":
			return view.queueIds.some(exactly);
		case "ip":
			return matchesIp(value, view.ips);
		case "host":
			return view.hosts.some(is);
		case "status":
			return view.kind === value.toLowerCase();
		case "since":
			return view.end !== undefined && view.end >= (term.span?.min ?? Number.POSITIVE_INFINITY);
		case "until":
			return view.start !== undefined && view.start <= (term.span?.max ?? Number.NEGATIVE_INFINITY);
		case "size":
			return view.size !== undefined && inSpan(view.size, term.span);
		case "text":
			return containsText(value, view.texts);
		case "to":
		case "cause":
		case "dsn":
		case "delay":
			return false;
	}
}

function holdsFor(term: Term, recipient: RecipientView | undefined): boolean {
	if (!recipient) return false;
	const { value } = term;
	switch (term.field) {
		case "to":
		case "address":
			return recipient.addresses.some((address) => isAddress(value, address));
		case "domain":
		case "name":
			return recipient.addresses.some((address) => isOfDomain(value, address));
		case "ip":
			return matchesIp(value, recipient.ips);
		case "status":
			return hasStatus(value.toLowerCase(), recipient);
		case "cause":
			return recipient.causes.some((cause) => matchesWildcard(value, cause, "ignore-case"));
		case "dsn":
			return recipient.dsns.some(
				(dsn) => matchesWildcard(value, dsn, "ignore-case") || dsn.startsWith(`${value}.`),
			);
		case "delay":
			return recipient.took !== undefined && inSpan(recipient.took, term.span);
		case "text":
			return containsText(value, recipient.texts);
		case "from":
		case "id":
		case "queue":
		case "host":
		case "since":
		case "until":
		case "size":
			return false;
	}
}

/** One of the addresses that the value names. */
function isAddress(value: string, address: string): boolean {
	return alternatives(value).some((wanted) => isOneAddress(wanted, address));
}

/** A value without `@` is a local part or a domain: `from:apache`, `to:@example.net`; `<>` and nothing are the null sender. */
function isOneAddress(value: string, address: string): boolean {
	const wanted = value === "<>" ? "" : value.replace(/^<(.*)>$/, "$1");
	if (matchesWildcard(wanted, address, "ignore-case")) return true;
	if (wanted.startsWith("@")) return inDomain(wanted.slice(1), domainOf(address));
	if (wanted === "" || wanted.includes("@")) return false;
	if (inDomain(wanted, domainOf(address))) return true;
	const at = address.lastIndexOf("@");
	return at > 0 && matchesWildcard(wanted, address.slice(0, at), "ignore-case");
}

function domainOf(address: string): string {
	return address.slice(address.lastIndexOf("@") + 1);
}

function isOfDomain(value: string, address: string): boolean {
	return address.includes("@") && inDomain(value, domainOf(address));
}

/** The domain itself or one below it. */
function inDomain(value: string, domain: string): boolean {
	const wanted = value.replace(/^@/, "").toLowerCase();
	const found = domain.toLowerCase().replace(/\.$/, "");
	if (wanted === "") return false;
	return matchesWildcard(wanted, found, "case") || found.endsWith(`.${wanted}`);
}

function bareId(value: string): string {
	return value.replace(/^<(.*)>$/, "$1");
}

function matchesIp(value: string, ips: string[]): boolean {
	const range = readIpRange(value);
	if (range) return ips.some((ip) => ipInRange(ip, range));
	return ips.some((ip) => matchesWildcard(value, ip, "ignore-case"));
}

function hasStatus(value: string, recipient: RecipientView): boolean {
	const outcome = Object.hasOwn(OUTCOME_OF, value) ? OUTCOME_OF[value] : value;
	if (outcome !== undefined && matchesWildcard(outcome, recipient.outcome, "case")) return true;
	return recipient.statuses.some((status) => matchesWildcard(value, status, "ignore-case"));
}

function inSpan(number: number, span: Span | undefined): boolean {
	return span !== undefined && number >= (span.min ?? 0) && number <= (span.max ?? Number.POSITIVE_INFINITY);
}

function containsText(value: string, texts: string[]): boolean {
	return texts.some((text) => matchesWildcard(`*${value}*`, text, "ignore-case"));
}
