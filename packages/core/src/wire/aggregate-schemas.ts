/**
 * Hub → browser and command line over HTTP: figures over many messages, what to type next, raw lines, export, the store.
 * Counted are recipients: one for each address of each message, by what it ended as so far. A hand-over between two watched
 * hosts is no end and is not counted; nor is the way into a filter on the same host. Every answer says how it was counted:
 * `exact`, or over the newest `counted` that were looked at (shares hold then, totals are "at least").
 */
import Type, { type Static } from "typebox";
import { JourneyRowSchema, LineSchema } from "./api-schemas.ts";
import { opt, Text } from "./schema-parts.ts";

const Count = Type.Integer({ minimum: 0 });

/** What a recipient ended as: one of `OUTCOMES`, or `refused` for one turned away before any queue. Zeros are left out. */
export const OutcomeCountsSchema = Type.Record(Type.String(), Count);

/** A value of a field with its count; `query` is the term that asks for exactly these. */
export const CountedSchema = Type.Object({
	value: Text,
	n: Count,
	query: Text,
	/** a cause in the reader's words */
	title: opt(Text),
});

/** seconds; a percentile is the upper end of its class, classes are a fifth of their value wide */
export const PercentilesSchema = Type.Object({ p50: Type.Number(), p90: Type.Number(), p99: Type.Number() });

/** How an answer was counted, and over what. */
const Basis = {
	/** ISO 8601, the span that was counted: what was asked for, cut to what is stored */
	from: Text,
	until: Text,
	/** messages (one host's stay each) that were looked at, or that the kept sums stand for */
	counted: Count,
	exact: Type.Boolean(),
	/** milliseconds in the hub */
	took: Type.Number(),
	/** words of the question that were not understood */
	problems: Type.Array(Text),
};

/**
 * Of all requests below. `since` and `until` as in the search box (`2h`, `yesterday`, ISO 8601); a `since:` or `until:` in `q`
 * narrows them further. Default: the last 24 hours.
 */
const Span = {
	since: opt(Type.String({ maxLength: 64 })),
	until: opt(Type.String({ maxLength: 64 })),
	/** the language of the search box */
	q: opt(Type.String({ maxLength: 4096 })),
	/** the viewer's IANA zone; default: the hub's */
	zone: opt(Type.String({ maxLength: 64 })),
	lang: opt(Type.Enum(["en", "ja"])),
};

/** `GET /api/volume`: recipients over time, by the message's arrival */
export const VolumeQuerySchema = Type.Object({
	...Span,
	/** about how many steps; the step is a round one: a minute, five, an hour … */
	steps: opt(Type.Integer({ minimum: 2, maximum: 500, default: 60 })),
});
export const VolumeAnswerSchema = Type.Object({
	...Basis,
	/** seconds */
	step: Type.Integer(),
	/** every step of the span, empty ones too; `at` is its beginning */
	buckets: Type.Array(Type.Object({ at: Text, outcomes: OutcomeCountsSchema })),
});

/** `GET /api/facets?q=`: what the found messages have in common, each with the term that narrows the search to it */
export const FacetsQuerySchema = Type.Object({
	...Span,
	/** values for each field */
	limit: opt(Type.Integer({ minimum: 1, maximum: 50, default: 8 })),
});
export const FACETS = ["outcome", "sender-domain", "recipient-domain", "host", "cause"] as const;
export const FacetsAnswerSchema = Type.Object({
	...Basis,
	facets: Type.Array(
		Type.Object({
			facet: Type.Enum([...FACETS]),
			values: Type.Array(CountedSchema),
			/** further values that are not listed */
			more: Count,
		}),
	),
});

