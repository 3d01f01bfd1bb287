/**
 * Browser ⇄ hub, live: one WebSocket (`/live`). Every change has a sequence number; a browser that comes back says the
 * last one it has and gets what it missed, or a gap row where the hub no longer has it. A slow browser gets gaps, never
 * slows the hub.
 */
import Type, { type Static } from "typebox";
import { HostSchema, JourneyRowSchema } from "./api-schemas.ts";

/** browser → hub; a new one replaces the old. `after` is the last sequence number seen in `epoch`. */
export const SubscribeSchema = Type.Object({
	type: Type.Literal("subscribe"),
	/** the language of the search box */
	q: Type.Optional(Type.String({ maxLength: 4096 })),
	lang: Type.Optional(Type.Enum(["en", "ja"])),
	epoch: Type.Optional(Type.String({ maxLength: 64 })),
	after: Type.Optional(Type.Integer({ minimum: 0 })),
	/** the viewer's IANA zone, for dates without one in the query; default: the hub's */
	zone: Type.Optional(Type.String({ maxLength: 64 })),
});

/** hub → browser: the subscription stands; `rows` are the newest, newest first, when nothing was resumed */
export const SubscribedSchema = Type.Object({
	type: Type.Literal("subscribed"),
	/** one life of the hub: sequence numbers of another epoch mean nothing */
	epoch: Type.String(),
	seq: Type.Integer(),
	resumed: Type.Boolean(),
	rows: Type.Array(JourneyRowSchema),
	problems: Type.Array(Type.String()),
});
export const ChangeSchema = Type.Object({
	type: Type.Literal("change"),
	seq: Type.Integer(),
	row: JourneyRowSchema,
	/** ids of rows that turned out to be part of this journey */
	replaces: Type.Array(Type.String()),
});
/** changes that this browser was too slow for, or that the hub no longer has */
export const GapSchema = Type.Object({
	type: Type.Literal("gap"),
	from: Type.Integer(),
	to: Type.Integer(),
});
/** the hosts' state: on subscribe, on every change and every few seconds */
export const HostsSchema = Type.Object({ type: Type.Literal("hosts"), hosts: Type.Array(HostSchema) });

export const LiveMessageSchema = Type.Union([SubscribedSchema, ChangeSchema, GapSchema, HostsSchema]);
export type LiveMessage = Static<typeof LiveMessageSchema>;
export type Subscribe = Static<typeof SubscribeSchema>;
