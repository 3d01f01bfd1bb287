/** What waits in a host's mail queue, as its own program tells: in an agent's health, and as the answer to a command. */
import Type, { type Static } from "typebox";

/** `error` says why it is not known */
export const QueueSchema = Type.Object({
	mta: Type.Enum(["postfix", "sendmail", "exim", "opensmtpd"]),
	messages: Type.Optional(Type.Integer({ minimum: 0 })),
	/** epoch milliseconds at which the oldest of them came in; absent: none waits */
	oldestAt: Type.Optional(Type.Number()),
	error: Type.Optional(Type.String({ maxLength: 512 })),
});
export type Queue = Static<typeof QueueSchema>;
