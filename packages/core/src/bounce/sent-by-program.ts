/** Is a message one that mail systems write, by its headers alone? */
import { first, type HeaderBlock } from "./header-block.ts";
import { SENDERS } from "./shapes.ts";

/** It has no sender (RFC 5321 section 4.5.5), or one that only mail systems use. */
export function isByProgram(headers: HeaderBlock): boolean {
	return isNamedProgram(headers) || first(headers, "return-path") === "<>";
}

export function isNamedProgram(headers: HeaderBlock): boolean {
	const from = `${first(headers, "from") ?? ""} ${first(headers, "sender") ?? ""}`.toLowerCase();
	return (
		SENDERS.some((sender) => from.includes(sender)) ||
		headers.has("x-failed-recipients") ||
		headers.has("x-mlserver")
	);
}

/** A delivery report by its type (RFC 3464). */
export function isDeliveryReport(headers: HeaderBlock): boolean {
	const type = first(headers, "content-type") ?? "";
	return /^multipart\/report\b/i.test(type) && /delivery-status/i.test(type);
}
