/**
 * Notices that a sending service writes as JSON (Amazon SES, by SNS as mail or as a copied document) → recipients. The
 * document may be wrapped in another as text, and broken into lines with `!` as old relays do.
 */
import type { RecipientEntry } from "./report.ts";

export interface CloudNotice {
	entries: RecipientEntry[];
	complaint?: string;
	reportingMta?: string;
	messageId?: string;
	sender?: string;
	subject?: string;
}

const JSON_MAX = 256 * 1024;

export function readCloudNotice(text: string): CloudNotice | undefined {
	const start = text.indexOf("{");
	if (
		start < 0 ||
		!/"(?:notificationType|eventType|bounceType|Message)\\?"/.test(text.slice(start, start + 4000))
	)
		return undefined;
	const end = text.lastIndexOf("}");
	const json = text.slice(start, Math.min(end + 1, start + JSON_MAX)).replace(/!?\n */g, "");
	return readDocument(parse(json), 0);
}

type Json = Readonly<Record<string, unknown>>;

function parse(json: string): Json | undefined {
	try {
		const value: unknown = JSON.parse(json);
		return isObject(value) ? value : undefined;
	} catch {
		return undefined;
	}
}

function isObject(value: unknown): value is Json {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readDocument(document: Json | undefined, depth: number): CloudNotice | undefined {
	if (!document) return undefined;
	// SNS over HTTP: the notice is a string within
	if (typeof document["Message"] === "string" && depth < 2)
		return readDocument(parse(document["Message"]), depth + 1);
	const mail = objectAt(document, "mail");
	const notice: CloudNotice = { entries: [] };
	const bounce = objectAt(document, "bounce");
	const complaint = objectAt(document, "complaint");
	const delivery = objectAt(document, "delivery");
	const delay = objectAt(document, "deliveryDelay");
	if (bounce) notice.entries = people(bounce, "bouncedRecipients").map((person) => bounced(person, bounce));
	else if (delay)
		notice.entries = people(delay, "delayedRecipients").map((person) => ({
			...bounced(person, delay),
			action: "delayed",
		}));
	else if (complaint) {
		notice.complaint = textAt(complaint, "complaintFeedbackType") ?? "abuse";
		notice.entries = people(complaint, "complainedRecipients").map((person) =>
			withText("recipient", textAt(person, "emailAddress")),
		);
	} else if (delivery) notice.entries = delivered(delivery);
	else return undefined;
	const common = mail && objectAt(mail, "commonHeaders");
	assign(notice, "reportingMta", bounce && textAt(bounce, "reportingMTA"));
	assign(notice, "reportingMta", delivery && textAt(delivery, "reportingMTA"));
	assign(notice, "messageId", common && textAt(common, "messageId")?.replace(/^<|>$/g, ""));
	assign(notice, "messageId", mail && textAt(mail, "messageId"));
	assign(notice, "sender", mail && textAt(mail, "source"));
	assign(notice, "subject", common && textAt(common, "subject"));
	return notice;
}

function assign(
	notice: CloudNotice,
	name: "reportingMta" | "messageId" | "sender" | "subject",
	value: string | undefined,
): void {
	if (value === undefined || notice[name] !== undefined) return;
	// `dsn; a8-50.smtp-out.amazonses.com`
	notice[name] = name === "reportingMta" ? value.replace(/^[a-z]+; */i, "") : value;
}

function bounced(person: Json, bounce: Json): RecipientEntry {
	const entry = withText("recipient", textAt(person, "emailAddress"));
	const type = textAt(bounce, "bounceType");
	const words =
		textAt(person, "diagnosticCode") ??
		wordsFor(type, textAt(bounce, "bounceSubType") ?? textAt(bounce, "delayType"));
	return {
		...entry,
		action: type === "Transient" ? "delayed" : "failed",
		...withText("action", textAt(person, "action")),
		...withText("status", textAt(person, "status")),
		...withText("diagnostic", words),
	};
}

/** Amazon SES developer guide, bounce types: said in words where there is no reply. */
function wordsFor(type: string | undefined, detail: string | undefined): string | undefined {
	switch (detail) {
		case "NoEmail":
			return "user unknown";
		case "MailboxFull":
			return "mailbox full";
		case "MessageTooLarge":
			return "message too large";
		case "ContentRejected":
			return "message content rejected";
		case "AttachmentRejected":
			return "attachment rejected";
		case "Suppressed":
		case "OnAccountSuppressionList":
			return "address is on the suppression list";
		default:
			return type === undefined ? undefined : `${type} ${detail ?? ""}`.trim();
	}
}

function delivered(delivery: Json): RecipientEntry[] {
	const list = delivery["recipients"];
	const reply = textAt(delivery, "smtpResponse");
	const status = /^2\d\d (2\.\d{1,3}\.\d{1,3})/.exec(reply ?? "")?.[1];
	return (Array.isArray(list) ? list : []).slice(0, 1000).flatMap((address: unknown) =>
		typeof address === "string"
			? [
					{
						recipient: address,
						action: "delivered",
						...withText("diagnostic", reply),
						...withText("status", status),
					},
				]
			: [],
	);
}

function withText<Name extends "recipient" | "status" | "diagnostic" | "action">(
	name: Name,
	value: string | undefined,
): RecipientEntry {
	return value === undefined || value === "" ? {} : { [name]: value.slice(0, 4000) };
}

function textAt(object: Json, name: string): string | undefined {
	const value = object[name];
	return typeof value === "string" ? value : undefined;
}

function objectAt(object: Json, name: string): Json | undefined {
	const value = object[name];
	return isObject(value) ? value : undefined;
}

function people(object: Json, name: string): Json[] {
	const value = object[name];
	return Array.isArray(value) ? value.slice(0, 1000).filter(isObject) : [];
}
