/** Hub → browser and command line over HTTP: every request and answer. The OpenAPI document is made from these. */
import Type, { type Static } from "typebox";
import { CheckRequestSchema, FindingSchema } from "../check/index.ts";
import { OUTCOMES } from "../trace/journey/journey.ts";
import { HealthFactsSchema, LossSchema, STALL_CAUSES } from "./agent-messages.ts";
import { QueueSchema } from "./queue.ts";
import { PERMISSIONS, TestMailRequestSchema } from "./commands.ts";
import { opt, Text } from "./schema-parts.ts";

const Endpoint = Type.Object({ name: opt(Text), ip: opt(Text), port: opt(Type.Integer()) });
const Relay = Type.Object({ name: opt(Text), ip: opt(Text), port: opt(Type.Integer()), path: opt(Text) });
const Reply = Type.Object({
	code: opt(Type.Integer()),
	enhanced: opt(Text),
	text: Text,
	host: opt(Endpoint),
	command: opt(Text),
});
export const OutcomeSchema = Type.Enum([...OUTCOMES]);

export const DiagnosisSchema = Type.Object({
	cause: Text,
	reason: Text,
	permanent: Type.Boolean(),
	retryHelps: Type.Boolean(),
	actor: Text,
	title: Text,
	explanation: Text,
	steps: Type.Array(Text),
	facts: opt(Type.Array(Text)),
	links: Type.Array(Type.Object({ href: Text, text: Text })),
	evidence: Type.Array(Text),
	confidence: Type.Enum(["proven", "likely"]),
	rule: Text,
	replyCode: opt(Type.Integer()),
	status: opt(Text),
});

const StopSchema = Type.Object({
	host: Text,
	mta: Text,
	instance: opt(Text),
	queueId: opt(Text),
	receivedAt: opt(Text),
	leftAt: opt(Text),
	size: opt(Type.Number()),
	lines: Type.Array(Text),
	link: opt(
		Type.Object({ via: Text, confidence: Type.Enum(["proven", "likely"]), evidence: Type.Array(Text) }),
	),
});
const AttemptSchema = Type.Object({
	at: Text,
	host: Text,
	queueId: opt(Text),
	relay: opt(Relay),
	transport: opt(Text),
	status: opt(Text),
	action: opt(Text),
	dsn: opt(Text),
	delay: opt(Type.Number()),
	delays: opt(Type.Array(Type.Number())),
	reply: opt(Reply),
	reason: opt(Text),
	remoteId: opt(Text),
	line: opt(Text),
	refusal: opt(
		Type.Object({
			journeyId: Text,
			host: Text,
			line: Text,
			confidence: Type.Enum(["proven", "likely"]),
		}),
	),
	replyLine: opt(Text),
});
export const JourneySchema = Type.Object({
	id: Text,
	kind: Type.Enum(["message", "refused"]),
	messageIds: Type.Array(Text),
	sender: opt(Text),
	subject: opt(Text),
	client: opt(Endpoint),
	sasl: opt(Type.Object({ method: opt(Text), username: opt(Text) })),
	uid: opt(Type.Integer()),
	submittedAt: opt(Text),
	size: opt(Type.Number()),
	recipients: Type.Array(
		Type.Object({
			recipient: Text,
			original: Text,
			outcome: OutcomeSchema,
			mailbox: opt(Text),
			at: opt(Text),
			reply: opt(Reply),
			path: Type.Array(StopSchema),
			attempts: Type.Array(AttemptSchema),
			diagnosis: opt(DiagnosisSchema),
			nextTry: opt(Type.Object({ at: opt(Text), givenUpAt: Text })),
		}),
	),
	bounces: Type.Array(Type.Object({ journeyId: Text, recipient: opt(Text), childQueueId: Text })),
	answers: opt(
		Type.Array(
			Type.Object({ journeyId: Text, recipient: Text, confidence: Type.Enum(["proven", "likely"]) }),
		),
	),
	parent: opt(Type.Object({ journeyId: Text, why: Text })),
	notices: Type.Array(Type.Object({ code: Text, text: Text })),
});

