/** What the returned message's headers say of the original: its ids, sender, subject. Its text is not looked at. */
import { addressIn, first, type HeaderBlock, readHeaderBlock } from "./header-block.ts";

export interface Original {
	headers: HeaderBlock;
	messageId?: string;
	sender?: string;
	/** as it stands, encoded words not undone */
	subject?: string;
	recipients: string[];
	/** ids in the queues that it went through, the last host's first */
	queues: { host?: string; id: string }[];
}

export function readOriginal(text: string | undefined): Original {
	const lines = (text ?? "").split("\n");
	const start = lines[0]?.startsWith("From ") ? 1 : 0;
	const { fields } = readHeaderBlock(lines, start);
	const original: Original = { headers: fields, recipients: [], queues: [] };
	const messageId = /<?([^<>\s]{3,500})>?/.exec(first(fields, "message-id") ?? "")?.[1];
	if (messageId !== undefined) original.messageId = messageId;
	const sender = ["return-path", "envelope-from", "x-envelope-from", "sender", "from"]
		.map((name) => addressIn(first(fields, name)))
		.find((address) => address !== undefined);
	if (sender !== undefined) original.sender = sender;
	const subject = first(fields, "subject");
	if (subject !== undefined) original.subject = subject;
	for (const name of ["x-hmxmroriginalrecipient", "x-original-to", "to"]) {
		const address = addressIn(first(fields, name));
		if (address !== undefined) original.recipients.push(address);
	}
	for (const received of fields.get("received")?.slice(0, 30) ?? []) {
		const id = /\sid\s+<?([A-Za-z0-9_-]{6,60})>?(?=[\s;]|$)/.exec(received)?.[1];
		const host = /(?:^|\s)by\s+([^\s;()]{1,255})/.exec(received)?.[1];
		if (id !== undefined) original.queues.push({ id, ...(host !== undefined && { host }) });
	}
	return original;
}
