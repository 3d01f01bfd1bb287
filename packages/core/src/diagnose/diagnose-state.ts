/** A cause that is known without any reply (an automatic answer, a complaint) → its diagnosis in the reader's language. */
import { CAUSES, type CauseId } from "./cause.ts";
import { writeDiagnosis } from "./diagnose-reply.ts";
import type { Diagnosis, Language } from "./diagnosis.ts";

export function diagnoseState(cause: CauseId, lang: Language): Diagnosis {
	const { reason, permanent, retryHelps } = CAUSES[cause];
	const verdict = {
		cause,
		reason,
		permanent,
		retryHelps,
		confidence: "proven",
		rule: `state-${cause}`,
	} as const;
	return writeDiagnosis(verdict, { text: "" }, {}, lang);
}
