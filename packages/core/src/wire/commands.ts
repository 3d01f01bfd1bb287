/**
 * What a hub may ask of an agent, over the agents' WebSocket. The agent's own file decides which of it is done
 * (`allow`); everything it is asked is bounded, rate limited, and recorded by the hub. A command has one result.
 */
import Type, { type Static } from "typebox";
import { CheckReportSchema, CheckRequestSchema } from "../check/index.ts";
import { QueueSchema } from "./queue.ts";

/** the names of `allow` in the agent's file */
export const PERMISSIONS = ["check", "queue", "spool", "testmail"] as const;
export type Permission = (typeof PERMISSIONS)[number];

const Address = Type.String({ minLength: 3, maxLength: 320 });

export const TestMailRequestSchema = Type.Object({
	/** envelope sender and From: of the message; absent: the agent's own user */
	sender: Type.Optional(Address),
	recipient: Address,
});
export type TestMailRequest = Static<typeof TestMailRequestSchema>;

/** The message was handed to the host's own mail system; its journey is found by this Message-ID, without `<>`. */
export const TestMailReportSchema = Type.Object({
	messageId: Type.String({ maxLength: 255 }),
	/** what the mail system printed */
	output: Type.String({ maxLength: 2_000 }),
});
export type TestMailReport = Static<typeof TestMailReportSchema>;

/** Commands that every agent knows, and those that an agent's hello has to name before it is asked. */
export const COMMANDS = ["check", "testmail", "queue"] as const;
export const FIRST_COMMANDS: readonly string[] = ["check", "testmail"];

/** hub → agent */
export const CommandSchema = Type.Object({
	type: Type.Literal("command"),
	id: Type.Integer({ minimum: 0 }),
	command: Type.Union([
		Type.Object({ name: Type.Literal("check"), request: CheckRequestSchema }),
		Type.Object({ name: Type.Literal("testmail"), request: TestMailRequestSchema }),
		/** what waits in the mail server's queue right now */
		Type.Object({ name: Type.Literal("queue"), request: Type.Object({}) }),
	]),
});
export type Command = Static<typeof CommandSchema>["command"];

export const COMMAND_FAILURES = ["not-allowed", "too-many", "failed"] as const;

/** agent → hub */
export const ResultSchema = Type.Object({
	type: Type.Literal("result"),
	id: Type.Integer({ minimum: 0 }),
	result: Type.Union([
		Type.Object({ name: Type.Literal("check"), report: CheckReportSchema }),
		Type.Object({ name: Type.Literal("testmail"), report: TestMailReportSchema }),
		/** absent: no mail server was found */
		Type.Object({ name: Type.Literal("queue"), report: Type.Optional(QueueSchema) }),
		/** `text` says what to do */
		Type.Object({
			name: Type.Literal("failure"),
			reason: Type.Enum([...COMMAND_FAILURES]),
			text: Type.String({ maxLength: 2_000 }),
		}),
	]),
});
export type CommandResult = Static<typeof ResultSchema>["result"];
