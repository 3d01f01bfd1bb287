/**
 * `mailtrail trace`: follows messages through the logs of several hosts in memory, or asks a hub, and prints journeys.
 * A query prints all that fit; without one the newest, or with `--all` every one.
 */
import { parseQuery } from "@mailtrail/core/query";
import type { Journey } from "@mailtrail/core/trace";
import { ANSWERED, BadUse, NOTHING_FOUND } from "../failure.ts";
import { LOG_OPTIONS, readLanguage, readLimit, readNow, readZones } from "../options/log-options.ts";
import { type CommandSpec, type ReadOptions, readOptions } from "../options/read-options.ts";
import { printJourney } from "../print/journey.ts";
import { journeyJson } from "../print/journey-json.ts";
import { harmless, pen } from "../print/pen.ts";
import { Output } from "../print/write-out.ts";
import { askHub, type Hub } from "../trace/ask-hub.ts";
import { hubAddress } from "../hub/hub-client.ts";
import { readLogins } from "../hub/saved-logins.ts";
import { readHostLogs, refuseFiles } from "../trace/host-log.ts";
import { nothingFound, nothingInHub } from "../trace/nothing-found.ts";
import type { Told } from "../trace/trace-groups.ts";
import { hostFiles, traceLogs } from "../trace/trace-logs.ts";

/** journeys without a query and without `--all` */
const NEWEST = 20;

const SPEC: CommandSpec = {
	usage: "mailtrail trace [QUERY] --log HOST=PATH[,PATH…] … | --hub URL",
	about: `Follows messages from host to host and says where each is, why, and what to do.
QUERY: an address, @domain, Message-ID, queue id, IP address, host, a pasted log line, or
from: to: domain: id: queue: ip: host: status: cause: dsn: since: until: size: text: with * and -.`,
	options: {
		log: {
			value: "HOST=PATH[,PATH…]",
			help: "a host's logs; PATH may be a pattern, compressed or - (repeatable)",
		},
		hub: {
			value: "URL",
			help: "ask this hub instead (or MAILTRAIL_HUB, with MAILTRAIL_TOKEN, or after mailtrail login)",
		},
		all: { help: "every journey" },
		limit: { value: "N", help: "at most N journeys, the newest" },
		json: { help: "one JSON object per journey" },
		lang: { value: "en|ja", help: "language of the explanations" },
		...LOG_OPTIONS,
	},
	examples: [
		"mailtrail trace bob@example.net --log mx1='/var/log/mail.log*'",
		"mailtrail trace status:failed since:2h --log edge=edge.log --log relay=relay.log.xz",
		"mailtrail trace --all --json --log mx1=mail.log > journeys.jsonl",
	],
};

/** Journeys as they are found, oldest first. */
interface Found {
	journeys: AsyncIterable<Told> | Iterable<Told>;
	/** how many there are, where that is known before they are told */
	total?: number;
	/** what to say where there are none */
	nothing(): string[];
}

export async function traceCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	refuseFiles(options.words);
	const hub = hubOf(options);
	const limit = limitOf(options);
	const { journeys, total, nothing } = hub ? await inHub(hub, options) : await inLogs(options);
	const output = new Output();
	const print = options.flag("count") ? undefined : printer(options);
	const counts = new Counts();
	// of more than were asked for the oldest is the one too many
	let left: Told | undefined;
	let told = 0;
	const tell = async ({ journey, evidence }: Told): Promise<void> => {
		counts.add(journey);
		if (!print) return;
		for (const piece of print(journey, evidence)) {
			output.piece(piece);
			const slow = output.flushed();
			if (slow) await slow;
		}
	};
	const held: Told[] = [];
	for await (const each of journeys) {
		told += 1;
		if (!Number.isFinite(limit) || hub) await tell(each);
		else held.push(each);
	}
	if (held.length > limit) left = held.shift();
	for (const each of held) await tell(each);
	if (!print) output.line(JSON.stringify(counts.summary()));
	await output.end();
	if (told === 0) {
		process.stderr.write(`mailtrail: ${nothing().map(harmless).join("\n")}\n`);
		return NOTHING_FOUND;
	}
	if ((left || (total ?? 0) > told) && print) {
		const of = total === undefined ? "; there are more" : ` of ${total}`;
		process.stderr.write(`mailtrail: the newest ${counts.journeys}${of}; --all prints every one\n`);
	}
	return ANSWERED;
}

