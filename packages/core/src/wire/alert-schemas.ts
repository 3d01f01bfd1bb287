/**
 * Alerts over HTTP: rules, what they say now and said before, silences, and where word of them goes. A rule measures one
 * number per subject (a destination, a host, a sender …), fires when it stands over `threshold` for `holdMinutes` and
 * clears when it stands under `clear` for as long.
 */
import Type, { type Static } from "typebox";
import { Label, opt, Text } from "./schema-parts.ts";

/** What can be measured; the subject is what each alert is about. */
export const ALERT_KINDS = [
	/** percent of the tries towards a destination that were put off */
	"deferral-rate",
	/** percent of the tries towards a destination that were refused for good */
	"bounce-rate",
	/** destinations that say that a host of ours is on a block list */
	"block-listed",
	/** messages in a host's queue */
	"queue-growth",
	/** minutes since a host's log stopped being written */
	"log-silent",
	/** minutes since a host's agent was last connected */
	"agent-gone",
	/** days until a certificate ends; fires below the threshold */
	"certificate-ends",
	/** messages of one sender, or one signed-in user, in the window, as a multiple of what is usual for it */
	"sender-volume",
	"user-volume",
] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

const AlertKindSchema = Type.Enum([...ALERT_KINDS]);
const Minutes = (maximum: number) => Type.Integer({ minimum: 0, maximum });

/** what a person writes; `POST /api/alerts/rules`, `PUT /api/alerts/rules/:id` */
export const AlertRuleDraftSchema = Type.Object(
	{
		name: Label,
		enabled: Type.Boolean(),
		kind: AlertKindSchema,
		/** one destination, host, sender or target only, `*` at one end allowed; absent: every one */
		subject: opt(Type.String({ minLength: 1, maxLength: 320 })),
		threshold: Type.Number({ minimum: 0 }),
		/** hysteresis: back to quiet only here; absent: at the threshold */
		clear: opt(Type.Number({ minimum: 0 })),
		/** how far back each measurement looks */
		windowMinutes: Type.Integer({ minimum: 5, maximum: 1_440 }),
		/** how long it must stand before it fires, and before it clears */
		holdMinutes: Minutes(1_440),
		/** rates and volumes: fewer tries or messages than this say nothing */
		minimum: opt(Type.Integer({ minimum: 1, maximum: 1_000_000 })),
		/** ids of the channels that hear of it */
		channels: Type.Array(Text, { maxItems: 20 }),
		/** says it again while it lasts; 0: once */
		repeatHours: opt(Type.Integer({ minimum: 0, maximum: 168 })),
	},
	{
		examples: [
			{
				name: "A provider puts us off",
				enabled: true,
				kind: "deferral-rate",
				threshold: 50,
				clear: 20,
				windowMinutes: 30,
				holdMinutes: 10,
				minimum: 20,
				channels: [],
			},
		],
	},
);
export const AlertRuleSchema = Type.Object({
	id: Text,
	...AlertRuleDraftSchema.properties,
	createdAt: Text,
	/** alerts of this rule that stand now */
	firing: Type.Integer(),
});
/** `GET /api/alerts/rules` */
export const AlertRulesAnswerSchema = Type.Object({ rules: Type.Array(AlertRuleSchema) });

export const AlertSchema = Type.Object({
	id: Text,
	rule: Text,
	ruleName: Text,
	kind: AlertKindSchema,
	/** the destination, host, sender, user or target that it is about */
	subject: Text,
	/** the hosts concerned, where the kind has them */
	hosts: Type.Array(Text),
	state: Type.Enum(["firing", "cleared"]),
	/** ISO 8601 */
	since: Text,
	clearedAt: opt(Text),
	/** now, or when it cleared; the worst meanwhile; what the rule allows */
	value: Type.Number(),
	peak: Type.Number(),
	threshold: Type.Number(),
	/** one sentence for people, in the language that was asked for */
	text: Text,
	/** the search that shows the messages behind it, where there is one */
	query: opt(Text),
	silencedUntil: opt(Text),
});
/** `GET /api/alerts?state=firing|all&limit=&before=ISO&lang=`: newest first */
export const AlertsQuerySchema = Type.Object({
	state: opt(Type.Enum(["firing", "all"])),
	limit: opt(Type.Integer({ minimum: 1, maximum: 500, default: 100 })),
	before: opt(Type.String({ maxLength: 40 })),
	lang: opt(Type.Enum(["en", "ja"])),
});
export const AlertsAnswerSchema = Type.Object({
	alerts: Type.Array(AlertSchema),
	/** how many stand now, silenced ones left out: the number in the header */
	firing: Type.Integer(),
});

