/**
 * Agent ⇄ hub: the whole protocol on one screen. JSON text messages over one WebSocket (`/agent`), version 1.
 * The agent says hello and signs the hub's nonce; the hub answers with the position of every source; the agent streams
 * batches; a batch is acknowledged only after events and position are committed together. Both sides ping. The hub may
 * give commands (`commands.ts`), to an agent whose hello allows them.
 */
import Type, { type Static } from "typebox";
import { CommandSchema, PERMISSIONS, ResultSchema } from "./commands.ts";
import { QueueSchema } from "./queue.ts";

export const PROTOCOL_VERSION = 1;
/** lines in one batch, and characters of one raw line, at the most */
export const BATCH_LINES_MAX = 500;
export const RAW_LENGTH_MAX = 65_536;

const Count = Type.Integer({ minimum: 0 });
const Name = Type.String({ minLength: 1, maxLength: 255 });

/**
 * A source is a file or a journal; a generation is one content of it (rotation, truncation and replacement start a new
 * one). Generations of one source sort as strings in the order in which they began: it decides between equal seconds.
 */
export const PositionSchema = Type.Object({
	source: Type.String({ minLength: 1, maxLength: 1024 }),
	generation: Type.String({ minLength: 1, maxLength: 64 }),
	/** bytes read and committed of this generation; for a journal, its cursor stands in `cursor` */
	offset: Count,
	cursor: Type.Optional(Type.String({ maxLength: 512 })),
	/** hash of the first `headBytes` of the generation: how a renamed or rotated file is known again */
	head: Type.Optional(Type.String({ maxLength: 128 })),
	headBytes: Type.Optional(Count),
	/** read to its end when nobody wrote to it any more: an archive of it need not be expanded again */
	complete: Type.Optional(Type.Boolean()),
});
export type Position = Static<typeof PositionSchema>;

/** One line: where it starts, and what core made of it. The event's `raw` is the line. */
export const WireLineSchema = Type.Object({
	offset: Count,
	event: Type.Object(
		{ kind: Type.String({ maxLength: 32 }), raw: Type.String({ maxLength: RAW_LENGTH_MAX }) },
		{ additionalProperties: true },
	),
});
export type WireLine = Static<typeof WireLineSchema>;

/** hub → agent, first on every connection */
export const ChallengeSchema = Type.Object({
	type: Type.Literal("challenge"),
	protocol: Type.Array(Type.Integer(), { minItems: 1 }),
	nonce: Type.String(),
});

/** agent → hub: who it is, proven by its Ed25519 key over `mailtrail-agent:1:NONCE:AGENT` (base64) */
export const HelloSchema = Type.Object({
	type: Type.Literal("hello"),
	protocol: Type.Integer(),
	agent: Name,
	host: Name,
	version: Type.String({ maxLength: 64 }),
	signature: Type.String({ maxLength: 256 }),
	/** epoch milliseconds by the agent's clock */
	clock: Type.Number(),
	sources: Type.Array(Type.String({ maxLength: 1024 }), { maxItems: 256 }),
	/** what its own file lets the hub ask for */
	allow: Type.Optional(Type.Array(Type.Enum([...PERMISSIONS]), { maxItems: PERMISSIONS.length })),
	/** the commands that this agent knows; absent: `check` and `testmail`. A newer one may know more */
	commands: Type.Optional(Type.Array(Type.String({ maxLength: 32 }), { maxItems: 32 })),
});

/** one enrolment per one-time token, over HTTP: `POST /api/agents/enrol` */
export const EnrolRequestSchema = Type.Object({
	token: Type.String({ minLength: 1, maxLength: 128 }),
	host: Name,
	/** Ed25519 public key, SPKI, base64 */
	publicKey: Type.String({ maxLength: 256 }),
});
export const EnrolResponseSchema = Type.Object({ agent: Name, host: Name });

export const REFUSALS = [
	"unknown-agent",
	"bad-signature",
	"revoked",
	"protocol-unsupported",
	"host-mismatch",
	"already-connected",
	"malformed",
	"too-large",
	"position-jumped",
	"hub-stopping",
] as const;

export const WelcomeSchema = Type.Object({
	type: Type.Literal("welcome"),
	protocol: Type.Integer(),
	positions: Type.Array(PositionSchema),
	/** epoch milliseconds by the hub's clock */
	clock: Type.Optional(Type.Number()),
});
/** final for this connection; `text` says what to do. `retry` false: do not come back without a person's hand. */
export const RefuseSchema = Type.Object({
	type: Type.Literal("refuse"),
	reason: Type.Enum([...REFUSALS]),
	text: Type.String(),
	retry: Type.Boolean(),
});