/** one destination, or one host's way to it, in a span */
const Figures = {
	/** recipients that a try was made for */
	recipients: Count,
	/** what the tries of the span came to: `accepted`, `delayed`, `failed` */
	results: Type.Object({ accepted: Count, delayed: Count, failed: Count }),
	/** seconds from the message's arrival at the host to its acceptance */
	delay: opt(PercentilesSchema),
};
/** `GET /api/destinations`: domain × host, the worst first */
export const DestinationsQuerySchema = Type.Object({
	...Span,
	/** one row a domain and host (`host`), or one a domain (`domain`) */
	by: opt(Type.Enum(["host", "domain"])),
	domain: opt(Type.String({ maxLength: 255 })),
	host: opt(Type.String({ maxLength: 255 })),
	/** compare with the span of the same length that ended so many hours earlier: 24, 168 */
	compare: opt(Type.Integer({ minimum: 1, maximum: 8784 })),
	sort: opt(Type.Enum(["trouble", "volume", "delay", "domain"])),
	limit: opt(Type.Integer({ minimum: 1, maximum: 1000, default: 100 })),
});
export const DestinationRowSchema = Type.Object({
	domain: Text,
	/** absent with `by=domain` */
	host: opt(Text),
	...Figures,
	/** where the time went: before the queue manager, in the queue, connecting, transmitting */
	stages: opt(
		Type.Object({
			before: PercentilesSchema,
			queue: PercentilesSchema,
			connect: PercentilesSchema,
			transmit: PercentilesSchema,
		}),
	),
	/** why tries were not accepted, the most frequent first */
	causes: Type.Array(Type.Object({ cause: Text, title: Text, n: Count, query: Text })),
	/** tries over the span in equal steps */
	trend: Type.Array(Type.Object({ at: Text, accepted: Count, delayed: Count, failed: Count })),
	/** accepted tries over TLS, of those where the log says whether */
	tls: opt(Type.Object({ encrypted: Count, of: Count })),
	/** whom the host spoke to, the most frequent first */
	relays: Type.Array(Text),
	/** ISO 8601, the newest try and the newest accepted one */
	lastAt: Text,
	lastAcceptedAt: opt(Text),
	/** the same figures in the span that it is compared with */
	before: opt(Type.Object(Figures)),
});
export const DestinationsAnswerSchema = Type.Object({
	...Basis,
	compared: opt(Type.Object({ from: Text, until: Text })),
	/** seconds of one step of `trend` */
	step: Type.Integer(),
	rows: Type.Array(DestinationRowSchema),
	/** rows that are not listed */
	more: Count,
});

/** `GET /api/flow`: who hands mail to whom */
export const FlowQuerySchema = Type.Object({
	...Span,
	/** origins and destinations beside the hosts, the largest; the rest of each side is one node `*` */
	limit: opt(Type.Integer({ minimum: 1, maximum: 200, default: 20 })),
});
export const FlowAnswerSchema = Type.Object({
	...Basis,
	nodes: Type.Array(
		Type.Object({
			/** `host:NAME`, `destination:DOMAIN`, `origin:NAME` */
			id: Text,
			kind: Type.Enum(["origin", "host", "destination"]),
			/** a host's name, a domain, a client's name or address; `local` for mail made on the host, `*` for the rest */
			name: Text,
			/** recipients that came through */
			n: Count,
		}),
	),
	edges: Type.Array(
		Type.Object({
			from: Text,
			to: Text,
			n: Count,
			/** of tries from a host: `accepted`, `delayed`, `failed`; of an origin: what the mail ended as on that host */
			outcomes: OutcomeCountsSchema,
			/** the most frequent cause of what was not accepted */
			cause: opt(Text),
		}),
	),
});

/** `GET /api/overview`: the figures of a dashboard */
export const OverviewQuerySchema = Type.Object({
	...Span,
	limit: opt(Type.Integer({ minimum: 1, maximum: 100, default: 10 })),
});
const TopSchema = Type.Array(
	Type.Object({ value: Text, messages: Count, outcomes: OutcomeCountsSchema, query: Text }),
);
export const OverviewAnswerSchema = Type.Object({
	...Basis,
	totals: Type.Object({
		messages: Count,
		outcomes: OutcomeCountsSchema,
		/** tries that were put off */
		deferrals: Count,
		bytes: Type.Number(),
	}),
	/** seconds from arrival to acceptance, on one host */
	delay: opt(PercentilesSchema),
	tls: opt(Type.Object({ encrypted: Count, of: Count })),
	senders: TopSchema,
	recipients: TopSchema,
	/** who signed in to send: a jump here is a stolen account */
	saslUsers: TopSchema,
	clients: TopSchema,
	causes: Type.Array(Type.Object({ cause: Text, title: Text, n: Count, query: Text })),
	/** recipients turned away before any queue, by why */
	refusals: Type.Array(Type.Object({ cause: Text, title: Text, n: Count, query: Text })),
	hosts: Type.Array(Type.Object({ host: Text, messages: Count, outcomes: OutcomeCountsSchema })),
	/** what waits now, where a host lets it be asked for */
	queues: Type.Array(
		Type.Object({ host: Text, messages: opt(Count), oldestAt: opt(Text), error: opt(Text) }),
	),
});

