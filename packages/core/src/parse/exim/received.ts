/** `ID <= sender …`: exim took a message in (receive.c). Everything but the Message-ID stands before a stranger's words. */
import { bareAddress, type ParsedMessage, type Sasl } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { listener, readFields } from "./fields.ts";

// <= alice@corp.example H=edge.corp.example [127.0.1.3]:46151 I=[127.0.1.12]:25 P=esmtps X=TLS1.3:…:256 CV=no A=plain:bob S=1695 id=L21@web01 T="Re: x" from <…> for u15@b.example
// <= <> R=1xUxQU-00002E-08 U=Debian-exim P=local S=2809
export function parseReceived(queueId: string, text: string): ParsedMessage {
	const blank = indexOutside(text, " ", 3);
	const sender = text.slice(3, blank < 0 ? undefined : blank);
	const { values, host, end } = readFields(text, blank < 0 ? text.length : blank, ["id", "T"]);
	const size = values.S !== undefined && /^\d{1,15}$/.test(values.S) ? Number(values.S) : undefined;
	return event({
		kind: "received",
		mta: "exim",
		queueId,
		client: host?.endpoint,
		server: listener(values.I),
		sasl: sasl(values.A),
		protocol: values.P,
		sender: bareAddress(sender),
		size,
		messageId: messageId(text.slice(end)),
		// elsewhere in the log R= is a router, here it is the message that a bounce reports on
		parentQueueId: values.R,
	});
}

/** `A=plain_login:alice@corp.example` */
function sasl(value: string | undefined): Sasl | undefined {
	if (value === undefined || value === "") return undefined;
	const colon = value.indexOf(":");
	if (colon < 0) return { method: value };
	return { method: value.slice(0, colon), username: value.slice(colon + 1) };
}

const AFTER_ID = [' T="', " from <", " for "];

function messageId(rest: string): string | undefined {
	if (!rest.startsWith("id=")) return undefined;
	const ends = AFTER_ID.map((mark) => rest.indexOf(mark)).filter((at) => at >= 0);
	const id = rest.slice(3, ends.length > 0 ? Math.min(...ends) : undefined);
	return id === "" ? undefined : bareAddress(id);
}
