/**
 * Every id by which a line's hop can be found by others, or finds them: what `ownKeys` and `linkKeys` of any hop made of such
 * lines can hold. For readers that look for the lines of one message before they have all of them.
 */
import type { MailEvent } from "../../event/index.ts";
import { reportedIn } from "./filter-notice.ts";
import { queueIdIn } from "./made-ids.ts";
import { messageIdKey } from "./message-id.ts";
import { releaseIn } from "./released.ts";
import { firstSessionOf } from "./store-session.ts";
import { taskAnswered } from "./task-answered.ts";

const FIELDS = [
	"queueId",
	"nextQueueId",
	"remoteId",
	"childQueueId",
	"parentQueueId",
	"mailId",
	"taskId",
] as const;

type Ids = Partial<Record<(typeof FIELDS)[number], string>> & {
	nextQueueIds?: string[];
	origin?: { queueId?: string };
	messageId?: string;
};

/** `q:ID`, `m:MESSAGE-ID`, as in `ownKeys`. */
export function idsOfEvent(event: MailEvent): string[] {
	const fields: Ids = event;
	const ids: string[] = [];
	for (const name of FIELDS) {
		const id = fields[name];
		if (id) ids.push(`q:${id}`);
	}
	for (const id of fields.nextQueueIds ?? []) ids.push(`q:${id}`);
	if (fields.origin?.queueId) ids.push(`q:${fields.origin.queueId}`);
	if (event.kind === "stored" && event.sessionId) ids.push(`q:${event.sessionId}`);
	const session =
		event.mta === "dovecot"
			? firstSessionOf(event.kind === "stored" ? event.sessionId : event.queueId)
			: undefined;
	if (session !== undefined) ids.push(`q:${session}`);
	const verb = event.kind === "reject" ? event.verb : event.kind;
	const taskId =
		event.kind === "reject" || event.kind === "proxy-accept" ? taskAnswered(verb, event.reply) : undefined;
	if (taskId !== undefined) ids.push(`q:${taskId}`);
	const release = event.kind === "message-id" && event.resent ? releaseIn(event.messageId) : undefined;
	if (release) ids.push(`q:${release.id}`);
	if (fields.messageId) {
		ids.push(`m:${messageIdKey(fields.messageId)}`);
		const maker = queueIdIn(fields.messageId);
		if (maker !== undefined) ids.push(`q:${maker}`);
		const reported = reportedIn(fields.messageId);
		if (reported !== undefined) ids.push(`q:${reported}`);
	}
	return ids;
}
