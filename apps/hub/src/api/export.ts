/**
 * `GET /api/export`: the found messages as a download, newest first, streamed: nothing is gathered in memory and nothing
 * goes on when the client went away. Every row passes the viewer's veil before it is written.
 */
import { Readable } from "node:stream";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import { diagnoseJourney } from "@mailtrail/core/diagnose";
import { parseQuery } from "@mailtrail/core/query";
import type { Journey } from "@mailtrail/core/trace";
import { ExportQuerySchema } from "@mailtrail/core/wire";
import type { FastifyInstance } from "fastify";
import { veil } from "../accounts/mask.ts";
import { stillValid } from "../accounts/viewer.ts";
import { type Asker, type Question, readQuestion } from "../figures/question.ts";
import { endedSignal } from "../http/ended-signal.ts";
import { theViewer, veilFor } from "../http/access.ts";
import { HubError } from "../http/errors.ts";
import type { FindRequest, PageCursor } from "../journeys/find-journeys.ts";
import { viewerZone } from "../journeys/viewer-zone.ts";
import type { Ask } from "../questions/questions.ts";
import type { PeopleStore } from "../store/people-store.ts";
import type { LineReads } from "../store/store.ts";
import { refuseGuessing } from "./refuse-guessing.ts";

const LIMIT_DEFAULT = 100_000;
/** messages that are gathered at a time */
const AT_ONCE = 100;
const TYPES = {
	csv: "text/csv; charset=utf-8",
	jsonl: "application/jsonl; charset=utf-8",
	log: "text/plain; charset=utf-8",
} as const;
type Format = keyof typeof TYPES;

interface Deps {
	reads: () => LineReads;
	people: PeopleStore;
	ask: Ask;
	zone: string;
	now: () => number;
}

export function registerExport(instance: FastifyInstance, { reads, people, ask, zone, now }: Deps): void {
	instance.withTypeProvider<TypeBoxTypeProvider>().get(
		"/api/export",
		{
			config: { need: ["export", "messages"], audit: "export", veiled: true },
			schema: {
				summary: "The found messages as CSV, JSON Lines or log lines",
				querystring: ExportQuerySchema,
			},
		},
		async (request, reply) => {
			const { format = "csv", limit = LIMIT_DEFAULT, lang = "en", zone: asked } = request.query;
			const viewer = theViewer(request);
			const hidden = veilFor(viewer);
			if (format === "log" && hidden && (!hidden.lines || hidden.masked))
				throw new HubError("not-allowed", "Log lines show whole addresses, which this account may not see.");
			const asker: Asker = {
				now: now(),
				zone: viewerZone(asked, zone),
				lang,
				...(viewer.domains && { scope: viewer.domains }),
				signal: endedSignal(reply),
			};
			refuseGuessing(parseQuery(request.query.q ?? "", asker), asker.scope);
			const question = await readQuestion(reads(), request.query, asker);
			const texts = rows(ask, question, {
				format,
				limit,
				seen: (journey) => (hidden ? (veil(journey, hidden) as Journey) : journey),
				mayGoOn: () => stillValid(people, viewer, now()),
			});
			reply.header("content-type", TYPES[format]);
			reply.header("content-disposition", `attachment; filename="mailtrail.${format}"`);
			return reply.send(Readable.from(texts, { highWaterMark: 16 }));
		},
	);
}

interface Export {
	format: Format;
	limit: number;
	/** a journey as this viewer may see it */
	seen: (journey: Journey) => Journey;
	/** false: what opened this download does so no longer */
	mayGoOn: () => Promise<boolean>;
}

/** Throws in the midst of it where the viewer was shut out: the download breaks off, and is not taken for whole. */
async function* rows(
	ask: Ask,
	{ query, asker }: Question,
	{ format, limit, seen, mayGoOn }: Export,
): AsyncGenerator<string> {
	const { lang, scope, signal } = asker;
	if (format === "csv") yield `${COLUMNS.join(",")}\r\n`;
	let cursor: PageCursor | undefined;
	for (let given = 0; given < limit; ) {
		if (!(await mayGoOn())) throw new HubError("not-signed-in");
		const request: FindRequest = { query, lang, scope, cursor, limit: Math.min(AT_ONCE, limit - given) };
		const page = await ask("found", request, signal);
		for (const found of page.journeys) {
			const journey = seen(diagnoseJourney(found, lang));
			if (format === "jsonl") yield `${JSON.stringify(journey)}\n`;
			else if (format === "csv") yield csvRows(journey);
			else yield await logLines(ask, journey);
		}
		given += page.journeys.length;
		if (!page.cursor) return;
		cursor = page.cursor;
	}
}

const COLUMNS = [
	"submittedAt",
	"sender",
	"recipient",
	"original",
	"outcome",
	"at",
	"cause",
	"reason",
	"host",
	"queueId",
	"relay",
	"reply",
	"messageId",
	"size",
	"subject",
	"journey",
] as const;

function csvRows(journey: Journey): string {
	return journey.recipients
		.map((recipient) => {
			const { path, attempts, diagnosis, reply } = recipient;
			const last = path.at(-1);
			const relay = attempts.at(-1)?.relay;
			const said = reply && [reply.code, reply.enhanced, reply.text].filter(Boolean).join(" ");
			const cells: Record<(typeof COLUMNS)[number], string | number | undefined> = {
				submittedAt: journey.submittedAt,
				sender: journey.sender,
				recipient: recipient.recipient,
				original: recipient.original,
				outcome: journey.kind === "refused" ? "refused" : recipient.outcome,
				at: recipient.at,
				cause: diagnosis?.cause,
				reason: diagnosis?.reason,
				host: last?.host,
				queueId: last?.queueId,
				relay: relay?.name ?? relay?.ip,
				reply: said,
				messageId: journey.messageIds[0],
				size: journey.size,
				subject: journey.subject,
				journey: journey.id,
			};
			return `${COLUMNS.map((name) => cell(cells[name])).join(",")}\r\n`;
		})
		.join("");
}

/**
 * RFC 4180; what a spreadsheet would take for a formula is text: log text is chosen by strangers. The wide signs are those of
 * Japanese input, which spreadsheets read as the narrow ones (OWASP, CSV Injection).
 */
function cell(value: string | number | undefined): string {
	if (value === undefined) return "";
	const text =
		typeof value === "string" && /^\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|^[\t\r\n]/.test(value)
			? `'${value}`
			: String(value);
	return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Every line that the journey names, in time order, as it was. */
async function logLines(ask: Ask, journey: Journey): Promise<string> {
	const refs = new Set(journey.recipients.flatMap(({ path }) => path.flatMap(({ lines }) => lines)));
	return (await ask("lines", [...refs])).map(({ raw }) => `${raw}\n`).join("");
}
