/**
 * The bytes of a message → its headers and the parts that a bounce is made of. Only the beginning is looked at: a report
 * stands before the message that it returns, so a returned attachment of any size costs nothing. MIME by postal-mime;
 * where a message is no MIME that can be read (boundaries that do not fit, headers that never end) the body is text.
 */
import PostalMime, { type Attachment, decodeWords } from "postal-mime";
import { decode } from "./decode.ts";
import { type HeaderBlock, readHeaderBlock } from "./header-block.ts";
import { htmlText } from "./html-text.ts";
import { isByProgram, isDeliveryReport } from "./sent-by-program.ts";
import { beginsWithStatusFields } from "./status-fields.ts";

export interface OpenMessage {
	headers: HeaderBlock;
	/** nothing before the text: somebody copied the words of a bounce without its headers */
	bare: boolean;
	/** the report for people, MIME undone; of a message without parts its whole body */
	text: string;
	/** message/delivery-status and its kin, as text */
	status: string[];
	/** message/feedback-report (RFC 5965) */
	feedback?: string;
	/** what is returned of the original, from its first header on */
	returned?: string;
	/** a message of a mail system that is attached whole */
	attachedReport?: Uint8Array;
	/** the body as it stands, for what MIME did not show */
	body: string;
}

/** of each message only so much is read */
export const MESSAGE_MAX = 1024 * 1024;
/** more lines that begin like a boundary than any report has: such a message is read as text */
const BOUNDARIES_MAX = 2000;
/** more than any mail system passes on (Postfix: header_size_limit, 100 kB); unfolding costs the square of a header's lines */
const HEADERS_MAX = 128 * 1024;
const TEXT_MAX = 256 * 1024;
const PART_MAX = 128 * 1024;
const HEADER_LINES_MAX = 1000;
/** the headers that one message or another begins with */
const KNOWN_HEADER =
	/^(?:received|return-path|from|to|subject|date|message-id|mime-version|content-type|delivered-to|x-[\w-]{1,70}|auto-submitted|reply-to|envelope-to|delivery-date|status|precedence|sender|cc|dkim-signature|arc-[\w-]{1,40}|authentication-results)[ \t]*:/i;

export async function openMessage(raw: Uint8Array): Promise<OpenMessage> {
	const bytes = raw.length > MESSAGE_MAX ? raw.subarray(0, MESSAGE_MAX) : raw;
	const whole = decode(bytes);
	const lines = whole.split(/\r?\n|\r/);
	const start = lines[0]?.startsWith("From ") || lines[0]?.startsWith(">From ") ? 1 : 0;
	const bare = !lines.slice(start, start + 3).some((line) => KNOWN_HEADER.test(line));
	const { fields, end } = bare
		? { fields: new Map<string, string[]>(), end: start }
		: readHeaderBlock(lines, start);
	const headers = new Map([...fields].map(([name, values]) => [name, values.map(decodeHeader)]));
	const body = lines.slice(end).join("\n");
	const open: OpenMessage = { headers, bare, text: body, status: [], body };
	const boundaries = lines.reduce((sum, line) => sum + (line.startsWith("--") ? 1 : 0), 0);
	if (!bare && boundaries <= BOUNDARIES_MAX) await openParts(bytes, open);
	return { ...open, text: open.text.slice(0, TEXT_MAX) };
}

async function openParts(bytes: Uint8Array, open: OpenMessage): Promise<void> {
	const mail = await PostalMime.parse(bytes, {
		forceRfc822Attachments: true,
		maxNestingDepth: 20,
		maxHeadersSize: HEADERS_MAX,
	}).catch(() => undefined);
	if (!mail) return;
	const texts = [mail.text ?? (mail.html === undefined ? "" : htmlText(mail.html))];
	for (const part of mail.attachments.slice(0, 50)) take(part, open, texts);
	const text = texts.join("\n");
	// boundaries that never come leave nothing: then what stands there is the text
	if (text.trim() !== "") open.text = text.replace(/\r\n?/g, "\n");
}

function take(part: Attachment, open: OpenMessage, texts: string[]): void {
	const { mimeType, content } = part;
	if (typeof content === "string") return;
	const text = () => decode(new Uint8Array(content).subarray(0, PART_MAX)).replace(/\r\n?/g, "\n");
	switch (mimeType) {
		case "message/delivery-status":
		case "message/global-delivery-status":
		case "message/xdelivery-status":
		case "text/delivery-status":
			open.status.push(text());
			break;
		case "message/feedback-report":
			open.feedback ??= text();
			break;
		case "message/rfc822":
		case "message/global":
		case "message/global-headers":
		case "message/rfc822-headers":
		case "message/partial":
		case "text/rfc822-headers":
		case "text/rfc822-header":
		case "text/rfc822":
			open.returned ??= text().trimStart();
			if (mimeType === "message/rfc822" && isOfMailSystem(text()))
				open.attachedReport ??= new Uint8Array(content);
			break;
		case "application/octet-stream":
		case "application/eml":
		case "application/x-eml":
			// a server that knows no message/delivery-status passes its fields on as a file
			if (beginsWithStatusFields(text())) open.status.push(text());
			// how clients that know no message/rfc822 attach an .eml file
			else if (isOfMailSystem(text().trimStart())) open.attachedReport ??= new Uint8Array(content);
			break;
		default:
			// a part as attachment, or with a type that is written wrong (`text/plain charset=…`)
			if (mimeType.startsWith("text/plain")) texts.push(text());
			break;
	}
}

function isOfMailSystem(message: string): boolean {
	const lines = message.split("\n", HEADER_LINES_MAX);
	const start = lines[0]?.startsWith("From ") ? 1 : 0;
	if (!KNOWN_HEADER.test(lines[start] ?? "")) return false;
	const { fields } = readHeaderBlock(lines, start);
	return isDeliveryReport(fields) || isByProgram(fields);
}

export function decodeHeader(value: string): string {
	return value.includes("=?") ? decodeWords(value.slice(0, 4000)) : value;
}
