/** A cause in a few words, where it is counted over many messages and no case's facts can be filled in. */
import { CAUSES, type CauseId } from "./cause.ts";
import type { Language } from "./diagnosis.ts";
import { causeText } from "./texts/fill.ts";

/** The name itself for one that this version does not know. */
export function causeTitle(cause: string, lang: Language): string {
	return isCause(cause) ? causeText(lang, cause, CAUSES[cause].reason, {}).title : cause;
}

function isCause(cause: string): cause is CauseId {
	return Object.hasOwn(CAUSES, cause);
}
