/** What a before-queue filter calls its work on the message, as its answer says it in the session's line. */
import type { SmtpReply } from "../../event/index.ts";

/** `proxy-accept: END-OF-MESSAGE: 250 2.7.0 Ok, discarded, id=00084-02 - BANNED: .exe` (amavisd); `… 250 2.5.0 OK (2C225C6817C7EEE1481)` (pmg-smtp-filter). */
export function taskAnswered(verb: string, reply: SmtpReply | undefined): string | undefined {
	if (!verb.startsWith("proxy-")) return undefined;
	const said = /\bid=([\w-]{1,40})|^OK \(([0-9A-F]{14,24})\)$/.exec(reply?.text ?? "");
	return said?.[1] ?? said?.[2];
}
