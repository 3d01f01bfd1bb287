/** The same question to a running hub: search, then the journeys of the rows found. Every refusal says what to do. */
import type { Journey } from "@mailtrail/core/trace";
import type { JourneyAnswer, SearchAnswer } from "@mailtrail/core/wire";
import { HubFailed } from "../failure.ts";
import { TIMEOUT_MS, why } from "../hub/hub-client.ts";

const PAGE = 200;

export interface Hub {
	url: string;
	token?: string;
}

export interface HubAnswer {
	/** newest first, as the hub has them */
	journeys: Journey[];
	lines: Map<string, string>;
	total: number;
	problems: string[];
}

export async function askHub(hub: Hub, text: string, limit: number, lang: "en" | "ja"): Promise<HubAnswer> {
	const answer: HubAnswer = { journeys: [], lines: new Map(), total: 0, problems: [] };
	let cursor: string | undefined;
	do {
		const page = await search(hub, text, Math.min(PAGE, limit - answer.journeys.length), lang, cursor);
		answer.total = page.total;
		answer.problems = page.problems;
		for (const row of page.rows) {
			const { journey, lines } = await get<JourneyAnswer>(
				hub,
				`/api/journeys/${encodeURIComponent(row.id)}?lang=${lang}`,
			);
			answer.journeys.push(journey as Journey);
			for (const line of lines) answer.lines.set(line.ref, line.raw);
		}
		cursor = page.cursor;
	} while (cursor !== undefined && answer.journeys.length < limit);
	return answer;
}

function search(
	hub: Hub,
	q: string,
	limit: number,
	lang: string,
	cursor: string | undefined,
): Promise<SearchAnswer> {
	const parameters = new URLSearchParams({
		q,
		limit: String(limit),
		lang,
		zone: Intl.DateTimeFormat().resolvedOptions().timeZone,
		...(cursor === undefined ? {} : { cursor }),
	});
	return get(hub, `/api/search?${parameters}`);
}

async function get<T>(hub: Hub, path: string): Promise<T> {
	const headers = hub.token === undefined ? {} : { authorization: `Bearer ${hub.token}` };
	let response: Response;
	try {
		response = await fetch(`${hub.url.replace(/\/+$/, "")}${path}`, {
			headers,
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
	} catch (error) {
		throw new HubFailed(
			`${hub.url}: cannot be reached (${why(error)}); check the address and that the hub runs`,
		);
	}
	if (response.status === 401 || response.status === 403) {
		throw new HubFailed(`${hub.url}: refused; set MAILTRAIL_TOKEN to a token that this hub gave out`);
	}
	const body: unknown = await response.json().catch(() => undefined);
	if (!response.ok) throw new HubFailed(`${hub.url}: answered ${response.status}${wordsOf(body)}`);
	if (body === undefined)
		throw new HubFailed(`${hub.url}: gave no JSON; is this the address of a Mailtrail hub?`);
	return body as T;
}

function wordsOf(body: unknown): string {
	const message = body && typeof body === "object" && "message" in body ? body.message : undefined;
	return typeof message === "string" ? `: ${message}` : "";
}
