/**
 * From the first hop along the links: one entry per recipient, with every stop in travel order and every try on the way.
 */
import { isBounced, ownVerdictAt } from "../hop/filter-hop.ts";
import { namesRecipient } from "../link/contradiction.ts";
import { type Fate, fateOf, isAboutAll, meaningOf } from "./fate.ts";
import { keptFrom } from "../link/first-filters.ts";
import { type Hop, type HopAttempt, type HopRefusal, UNNAMED } from "../hop/hop.ts";
import { isoTime } from "../hop/instant.ts";
import type { JourneyAttempt, JourneyRecipient, Link, Outcome, Stop } from "./journey.ts";
import type { HopLink } from "../link/hop-link.ts";
import { outcomeOf } from "./outcome.ts";
import { assignGroups, sameAddress } from "../hop/recipients.ts";

/** One address on its way: what it was first, what it is now, where it has been. */
interface Lineage {
	original: string;
	recipient: string;
	path: Stop[];
	attempts: JourneyAttempt[];
}

/** RFC 5321 section 6.3: a hundred hosts on the way are a loop. Further stops are not drawn. */
const STOPS_MAX = 200;

/** Links out of a hop, by the try that made them: a list manager writes several messages for one. */
export type LinksByAttempt = ReadonlyMap<HopAttempt, readonly HopLink[]>;

/** What was decided about a hop's message in lines without its id, by hop. */
export type DecidedBeside = ReadonlyMap<Hop, readonly HopRefusal[]>;

/** How the hops of a set are joined, and what else is known of them. */
export interface Ways {
	links: LinksByAttempt;
	/** where everybody went of whom a hop tells no try: copies of a whole message, queues behind a filter that came first */
	forAll: ReadonlyMap<Hop, readonly HopLink[]>;
	beside: DecidedBeside;
	answered: ReadonlyMap<HopAttempt, Answered>;
}

/** What a try met on a watched host, and what that means for the recipient where the try looks like a success. */
export interface Answered {
	refusal: NonNullable<JourneyAttempt["refusal"]>;
	outcome: Outcome | undefined;
}

export const NO_WAYS: Ways = { links: new Map(), forAll: new Map(), beside: new Map(), answered: new Map() };

/** Addresses handed over together; `base` is the way so far where none of them is known. */
interface Handed {
	lineages: Lineage[];
	base: Stop[];
	link: HopLink;
	/** whom all of a copy's people come from: an alias of which the sender tells tries too */
	heir?: Lineage;
}

/** Every recipient of the message that starts at `root`. */
export function walk(root: Hop, ways: Ways): JourneyRecipient[] {
	const entries: JourneyRecipient[] = [];
	visit(root, undefined, ways, new Set(), entries);
	return entries.filter(({ recipient }) => recipient !== UNNAMED);
}

function visit(
	hop: Hop,
	incoming: Handed | undefined,
	ways: Ways,
	visited: Set<Hop>,
	entries: JourneyRecipient[],
): void {
	if (visited.has(hop)) return;
	const here = new Set(visited).add(hop);
	const stop = stopOf(hop, incoming && linkOf(incoming.link));
	const lineages = incoming?.lineages ?? [];
	const base = lineages[0]?.path ?? incoming?.base ?? [];
	const stops = incoming && writesNoReceived(hop, incoming.link) ? [] : [stop];
	const fate = fateOf(hop, ways.beside.get(hop));
	const { assigned, idle } = assignGroups(hop, lineages, incoming?.link.via === "queued-as");
	const onward = new Map<Hop, Handed>();
	for (const { group, from = incoming?.heir } of assigned) {
		const recipient = from ? nameOf(hop, group.recipient, from.recipient) : group.recipient;
		const lineage: Lineage = {
			original: from && from.original !== UNNAMED ? from.original : (group.original ?? recipient),
			recipient,
			path: [...(from?.path ?? base), ...stops],
			attempts: [...(from?.attempts ?? []), ...group.attempts.map((each) => attemptOf(hop, each, ways))],
		};
		const next = lastLinks(group.attempts, ways.links).filter((link) => !here.has(link.to));
		if (next.length === 0 || here.size >= STOPS_MAX)
			entries.push(endOf(lineage, hop, group.attempts.at(-1), fate, ways));
		else handOver(lineage, next, onward);
		const kept = next.length > 0 ? keptHere(group.attempts, next, ways.links) : undefined;
		if (kept) entries.push(endOf(lineage, hop, kept, fate, ways));
	}
	const forAll = (ways.forAll.get(hop) ?? []).filter((link) => !here.has(link.to));
	const [sole, another] = lineages;
	const heir = sole && !another && { ...sole, path: [...sole.path, ...stops] };
	for (const link of forAll)
		onward.set(link.to, { lineages: [], base: [...base, ...stops], link, ...(heir && { heir }) });
	for (const waiting of idle) {
		const lineage = { ...waiting, path: [...waiting.path, ...stops] };
		const open = forAll.filter(({ to }) => mayBeFor(to, waiting.recipient));
		const named = open.filter(({ to }) => namesRecipient(to, waiting.recipient));
		if (open.length > 0) handOver(lineage, named.length > 0 ? named : open, onward);
		else entries.push(endOf(lineage, hop, undefined, fate));
	}
	if (!incoming)
		for (const recipient of keptFrom(hop))
			entries.push(
				endOf({ original: recipient, recipient, path: [stop], attempts: [] }, hop, undefined, fate),
			);
	for (const [next, handed] of onward) visit(next, handed, ways, here, entries);
	addRefusals(hop, stop, base, entries);
}

