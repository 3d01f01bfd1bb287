/** What a before-queue filter calls its work on the message, as its answer says it in the session's line. */
import type { SmtpReply } from "../../event/index.ts";

/** `proxy-accept: END-OF-MESSAGE: 250 2.7.0 Ok, discarded, id=00084-02 - BANNED: .exe` (amavisd). */
export function taskAnswered(verb: string, reply: SmtpReply | undefined): string | undefined {
	if (!verb.startsWith("proxy-")) return undefined;
	return /\bid=([\w-]{1,40})/.exec(reply?.text ?? "")?.[1];
}