async function inLogs(options: ReadOptions): Promise<Found> {
	const logs = readHostLogs(options.values("log"));
	const now = readNow(options);
	const zones = readZones(options);
	checkZoneHosts(
		zones.hosts,
		logs.map(({ host }) => host),
	);
	const lang = readLanguage(options);
	const text = options.words.join(" ");
	const query = parseQuery(text, { now, zone: zones.of(""), lang });
	complain(query.problems);
	const program = options.value("program");
	const context = { zoneOf: zones.of, now, ...(program === undefined ? {} : { program }) };
	const files = await hostFiles(logs, context);
	return {
		journeys: traceLogs(files, query, { lang, limit: limitOf(options) }),
		nothing: () => nothingFound(files, query, { zone: zones.of(""), lang }),
	};
}

/** A misspelt host would leave its times wrong without a word. */
function checkZoneHosts(named: string[], known: string[]): void {
	const stranger = named.find((host) => !known.includes(host));
	if (stranger !== undefined) {
		throw new BadUse(`--tz: “${stranger}” is none of the hosts of --log (${known.join(", ")})`);
	}
}

async function inHub(hub: Hub, options: ReadOptions): Promise<Found> {
	const limit = Math.min(limitOf(options), Number.MAX_SAFE_INTEGER);
	const lang = readLanguage(options);
	const answer = await askHub(hub, options.words.join(" "), limit, lang);
	complain(answer.problems);
	const journeys = answer.journeys.reverse().map((journey) => ({ journey, evidence: answer.lines }));
	return { journeys, total: answer.total, nothing: () => nothingInHub(lang) };
}

function hubOf(options: ReadOptions): Hub | undefined {
	const named = options.value("hub");
	const logs = options.values("log").length > 0;
	if (logs && named !== undefined) throw new BadUse("--hub: give either --log or --hub");
	const url = named ?? (logs ? undefined : (process.env.MAILTRAIL_HUB ?? readLogins().last));
	if (url === undefined) {
		if (logs) return undefined;
		throw new BadUse("trace: needs --log HOST=PATH (repeatable), or --hub URL; see mailtrail trace --help");
	}
	if (!/^https?:\/\//.test(url) || !URL.canParse(url)) {
		throw new BadUse(`--hub: “${url}” is no address; write one like https://mailtrail.example.com`);
	}
	const token = process.env.MAILTRAIL_TOKEN ?? readLogins().tokens[hubAddress(url)];
	return { url, ...(token ? { token } : {}) };
}

function limitOf(options: ReadOptions): number {
	const given = readLimit(options);
	if (given !== undefined) return given;
	const everything = options.flag("all") || options.flag("count") || options.words.length > 0;
	return everything ? Number.POSITIVE_INFINITY : NEWEST;
}

/** A query that was not understood whole would answer another question. */
function complain(problems: string[]): void {
	if (problems.length > 0) throw new BadUse(`QUERY: ${problems.join(" ")}`);
}

/** A journey's lines in pieces. */
type Print = (journey: Journey, evidence: Told["evidence"]) => Iterable<string>;

function printer(options: ReadOptions): Print {
	if (options.flag("json")) return journeyJson;
	const width = process.stdout.columns;
	const style = { pen: pen(), zone: readZones(options).of(""), lang: readLanguage(options), width };
	return (journey, lines) => [printJourney(journey, { ...style, lines }), "\n"];
}

class Counts {
	journeys = 0;
	readonly #kinds: Record<string, number> = {};
	readonly #outcomes: Record<string, number> = {};

	add({ kind, recipients }: Journey): void {
		this.journeys += 1;
		this.#kinds[kind] = (this.#kinds[kind] ?? 0) + 1;
		for (const { outcome } of recipients) this.#outcomes[outcome] = (this.#outcomes[outcome] ?? 0) + 1;
	}

	summary(): object {
		return { journeys: this.journeys, kinds: this.#kinds, outcomes: this.#outcomes };
	}
}