/** One row of Find and Live: enough to read what happened without opening it. */
export const JourneyRowSchema = Type.Object({
	/** of the journey: its first hop */
	id: Text,
	kind: Type.Enum(["message", "refused"]),
	/** ISO 8601, when the first host took it */
	at: Text,
	/** ISO 8601, the newest line */
	updatedAt: Text,
	sender: opt(Text),
	/** the first three, those asked about before the others; `recipientCount` tells how many there are */
	recipients: Type.Array(Type.Object({ recipient: Text, outcome: OutcomeSchema, mailbox: opt(Text) })),
	recipientCount: Type.Integer(),
	/** how many of them the question is about, where it is not about all: of these the row tells */
	asked: opt(Type.Integer()),
	/** how many recipients ended how, absent outcomes left out */
	outcomes: Type.Record(Type.String(), Type.Integer()),
	/** the worst of them: failed, delayed, unknown, quarantined, discarded, relayed, delivered */
	outcome: OutcomeSchema,
	/** the stops of the recipient whose outcome this is, in travel order */
	stops: Type.Array(Type.Object({ host: Text, mta: Text, queueId: opt(Text) })),
	messageId: opt(Text),
	size: opt(Type.Number()),
	/** of the worst recipient */
	cause: opt(Text),
	title: opt(Text),
	permanent: opt(Type.Boolean()),
	/** of a refusal: the journey of a message whose try met it, which tells the same */
	answers: opt(Text),
	/** tries of the host where the worst-off recipient stands */
	attempts: Type.Integer(),
	/** seconds from submission to the last delivery */
	delay: opt(Type.Number()),
});

/** `GET /api/search?q=…&limit=&cursor=&lang=` */
export const SearchQuerySchema = Type.Object({
	q: Type.Optional(Type.String({ maxLength: 4096 })),
	limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
	cursor: Type.Optional(Type.String({ maxLength: 256 })),
	lang: Type.Optional(Type.Enum(["en", "ja"])),
	/** the viewer's IANA zone, for dates without one in the query; default: the hub's */
	zone: Type.Optional(Type.String({ maxLength: 64 })),
});
export const SearchAnswerSchema = Type.Object({
	rows: Type.Array(JourneyRowSchema),
	/** hand it back for older rows; absent on the last page */
	cursor: opt(Text),
	/** counted up to 10 000; `totalExact` false: at least so many */
	total: Type.Integer(),
	totalExact: Type.Boolean(),
	/** older mail than this was not looked through yet: the time for an answer ended before the page was full */
	lookedBackTo: opt(Text),
	/** milliseconds in the hub */
	took: Type.Number(),
	/** what the box was understood as */
	terms: Type.Array(Type.Object({ field: Text, value: Text, negated: Type.Boolean() })),
	/** words that were not understood, with what to write instead */
	problems: Type.Array(Text),
	coverage: Type.Object({
		hosts: Type.Integer(),
		connected: Type.Integer(),
		/** hosts without an agent of which lines are stored, which are answered from too */
		imported: Type.Integer(),
		notices: Type.Array(Type.Object({ host: Text, code: Text, text: Text })),
	}),
});

/** `GET /api/journeys/:id?lang=`, `GET /api/lines?ref=…&ref=…` */
export const LineSchema = Type.Object({
	ref: Text,
	host: Text,
	source: Text,
	/** bytes from the start of the source's generation */
	offset: Type.Integer(),
	at: opt(Text),
	raw: Text,
});
export const JourneyAnswerSchema = Type.Object({
	journey: JourneySchema,
	/** every line that the journey names, in time order */
	lines: Type.Array(LineSchema),
});

/** a mail queue, also the answer of `POST /api/queues`; `oldestAt` in ISO 8601 */
export const QueueAnswerSchema = Type.Object({ ...QueueSchema.properties, oldestAt: opt(Text) });
export type QueueAnswer = Static<typeof QueueAnswerSchema>;