/** `GET /api/related?cause=`: who else has this, and since when */
export const RelatedQuerySchema = Type.Object({
	...Span,
	cause: Type.String({ minLength: 1, maxLength: 128 }),
	domain: opt(Type.String({ maxLength: 255 })),
	host: opt(Type.String({ maxLength: 255 })),
	/** the journey that is being looked at: left out of `rows` */
	not: opt(Type.String({ maxLength: 1024 })),
	limit: opt(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
});
export const RelatedAnswerSchema = Type.Object({
	...Basis,
	cause: Text,
	title: Text,
	/** tries with this cause */
	tries: Count,
	firstAt: opt(Text),
	lastAt: opt(Text),
	destinations: Type.Array(CountedSchema),
	hosts: Type.Array(CountedSchema),
	/** the newest of them */
	rows: Type.Array(JourneyRowSchema),
	/** the search that lists them all */
	query: Text,
});

/** `GET /api/complete?prefix=`: the last word of the search box, continued by what is stored */
export const CompleteQuerySchema = Type.Object({
	/** the word as typed, a field name and all: `to:foo@exa`, `-cause:gr`, `exam` */
	prefix: Type.String({ maxLength: 256 }),
	limit: opt(Type.Integer({ minimum: 1, maximum: 50, default: 10 })),
	lang: opt(Type.Enum(["en", "ja"])),
});
export const CompleteAnswerSchema = Type.Object({
	suggestions: Type.Array(
		Type.Object({
			/** what the word becomes */
			word: Text,
			/** what it is: a query field name, or `field` for the name of a field itself */
			field: Text,
			value: Text,
			/** what it means, in the reader's language: a cause's title, a field's purpose */
			text: opt(Text),
		}),
	),
	took: Type.Number(),
});

/** `GET /api/hosts/:host/lines`: the raw lines of a host, the newest first */
export const HostLinesQuerySchema = Type.Object({
	source: opt(Type.String({ maxLength: 1024 })),
	/** lines that contain this, letters' case ignored */
	contains: opt(Type.String({ maxLength: 256 })),
	/** only lines of this kind of event: `unparsed`, `problem`, `delivery` … */
	kind: opt(Type.String({ maxLength: 32 })),
	cursor: opt(Type.String({ maxLength: 4096 })),
	limit: opt(Type.Integer({ minimum: 1, maximum: 1000, default: 200 })),
});
export const HostLinesAnswerSchema = Type.Object({
	lines: Type.Array(Type.Object({ ...LineSchema.properties, kind: Text })),
	/** older lines; present too where the time was over before `limit` lines were found */
	cursor: opt(Text),
	took: Type.Number(),
});

/** `GET /api/export`: the found messages as a download, streamed, newest first */
export const EXPORT_FORMATS = ["csv", "jsonl", "log"] as const;
export const ExportQuerySchema = Type.Object({
	...Span,
	/** a row a recipient (`csv`), a journey a line (`jsonl`), or the log lines of the messages as they were (`log`) */
	format: opt(Type.Enum([...EXPORT_FORMATS])),
	/** messages at the most */
	limit: opt(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 100_000 })),
});

/** `GET /api/store`: what is kept, how much room it takes, what is damaged */
export const StoreAnswerSchema = Type.Object({
	bytes: Type.Number(),
	/** free on the disk */
	free: opt(Type.Number()),
	lines: Count,
	/** ISO 8601, the oldest and the newest line kept */
	from: opt(Text),
	until: opt(Text),
	slices: Type.Array(
		Type.Object({
			name: Text,
			bytes: Type.Number(),
			lines: Count,
			from: opt(Text),
			until: opt(Text),
			/** `hops-only`: its raw lines went earlier, by the rule for lines */
			state: Type.Enum(["open", "closed", "hops-only"]),
		}),
	),
	/** files that could not be read and were set aside; the rest serves */
	damaged: Type.Array(Type.Object({ name: Text, at: Text, reason: Text })),
	retention: Type.Object({
		days: opt(Type.Number()),
		lineDays: opt(Type.Number()),
		maxBytes: opt(Type.Number()),
	}),
	/** slices that an earlier version of the hub has read: they serve as they are, and are read anew one by one; absent: none */
	earlierView: opt(Count),
	/** nothing can be written now, and why: agents wait and lose nothing */
	full: opt(Type.Object({ since: Text, text: Text })),
});

export type VolumeQuery = Static<typeof VolumeQuerySchema>;
export type VolumeAnswer = Static<typeof VolumeAnswerSchema>;
export type FacetsQuery = Static<typeof FacetsQuerySchema>;
export type FacetsAnswer = Static<typeof FacetsAnswerSchema>;
export type DestinationsQuery = Static<typeof DestinationsQuerySchema>;
export type DestinationRow = Static<typeof DestinationRowSchema>;
export type DestinationsAnswer = Static<typeof DestinationsAnswerSchema>;
export type FlowQuery = Static<typeof FlowQuerySchema>;
export type FlowAnswer = Static<typeof FlowAnswerSchema>;
export type OverviewQuery = Static<typeof OverviewQuerySchema>;
export type OverviewAnswer = Static<typeof OverviewAnswerSchema>;
export type RelatedQuery = Static<typeof RelatedQuerySchema>;
export type RelatedAnswer = Static<typeof RelatedAnswerSchema>;
export type CompleteQuery = Static<typeof CompleteQuerySchema>;
export type CompleteAnswer = Static<typeof CompleteAnswerSchema>;
export type HostLinesQuery = Static<typeof HostLinesQuerySchema>;
export type HostLinesAnswer = Static<typeof HostLinesAnswerSchema>;
export type ExportQuery = Static<typeof ExportQuerySchema>;
export type StoreAnswer = Static<typeof StoreAnswerSchema>;
