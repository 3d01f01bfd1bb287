/**
 * The hops that a question is about, out of logs of any size: the lines that hold what is asked for are found in the bytes and
 * parsed, the ids that they name are looked for in turn, until nothing new is named. What comes out joins to the same journeys as
 * everything would; where that is not sure, nothing comes out and all lines have to be read.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { matchesJourney, type Query } from "@mailtrail/core/query";
import type { CommonWords } from "@mailtrail/core/scan";
import {
	foldQueue,
	type Hop,
	idsOfEvent,
	isSessionKey,
	type Journey,
	joinHops,
	linkKeys,
	type LocatedEvent,
	type Need,
	type Person,
	queueKeys,
} from "@mailtrail/core/trace";
import { BlockSearch, type OnFound, type Wanted } from "./block-search.ts";
import { ClientSearch } from "./client-search.ts";
import { completed, type HostFile } from "./host-file.ts";
import type { LineBlock } from "./line-blocks.ts";
import { namingTerms, needAround } from "./journey-hops.ts";
import { hides, longestPlain, REFUSING, tellsOfSession, textsOf } from "./line-texts.ts";
import { MeetingSearch, PROXY_LINES } from "./meeting-search.ts";
import { RefusalPlaces } from "./refusal-places.ts";
import { storedUsers } from "./stored-users.ts";

/** More ids than this are no question about some messages any more: what is kept of their lines would take more memory than an index of all. */
const WANTED_MAX = 30_000;
/** A shorter text is in every line. */
const SHORTEST = 3;

/** All hops that the question leads to, and the journeys out of them that the query names. */
export interface Gathered {
	hops: Hop[];
	journeys: Journey[];
}

export class HopGathering {
	readonly #files: readonly HostFile[];
	readonly #asked: readonly string[];
	readonly #query: Pick<Query, "terms">;
	readonly #events = new Map<string, Map<string, LocatedEvent>>();
	readonly #ids = new Set<string>();
	readonly #sessions = new Set<string>();
	/** sessions that are of interest if somebody was refused in them */
	readonly #refusedIn = new Set<string>();
	/** processes that are looked for, with session and sort */
	readonly #processes = new Set<string>();
	/** lines that were read in their order, and those that were not */
	readonly #ordered = new Set<string>();
	readonly #unordered = new Map<string, MailEvent>();
	readonly #meetings = new MeetingSearch();
	/** users and senders all of whose lines are looked for, by host; of whom it was asked whether a store knows them */
	readonly #people = new Map<string, Person>();
	readonly #stored = new Set<string>();
	readonly #clients = new ClientSearch();
	readonly #refusals = new RefusalPlaces();
	readonly #common: CommonWords = new Set();
	#search = new BlockSearch(this.#common);
	/** what has to be looked for in blocks before the one in which it was learned */
	#unread: (Wanted & { before: number })[] = [];
	#block = Number.POSITIVE_INFINITY;
	/** the last block of which lines were given in their order, before the others: what they had to be told by was learned later */
	#orderedBlock = -1;
	/** the block at which this reading may end: it goes on for what is learned from it */
	#until = 0;
	#tooMuch = false;

	/** `asked` are texts of which each message in question has one in a line of its own. */
	constructor(files: readonly HostFile[], asked: readonly string[], query: Pick<Query, "terms">) {
		this.#files = files;
		this.#query = { terms: namingTerms(query) };
		this.#asked = asked.map((text) => text.toLowerCase());
	}

