/**
 * The hub's HTTP API. Every failure is an `ApiError` of a closed set of kinds, so that each view can say what to do:
 * `away` (no answer), `signed-out` (401), `lost` (404), `refused` (anything else, with the hub's own words).
 */
import type {
	AgentFilesAnswer,
	CheckAnswer,
	CheckQuestion,
	CompleteAnswer,
	CompleteQuery,
	DestinationsAnswer,
	DestinationsQuery,
	ErrorAnswer,
	FacetsAnswer,
	FacetsQuery,
	FlowAnswer,
	FlowQuery,
	HostLinesAnswer,
	HostLinesQuery,
	HostsAnswer,
	JourneyAnswer,
	OverviewAnswer,
	OverviewQuery,
	QueueAnswer,
	RelatedAnswer,
	RelatedQuery,
	SearchAnswer,
	SessionAnswer,
	TestMailQuestion,
	TestMailReport,
	VolumeAnswer,
	VolumeQuery,
} from "@mailtrail/core/wire";
import { toAddress } from "./base.ts";
import { type Lang, viewerZone } from "./format.ts";
import { hubWords } from "./hub-words.ts";
import { readAnswer } from "./read-answer.ts";
import { settings } from "./text.svelte.ts";

export type ApiErrorKind = "away" | "signed-out" | "lost" | "refused";

export class ApiError extends Error {
	readonly kind: ApiErrorKind;
	readonly code: string;

	constructor(kind: ApiErrorKind, code: string, message: string) {
		super(message);
		this.kind = kind;
		this.code = code;
	}
}

/** A fresh one-time token. */
export interface EnrolToken {
	token: string;
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
	let response: Response;
	try {
		response = await fetch(toAddress(path), { credentials: "same-origin", ...init });
	} catch (cause) {
		if (init.signal?.aborted === true) throw cause;
		throw new ApiError("away", "hub-away", settings.t.state.awayTitle);
	}
	if (response.ok) return readAnswer(await response.text()) as T;
	throw await readError(response);
}

async function readError(response: Response): Promise<ApiError> {
	const answer: Partial<ErrorAnswer> = await response.json().catch(() => ({}));
	const code = answer.code ?? String(response.status);
	const said = answer.message ?? `${response.status} ${response.statusText}`;
	const message = await hubWords(code, said, settings.lang);
	if (response.status === 401) return new ApiError("signed-out", code, message);
	if (response.status === 404) return new ApiError("lost", code, message);
	// a proxy before a hub that is away
	if (response.status >= 502 && response.status <= 504) return new ApiError("away", code, message);
	return new ApiError("refused", code, message);
}

/** A change: what was asked of the hub, with or without a body. */
export function send<T = unknown>(
	method: "POST" | "PUT" | "PATCH" | "DELETE",
	path: string,
	body?: unknown,
): Promise<T> {
	// what was set off is finished although the page goes away
	return ask(path, { ...(body === undefined ? {} : post(body)), method, keepalive: true });
}

/** Any answer that needs no name of its own here. */
export function fetchAnswer<T>(path: string): Promise<T> {
	return ask(path);
}

function post(body: unknown): RequestInit {
	return {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify(body),
	};
}

/** A question to `GET path`: what is undefined or empty is left out, the viewer's zone stands for dates without one. */
function get<T>(path: string, question: Record<string, unknown>, signal?: AbortSignal): Promise<T> {
	const params = new URLSearchParams({ zone: viewerZone() });
	for (const [name, value] of Object.entries(question))
		if (value !== undefined && value !== "") params.set(name, String(value));
	return ask(`${path}?${params}`, { signal: signal ?? null });
}

export const api = {
	search(options: {
		q: string;
		lang: Lang;
		cursor?: string;
		limit?: number;
		signal?: AbortSignal;
	}): Promise<SearchAnswer> {
		const { lang, limit = 50 } = options;
		const params = new URLSearchParams({ lang, limit: String(limit), zone: viewerZone() });
		if (options.q !== "") params.set("q", options.q);
		if (options.cursor !== undefined) params.set("cursor", options.cursor);
		return ask(`/api/search?${params}`, { signal: options.signal ?? null });
	},
	/** `masked`: without the people in it, as the hub hands it on */
	journey(id: string, lang: Lang, masked: boolean, signal: AbortSignal): Promise<JourneyAnswer> {
		const params = new URLSearchParams({ lang, zone: viewerZone() });
		if (masked) params.set("masked", "1");
		return ask(`/api/journeys/${encodeURIComponent(id)}?${params}`, { signal });
	},
	/** the one journey that a link without an account opens; its key stands in no address (`SHARE_HEADER` of the hub). `again`: this page has asked before */
	shared(key: string, lang: Lang, again: boolean, signal: AbortSignal): Promise<JourneyAnswer> {
		const params = new URLSearchParams({ lang, zone: viewerZone() });
		if (again) params.set("again", "true");
		return ask(`/api/shared?${params}`, { signal, headers: { "x-mailtrail-share": key } });
	},
	session: () => ask<SessionAnswer>("/api/session"),
	related: (question: RelatedQuery, signal: AbortSignal) =>
		get<RelatedAnswer>("/api/related", question, signal),
	volume: (question: VolumeQuery, signal: AbortSignal) => get<VolumeAnswer>("/api/volume", question, signal),
	facets: (question: FacetsQuery, signal: AbortSignal) => get<FacetsAnswer>("/api/facets", question, signal),
	destinations: (question: DestinationsQuery, signal: AbortSignal) =>
		get<DestinationsAnswer>("/api/destinations", question, signal),
	flow: (question: FlowQuery, signal: AbortSignal) => get<FlowAnswer>("/api/flow", question, signal),
	overview: (question: OverviewQuery, signal: AbortSignal) =>
		get<OverviewAnswer>("/api/overview", question, signal),
	complete: (question: CompleteQuery, signal: AbortSignal) =>
		get<CompleteAnswer>("/api/complete", question, signal),
	/** a host's raw lines, newest first */
	hostLines: (host: string, question: HostLinesQuery, signal: AbortSignal) =>
		get<HostLinesAnswer>(`/api/hosts/${encodeURIComponent(host)}/lines`, question, signal),
	hosts(): Promise<HostsAnswer> {
		return ask("/api/hosts");
	},
	/** `pin`: this hub's address, whose certificate the token shall carry */
	enrolToken(pin?: string): Promise<EnrolToken> {
		return ask("/api/agents/tokens", post(pin === undefined ? {} : { pin }));
	},
	/** what the hub hands out of the agent */
	agentFiles(): Promise<AgentFilesAnswer> {
		return ask("/api/agents/files");
	},
	/** what waits in a host's mail queue, asked now */
	queueOf(from: string): Promise<QueueAnswer> {
		return ask("/api/queues", post({ from }));
	},
	/** shuts a host's agent out */
	revokeAgent(agent: string): Promise<unknown> {
		return ask(`/api/agents/${encodeURIComponent(agent)}/revoke`, post({}));
	},
	/** the way from one host, or without `from` from the hub, to a target */
	check(question: CheckQuestion, lang: Lang, signal: AbortSignal): Promise<CheckAnswer> {
		return ask(`/api/checks?lang=${lang}`, { ...post(question), signal });
	},
	/** hands a message of ours to a host's mail system */
	testMail(question: TestMailQuestion): Promise<TestMailReport> {
		return ask("/api/test-mails", post(question));
	},
};

/** What a view shows in place of its data. */
export function asApiError(cause: unknown): ApiError {
	return cause instanceof ApiError ? cause : new ApiError("refused", "unexpected", String(cause));
}