/** agent → hub: lines of one source and generation in order; `position` is reached when all are committed */
export const BatchSchema = Type.Object({
	type: Type.Literal("batch"),
	id: Count,
	/** offset at which the first line must start: the last committed one, or 0 */
	from: Count,
	position: PositionSchema,
	lines: Type.Array(WireLineSchema, { maxItems: BATCH_LINES_MAX }),
	/** lines or bytes that could not be read, and why; shown as a notice */
	gap: Type.Optional(
		Type.Object({
			bytes: Count,
			reason: Type.String({ maxLength: 512 }),
			/** epoch milliseconds by the agent's clock between which they were written, as far as known */
			from: Type.Optional(Type.Number()),
			until: Type.Optional(Type.Number()),
		}),
	),
});
export const AckSchema = Type.Object({ type: Type.Literal("ack"), id: Count });

/** why a log that is followed is not written any more, as far as can be seen from outside */
export const STALL_CAUSES = ["deleted", "replaced", "syslog-down", "disk-full", "not-written"] as const;
export type StallCause = (typeof STALL_CAUSES)[number];
export const StallSchema = Type.Object({
	cause: Type.Enum([...STALL_CAUSES]),
	/** epoch milliseconds of the last growth that was seen, or of the agent's start */
	since: Type.Number(),
});

/** Lines that the host's own logging threw away before anybody could read them. */
export const LossSchema = Type.Object({
	/** epoch milliseconds */
	at: Type.Number(),
	lines: Count,
	/** `journald`, `rsyslog` */
	by: Type.String({ maxLength: 32 }),
	/** whose lines: a unit, a program; empty where it does not say */
	of: Type.String({ maxLength: 255 }),
});
export type Loss = Static<typeof LossSchema>;

/** How an agent's work goes; an older one says nothing of it. */
export const HealthFactsSchema = Type.Object({
	/** since its start: read, of these of unknown shape, and kept on the host by its rules */
	read: Type.Optional(Type.Object({ lines: Count, bytes: Count, unparsed: Count, kept: Count })),
	/** bytes on disk for a hub that is away, how many there may be, and why it cannot be written */
	spool: Type.Optional(
		Type.Object({ bytes: Count, limit: Count, problem: Type.Optional(Type.String({ maxLength: 512 })) }),
	),
	/** percent of one processor, since the last report */
	cpu: Type.Optional(Type.Number({ minimum: 0 })),
	/** bytes that were waiting, those that still are, and for how many seconds at the pace so far */
	backlog: Type.Optional(
		Type.Object({ total: Count, left: Count, seconds: Type.Optional(Type.Number({ minimum: 0 })) }),
	),
	/** people leave the host as pseudonyms */
	pseudonyms: Type.Optional(Type.Boolean()),
});
export type HealthFacts = Static<typeof HealthFactsSchema>;
/** the source that losses come from, as gaps: it has no lines */
export const LOSS_SOURCE = "lost-lines";
/** of the newest losses, as many are told */
export const LOSSES_MAX = 20;

/** agent → hub, every few seconds: how it is */
export const HealthSchema = Type.Object({
	type: Type.Literal("health"),
	clock: Type.Number(),
	sources: Type.Array(
		Type.Object({
			source: Type.String({ maxLength: 1024 }),
			/** bytes between what is committed and the end of the file */
			lag: Count,
			size: Count,
			/** epoch milliseconds of the last line read; absent before the first */
			lastLineAt: Type.Optional(Type.Number()),
			error: Type.Optional(Type.String({ maxLength: 512 })),
			/** nobody writes it any more, while a mail server runs */
			stall: Type.Optional(StallSchema),
		}),
		{ maxItems: 256 },
	),
	memory: Count,
	/** where the agent's file allows `queue` and a mail server is there */
	queue: Type.Optional(QueueSchema),
	losses: Type.Optional(Type.Array(LossSchema, { maxItems: LOSSES_MAX })),
	...HealthFactsSchema.properties,
});

export const AgentMessageSchema = Type.Union([HelloSchema, BatchSchema, HealthSchema, ResultSchema]);
export const HubMessageSchema = Type.Union([
	ChallengeSchema,
	WelcomeSchema,
	RefuseSchema,
	AckSchema,
	CommandSchema,
]);
export type AgentMessage = Static<typeof AgentMessageSchema>;
export type HubMessage = Static<typeof HubMessageSchema>;
export type Hello = Static<typeof HelloSchema>;
export type Batch = Static<typeof BatchSchema>;
export type Health = Static<typeof HealthSchema>;
export type EnrolRequest = Static<typeof EnrolRequestSchema>;
export type EnrolResponse = Static<typeof EnrolResponseSchema>;
export type RefusalReason = (typeof REFUSALS)[number];

/** What the agent signs and the hub verifies. */
export function helloProof(nonce: string, agent: string): string {
	return `mailtrail-agent:${PROTOCOL_VERSION}:${nonce}:${agent}`;
}
