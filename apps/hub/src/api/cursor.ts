/** A page's place as the opaque text that clients hand back. */
import { HubError } from "../http/errors.ts";
import type { PageCursor } from "../journeys/find-journeys.ts";

export function formatCursor({ at, tie, seen }: PageCursor): string {
	return Buffer.from(JSON.stringify([at, tie, seen])).toString("base64url");
}

export function readCursor(text: string): PageCursor {
	const [at, tie, seen] = numbersOf(text);
	if (at === undefined || tie === undefined || seen === undefined) throw new HubError("cursor-invalid");
	return { at, tie, seen };
}

function numbersOf(text: string): number[] {
	try {
		const values: unknown = JSON.parse(Buffer.from(text, "base64url").toString());
		if (Array.isArray(values) && values.every((value) => Number.isFinite(value))) return values;
	} catch {
		// Falls through to the one answer for everything that is no cursor.
	}
	throw new HubError("cursor-invalid");
}