/** `GET /api/hosts` */
export const HostSchema = Type.Object({
	host: Text,
	agent: Text,
	connected: Type.Boolean(),
	/** what its own file lets a hub ask for; known while it is connected */
	allow: opt(Type.Array(Type.Enum([...PERMISSIONS]))),
	version: opt(Text),
	/** ISO 8601 */
	lastSeenAt: opt(Text),
	/** seconds that the host's clock is ahead of the hub's */
	clockAhead: opt(Type.Number()),
	lines: Type.Integer(),
	unparsed: Type.Integer(),
	memory: opt(Type.Integer()),
	/** where the host lets it be asked for */
	queue: opt(QueueAnswerSchema),
	sources: Type.Array(
		Type.Object({
			source: Text,
			/** bytes not yet committed */
			lag: opt(Type.Integer()),
			lastLineAt: opt(Text),
			error: opt(Text),
			/** the log is not written any more: why, and since when (ISO 8601) */
			stall: opt(Type.Object({ cause: Type.Enum([...STALL_CAUSES]), since: Text })),
		}),
	),
	gaps: Type.Array(
		Type.Object({
			at: Text,
			source: Text,
			bytes: Type.Integer(),
			reason: Text,
			/** between which times the missing lines were written, as far as known */
			from: Type.Optional(Text),
			until: Type.Optional(Text),
		}),
	),
	/** `at` in ISO 8601 */
	losses: opt(Type.Array(Type.Object({ ...LossSchema.properties, at: Text }))),
	...HealthFactsSchema.properties,
});
/** `GET /api/agents/files`: what the hub hands out at /agent-files/NAME */
export const AgentFileSchema = Type.Object({ name: Text, size: Type.Integer(), sha256: Text });
export const AgentFilesSchema = Type.Object({ files: Type.Array(AgentFileSchema) });
/** a host of which lines are stored and that no agent watches */
export const ImportedHostSchema = Type.Object({
	host: Text,
	lines: Type.Integer(),
	unparsed: Type.Integer(),
	/** ISO 8601: the last that is known of its newest message */
	newestAt: opt(Text),
});
export const HostsAnswerSchema = Type.Object({
	hosts: Type.Array(HostSchema),
	imported: Type.Array(ImportedHostSchema),
	/** what is shown is a recording */
	sample: Type.Boolean(),
	/** it was loaded by `POST /api/sample`, and goes by `DELETE` */
	sampleLoaded: opt(Type.Boolean()),
});

/** `POST /api/checks?lang=`: a reach test from one host that runs an agent, or from the hub itself (`from` left out) */
export const CheckQuestionSchema = Type.Object({ from: opt(Text), ...CheckRequestSchema.properties });
export const CheckAnswerSchema = Type.Object({
	target: Text,
	/** the host that made the test; the hub's machine name where the hub did */
	from: Text,
	/** ISO 8601 */
	at: Text,
	steps: Type.Array(
		Type.Object({
			...FindingSchema.properties,
			/** the finding in words */
			detail: Text,
		}),
	),
	verdict: DiagnosisSchema,
});

/** `POST /api/test-mails`: a message of ours, handed to the mail system of a host whose agent allows it */
export const TestMailQuestionSchema = Type.Object({ from: Text, ...TestMailRequestSchema.properties });

/** `GET /api/audit`: who asked for what, newest first */
export const AuditEntrySchema = Type.Object({
	/** grows with every entry */
	id: opt(Type.Integer()),
	/** ISO 8601 */
	at: Text,
	who: Text,
	action: Text,
	/** what it was about */
	detail: Text,
	/** how it went: `done`, or why not */
	result: Text,
	/** the address that it came from */
	from: opt(Text),
});

/** every error: a stable code and what to do */
export const ErrorSchema = Type.Object({ code: Text, message: Text });

export type JourneyRow = Static<typeof JourneyRowSchema>;
export type SearchQuery = Static<typeof SearchQuerySchema>;
export type SearchAnswer = Static<typeof SearchAnswerSchema>;
export type JourneyAnswer = Static<typeof JourneyAnswerSchema>;
export type LineAnswer = Static<typeof LineSchema>;
export type HostAnswer = Static<typeof HostSchema>;
export type AgentFile = Static<typeof AgentFileSchema>;
export type AgentFilesAnswer = Static<typeof AgentFilesSchema>;
export type ImportedHost = Static<typeof ImportedHostSchema>;
export type HostsAnswer = Static<typeof HostsAnswerSchema>;
export type CheckQuestion = Static<typeof CheckQuestionSchema>;
export type CheckAnswer = Static<typeof CheckAnswerSchema>;
export type TestMailQuestion = Static<typeof TestMailQuestionSchema>;
export type AuditEntry = Static<typeof AuditEntrySchema>;
export type ErrorAnswer = Static<typeof ErrorSchema>;