/** Whom a filter says that it let something out for: the others' stays where it is. */
function mayBeFor({ verdicts, queueId, filterFor }: Hop, recipient: string): boolean {
	const own = verdicts.find(({ mailId }) => mailId !== undefined && mailId === queueId);
	if (!own?.recipients || filterFor === undefined) return true;
	return own.recipients.some((each) => sameAddress(each, recipient));
}

/** A whole address, with its quotes: users are logged without their domain, and so are the members of sendmail's aliases, which share that of the alias. */
function nameOf({ mta }: Hop, recipient: string, given: string): string {
	if (recipient.includes("@"))
		return sameAddress(recipient, given) && given.startsWith('"') ? given : recipient;
	const domain = given.slice(given.lastIndexOf("@"));
	const isUser = mta === "sendmail" && domain.startsWith("@") && /^[\w.+-]{1,64}$/.test(recipient);
	return isUser && !given.toLowerCase().startsWith(`${recipient.toLowerCase()}@`)
		? recipient + domain
		: given;
}

/**
 * dovecot-lda puts the message of the MTA that called it into a folder; sendmail's copy for a list, and what MailScanner writes
 * into the queue anew, keep the header of the message they were taken from: no transaction, and no `Received:` header of its own. Nor is it in
 * what amavis returns to the sender: the queue before it is where the message ended.
 */
function writesNoReceived(hop: Hop, link: HopLink): boolean {
	if (hop.verdicts.some((verdict) => verdict.mailId === hop.queueId && isBounced(verdict))) return true;
	if (hop.mta === "dovecot") return hop.service !== undefined && hop.service !== "lmtp";
	const rewritten = link.via === "filter" && link.from.mta === hop.mta;
	return link.forAll === true && (hop.mta === "sendmail" || rewritten);
}

function lastLinks(attempts: HopAttempt[], links: LinksByAttempt): readonly HopLink[] {
	for (let i = attempts.length - 1; i >= 0; i--) {
		const attempt = attempts[i];
		const own = attempt && links.get(attempt);
		if (own) return own;
	}
	return [];
}

/**
 * The try that left a copy here, beside those that went on: who forwards his mail may keep it too. local(8) writes one line for each
 * place that `.forward` or an alias names, all of one recipient: `delivered to mailbox`, `forwarded as X`.
 */
function keptHere(
	attempts: HopAttempt[],
	next: readonly HopLink[],
	links: LinksByAttempt,
): HopAttempt | undefined {
	if (next.every((link) => link.aside)) return attempts.at(-1);
	return attempts.findLast((each) => each.action === "delivered" && !links.has(each));
}

function handOver(lineage: Lineage, next: readonly HopLink[], onward: Map<Hop, Handed>): void {
	for (const link of next) {
		const entry = onward.get(link.to) ?? { lineages: [], base: [], link };
		entry.lineages.push(throughFilter(lineage, link));
		onward.set(link.to, entry);
	}
}

