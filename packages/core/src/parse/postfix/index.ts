/** Postfix, every daemon of it: which lines are its, and which file reads them. */
import type { ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag } from "../parsed.ts";

/** Every program of Postfix that logs, 2.x to 3.10. */
const DAEMONS: ReadonlySet<string> = new Set(
	(
		"anvil bounce cleanup defer discard dnsblog error flush lmtp local master nqmgr oqmgr pickup pipe " +
		"postscreen proxymap proxywrite qmgr qmqpd relay retry scache showq smtp smtpd smtps spawn submission tlsmgr " +
		"tlsproxy trace trivial-rewrite verify virtual rewrite postlogd tlsprxy bounce postqueue sendmail " +
		"postsuper postdrop postmap postalias postkick postfix postfix-script post-install postmulti postcat " +
		"postlog postconf postlock postmulti-script postfix-files posttls-finger fsstone mkdir"
	).split(" "),
);

/** Whether a tag is one of Postfix's: `postfix/…`, `postfix-out/smtp`, `relay/submission/smtpd`. */
export function isPostfix(tag: ProgramTag): boolean {
	if (tag.instance !== undefined) return DAEMONS.has(tag.base);
	return tag.base === "postfix" || tag.base.startsWith("postfix-");
}

/** What a line of Postfix says. */
export function parsePostfix(tag: ProgramTag, _message: string): ParsedMessage {
	return event({ kind: "unparsed", mta: "postfix", instance: tag.instance, daemon: tag.base });
}