/** `POST /api/alerts/rules/preview`: what a rule would have done, written down or not */
export const AlertPreviewQuestionSchema = Type.Object({
	rule: AlertRuleDraftSchema,
	/** how far back; a week unless told */
	days: opt(Type.Integer({ minimum: 1, maximum: 31, default: 7 })),
});
export const AlertPreviewAnswerSchema = Type.Object({
	/** what the answer rests on: there are no measurements before `from` */
	from: Text,
	until: Text,
	alerts: Type.Array(
		Type.Object({ subject: Text, since: Text, until: opt(Text), peak: Type.Number(), text: Text }),
	),
	/** subjects that were measured, and the highest value of any: a threshold can be chosen from it */
	subjects: Type.Integer(),
	highest: opt(Type.Object({ subject: Text, at: Text, value: Type.Number() })),
});

/** `GET /api/alerts/silences`, `POST`, `DELETE /api/alerts/silences/:id` */
export const NewSilenceSchema = Type.Object({
	/** both absent: everything is quiet */
	rule: opt(Text),
	subject: opt(Type.String({ maxLength: 320 })),
	minutes: Type.Integer({ minimum: 1, maximum: 43_200 }),
	why: opt(Type.String({ maxLength: 500 })),
});
export const SilenceSchema = Type.Object({
	id: Text,
	rule: opt(Text),
	subject: opt(Text),
	until: Text,
	by: Text,
	why: opt(Text),
});
export const SilencesAnswerSchema = Type.Object({ silences: Type.Array(SilenceSchema) });

/** `POST /api/alerts/channels`, `PUT /api/alerts/channels/:id`: a web address that is posted to, or mail */
export const ChannelDraftSchema = Type.Union([
	Type.Object({
		kind: Type.Literal("webhook"),
		name: Label,
		url: Type.String({ minLength: 8, maxLength: 2_048, pattern: "^https?://" }),
	}),
	Type.Object({
		kind: Type.Literal("email"),
		name: Label,
		to: Type.Array(Type.String({ minLength: 3, maxLength: 320, pattern: "^[^\\s@,]+@[^\\s@,]+$" }), {
			minItems: 1,
			maxItems: 20,
		}),
	}),
]);
export const ChannelSchema = Type.Object({
	id: Text,
	kind: Type.Enum(["webhook", "email"]),
	name: Text,
	url: opt(Text),
	to: opt(Type.Array(Text)),
	/** how the last delivery went: `delivered`, or why not */
	lastResult: opt(Text),
	lastAt: opt(Text),
});
/** `GET /api/alerts/channels`; `mail` false: the configuration names no mail server, so e-mail cannot go out */
export const ChannelsAnswerSchema = Type.Object({
	channels: Type.Array(ChannelSchema),
	mail: Type.Boolean(),
});
/** `secret` (webhook, shown once) signs what is posted: `X-Mailtrail-Signature: t=…,v1=HMAC-SHA256` */
export const NewChannelAnswerSchema = Type.Object({ channel: ChannelSchema, secret: opt(Text) });
/** `POST /api/alerts/channels/:id/test` */
export const ChannelTestAnswerSchema = Type.Object({ delivered: Type.Boolean(), result: Text });

/** what a webhook gets; several alerts that change together come as one */
export const AlertNoticeSchema = Type.Object({
	version: Type.Literal(1),
	/** the same on every try of one notice */
	id: Text,
	sentAt: Text,
	alerts: Type.Array(AlertSchema),
});

export type AlertRuleDraft = Static<typeof AlertRuleDraftSchema>;
export type AlertRule = Static<typeof AlertRuleSchema>;
export type Alert = Static<typeof AlertSchema>;
export type AlertsAnswer = Static<typeof AlertsAnswerSchema>;
export type AlertPreviewQuestion = Static<typeof AlertPreviewQuestionSchema>;
export type AlertPreviewAnswer = Static<typeof AlertPreviewAnswerSchema>;
export type Silence = Static<typeof SilenceSchema>;
export type NewSilence = Static<typeof NewSilenceSchema>;
export type ChannelDraft = Static<typeof ChannelDraftSchema>;
export type Channel = Static<typeof ChannelSchema>;
export type ChannelsAnswer = Static<typeof ChannelsAnswerSchema>;
export type NewChannelAnswer = Static<typeof NewChannelAnswerSchema>;
export type ChannelTestAnswer = Static<typeof ChannelTestAnswerSchema>;
export type AlertNotice = Static<typeof AlertNoticeSchema>;