	/** Undefined where the answer needs all lines. */
	async gather(): Promise<Gathered | undefined> {
		if (this.#asked.length > 0) this.#want({ texts: this.#asked, sort: "asked" });
		this.#want({ texts: PROXY_LINES, sort: "presence" });
		this.#want({ texts: REFUSING, sort: "refuser" });
		for (;;) {
			while (this.#unread.length > 0 && !this.#tooMuch) await this.#readAgain();
			if (this.#tooMuch) return undefined;
			const hops = this.#fold();
			const besides = hops.filter((hop) => hop.queueId === undefined);
			for (const id of besides.flatMap(linkKeys)) this.#wantId(id);
			if (this.#unread.length > 0) continue;
			const journeys = joinHops(hops);
			const asked = journeys.filter((journey) => matchesJourney(this.#query, journey));
			const need = needAround(hops, journeys, asked);
			if (need.all) return undefined;
			const { settled, wanted } = this.#clients.lookFor(need.unsettled);
			for (const each of wanted) this.#want(each);
			const met = this.#meet(need);
			for (const person of need.people) this.#wantPerson(person);
			if (met || this.#unread.length > 0 || this.#tooMuch) continue;
			if (!settled) return undefined;
			const asking = need.ifStored.filter((user) => !this.#stored.has(nameOf(user)));
			for (const user of asking) this.#stored.add(nameOf(user));
			for (const user of await storedUsers(this.#files, asking)) this.#wantPerson(user);
			if (this.#unread.length === 0 && !this.#tooMuch) return { hops, journeys: asked };
		}
	}

	/** The lines that belong to the answer. */
	*events(): Iterable<Iterable<LocatedEvent>> {
		for (const events of this.#events.values()) yield events.values();
	}

	async #readAgain(): Promise<void> {
		const again = this.#unread;
		this.#unread = [];
		this.#search.release();
		this.#search = new BlockSearch(this.#common);
		for (const wanted of again) this.#search.add(wanted);
		this.#until = again.reduce((last, { before }) => Math.max(last, before), 0);
		const isOver = () => this.#block >= this.#until || this.#tooMuch;
		this.#block = 0;
		this.#orderedBlock = -1;
		for (const file of this.#files) {
			if (isOver()) break;
			await file.blocks.read(
				(block) => {
					this.#searchBlock(file, block);
					this.#block += 1;
					return !isOver();
				},
				(event, number) => this.#takeOrdered(file, event, number),
			);
		}
		this.#block = Number.POSITIVE_INFINITY;
	}

	#searchBlock(file: HostFile, block: LineBlock): void {
		const onFound: OnFound = (line, sort) => {
			const number = block.numberOf(line);
			const ref = refOf(file, number);
			if (this.#ordered.has(ref)) return;
			// a second reading leads to most lines of the first again
			const event = this.#unordered.get(ref) ?? block.parse(line.start, line.end);
			if (sort === "words") return this.#note(file, event, number, false);
			const asked = sort === "asked" || (sort === "client" && this.#clients.takes(event));
			if (this.#take(file, event, number, asked)) this.#unordered.set(ref, event);
		};
		// who refused somebody is known before it is asked which sessions of the block are of interest
		this.#search.search(file.host, block, onFound, this.#block, (place, sort) => {
			if (sort === "refuser") this.#refusals.sawLine(block.bytes, place);
			else this.#meetings.sawProxy();
		});
	}

	/** A line that is parsed in any case: it may be a whole one of which the block holds the beginning only. */
	#takeOrdered(file: HostFile, event: MailEvent, number: number): void {
		const text = event.raw.toLowerCase();
		const asked =
			hides(event.raw) ||
			this.#asked.some((each) => text.includes(each)) ||
			[...this.#people.values()].some((each) => each.host === file.host && text.includes(each.text)) ||
			this.#clients.takes(event);
		const ref = refOf(file, number);
		this.#orderedBlock = this.#block;
		if (PROXY_LINES.some((words) => text.includes(words))) this.#meetings.sawProxy();
		this.#refusals.sawEvent(event);
		this.#note(file, event, number, true);
		if (this.#unordered.delete(ref)) for (const events of this.#events.values()) events.delete(ref);
		if (this.#take(file, event, number, asked)) this.#ordered.add(ref);
	}

	/** Whether the line belongs to the answer. */
	#take(file: HostFile, parsed: MailEvent, number: number, asked: boolean): boolean {
		const event = completed(file, parsed);
		const ids = idsOfEvent(event);
		const named = asked || ids.some((id) => this.#ids.has(id));
		if (named) {
			for (const id of ids) this.#wantId(id);
			this.#expectMeeting(event);
		}
		let taken = false;
		for (const key of queueKeys(file.host, event)) {
			if (isSessionKey(key)) {
				const refused = this.#refusedIn.has(key) && event.kind === "reject" && !event.queueId;
				if (refused || (named && tellsOfSession(event))) this.#wantSession(key, event);
				if (!this.#sessions.has(key)) continue;
			} else if (!named) continue;
			const ref = refOf(file, number);
			const located = { host: file.host, ref, order: file.order() + number, event };
			const events = this.#events.get(key);
			if (events) events.set(ref, located);
			else this.#events.set(key, new Map([[ref, located]]));
			taken = true;
		}
		return taken;
	}

	#fold(): Hop[] {
		return [...this.#events].flatMap(([key, events]) => foldQueue(key, [...events.values()]));
	}

	#note(file: HostFile, event: MailEvent, number: number, ordered: boolean): void {
		this.#meetings.note({ file, event: completed(file, event), number, ordered });
		if (this.#meetings.full) this.#tooMuch = true;
	}

	/** What a refusal or a refused try may have met is looked for at once: before all that is asked for is known. */
	#expectMeeting(event: MailEvent): void {
		if (event.kind !== "delivery" && event.kind !== "reject") return;
		const words = event.reply?.text.trim();
		if (!words || event.at === undefined) return;
		const refused = event.kind === "reject";
		if (event.kind === "delivery" && event.action !== "failed" && event.action !== "delayed") return;
		this.#lookFor({ words, at: Date.parse(event.at), accepted: false, refused });
	}

	#lookFor(meeting: Parameters<MeetingSearch["lookFor"]>[0]): void {
		for (const wanted of this.#meetings.lookFor(meeting)) this.#want(wanted);
	}

	/** Whether lines are now known to belong to the answer that were not. */
	#meet({ looked }: Need): boolean {
		for (const meeting of looked) this.#lookFor(meeting);
		let met = false;
		for (const { file, event, number, ordered } of this.#meetings.fitting(looked)) {
			met = true;
			const ref = refOf(file, number);
			if (!ordered && this.#ordered.has(ref)) continue;
			const taken = this.#take(file, event, number, true);
			if (taken) ordered ? this.#ordered.add(ref) : this.#unordered.set(ref, event);
		}
		return met;
	}

	#wantPerson(person: Person): void {
		const name = nameOf(person);
		if (this.#people.has(name)) return;
		this.#people.set(name, { ...person, text: person.text.toLowerCase() });
		this.#want({ texts: [person.text], host: person.host, sort: "asked" });
	}

	#wantId(id: string): void {
		if (this.#ids.has(id)) return;
		this.#ids.add(id);
		this.#want({ texts: [longestPlain(id.slice(2))], sort: "id" });
	}

	/**
	 * All lines of a session bear its process, or an id of its own; and they name the client. Beside a
	 * message that was taken it is of interest only if somebody was refused in it.
	 */
	#wantSession(key: string, event: MailEvent): void {
		if (this.#sessions.has(key)) return;
		if (event.mta === "opensmtpd") {
			this.#sessions.add(key);
			if ("sessionId" in event && event.sessionId) this.#want({ texts: [event.sessionId], sort: "session" });
			return;
		}
		const refused = event.kind === "reject" && event.queueId === undefined;
		if (refused) this.#sessions.add(key);
		else this.#refusedIn.add(key);
		const ip = "client" in event ? event.client?.ip : undefined;
		const sort = refused ? "session" : "refusal";
		const told = textsOf(event, refused);
		if (!told) return;
		const name = `${sort} ${told.process ?? told.texts[0]} ${key}`;
		if (this.#processes.has(name)) return;
		this.#processes.add(name);
		this.#want({ ...told, sort, ...(ip?.includes(".") && { besides: [ip] }) });
	}

	#want(wanted: Wanted): void {
		const plain = wanted.sort !== "asked" || wanted.texts.every((text) => /^[!-~ ]*$/.test(text));
		const short = wanted.texts.some(({ length }) => length < SHORTEST);
		if (!plain || short || this.#ids.size + this.#processes.size > WANTED_MAX) {
			this.#tooMuch = true;
			return;
		}
		const mayStand = this.#mayStandUpToHere(wanted);
		this.#search.add(wanted, mayStand);
		this.#until = Number.POSITIVE_INFINITY;
		const before = this.#block + (this.#orderedBlock === this.#block ? 1 : 0);
		if (before > 0 && mayStand) this.#unread.push({ ...wanted, before });
	}

	/** Who refused whom is known of all blocks up to this one, and of this one. */
	#mayStandUpToHere({ sort, process, besides }: Wanted): boolean {
		return sort !== "refusal" || process === undefined || this.#refusals.mayHave(process, besides?.[0]);
	}
}

function nameOf({ host, text }: Person): string {
	return `${host} ${text.toLowerCase()}`;
}

function refOf(file: HostFile, number: number): string {
	return `${file.host}:${file.blocks.file}:${number}`;
}