function throughFilter(lineage: Lineage, link: HopLink): Lineage {
	if (!link.filter) return lineage;
	const stop = stopOf(link.filter, { via: "filter", confidence: "proven", evidence: link.evidence });
	return { ...lineage, path: [...lineage.path, stop] };
}

function linkOf(link: HopLink): Link {
	return { via: link.via, confidence: link.confidence, evidence: link.evidence };
}

function endOf(
	lineage: Lineage,
	hop: Hop,
	last: HopAttempt | undefined,
	fate: Fate | undefined,
	ways: Ways = NO_WAYS,
): JourneyRecipient {
	const { outcome, mailbox } = outcomeOf(hop, lineage.recipient, last, fate);
	const met = last && ways.answered.get(last);
	const at = last?.at ?? ownVerdictAt(hop) ?? fate?.by?.at;
	const reply = last ? last.reply : fate?.by?.reply;
	return {
		recipient: lineage.recipient,
		original: lineage.original,
		outcome: outcome === "relayed" ? (met?.outcome ?? outcome) : outcome,
		...(mailbox !== undefined && { mailbox }),
		...(at !== undefined && { at: isoTime(at) }),
		...(reply && { reply }),
		path: lineage.path,
		attempts: lineage.attempts,
	};
}

/** Recipients that this hop itself turned away; one that the sending host already tells of is not told twice. */
function addRefusals(hop: Hop, stop: Stop, base: Stop[], entries: JourneyRecipient[]): void {
	if (hop.refusals.length === 0) return;
	const known = new Set(
		entries.flatMap(({ recipient, original }) => [recipient.toLowerCase(), original.toLowerCase()]),
	);
	for (const refusal of hop.refusals) {
		const outcome = meaningOf(refusal);
		if (!outcome) continue;
		for (const recipient of refusedBy(hop, refusal)) {
			if (known.has(recipient.toLowerCase())) continue;
			known.add(recipient.toLowerCase());
			entries.push({
				recipient,
				original: recipient,
				outcome,
				at: isoTime(refusal.at),
				...(refusal.reply && { reply: refusal.reply }),
				path: [...base, stop],
				attempts: [],
			});
		}
	}
}

/** Whom a refusal is about. One about all names one of them; the filter that had it done may have named them all. */
function refusedBy(hop: Hop, refusal: HopRefusal): string[] {
	const named = refusal.recipient === undefined ? [] : [refusal.recipient];
	if (!isAboutAll(hop, refusal)) return named;
	return [...named, ...hop.verdicts.flatMap((verdict) => verdict.recipients ?? [])];
}

/** A hop as a stop on the way. */
export function stopOf(hop: Hop, link: Link | undefined): Stop {
	return {
		host: hop.host,
		mta: hop.mta,
		...(hop.instance !== undefined && { instance: hop.instance }),
		...(hop.queueId !== undefined && { queueId: hop.queueId }),
		receivedAt: isoTime(hop.receivedAt ?? hop.firstAt),
		...(hop.leftAt !== undefined && { leftAt: isoTime(hop.leftAt) }),
		...(hop.size !== undefined && { size: hop.size }),
		lines: hop.refs,
		...(link && { link }),
	};
}

function attemptOf(hop: Hop, attempt: HopAttempt, ways: Ways): JourneyAttempt {
	const { at, ref, relay, transport, status, action, dsn, delay, delays, reply, reason, remoteId } = attempt;
	const met = ways.answered.get(attempt);
	return {
		at: isoTime(at),
		host: hop.host,
		...(hop.queueId !== undefined && { queueId: hop.queueId }),
		...(relay && { relay }),
		...(transport !== undefined && { transport }),
		...(status !== undefined && { status }),
		...(action !== undefined && { action }),
		...(dsn !== undefined && { dsn }),
		...(delay !== undefined && { delay }),
		...(delays && { delays }),
		...(reply && { reply }),
		...(reason !== undefined && { reason }),
		...(remoteId !== undefined && { remoteId }),
		line: ref,
		...(met && { refusal: met.refusal }),
		...(attempt.replyRef !== undefined && { replyLine: attempt.replyRef }),
	};
}
