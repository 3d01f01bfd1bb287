/**
 * Programs beside the mail systems that are read in depth, which log in the same file: other stores, logins that PAM refused, mail that
 * is fetched from elsewhere, answers to questions of Postfix.
 */
import type { MessageParser } from "../parsed.ts";
import { parseCourier, parseCourierLogin } from "./courier.ts";
import { CYRUS_PROGRAMS, parseCyrus } from "./cyrus.ts";
import { parseFetchmail, parseGetmail } from "./fetchers.ts";
import { MLMMJ_PROGRAMS, parseMlmmj } from "./mlmmj.ts";
import { parsePam, parseSaslauthd } from "./pam-login.ts";
import { parseMtaSts, parsePostsrsd } from "./rewriters.ts";

export { parseCyrus };

/** Program → who reads its messages. Dovecot's process `auth` speaks as PAM under its own name. */
export const BESIDE: readonly [program: string, parser: MessageParser][] = [
	["auth", parsePam],
	["authdaemond", parseAuthdaemon],
	["dovecot-auth", parsePam],
	["saslauthd", parseSaslauthd],
	["fetchmail", parseFetchmail],
	["getmail", parseGetmail],
	["postsrsd", parsePostsrsd],
	["mta-sts-daemon", parseMtaSts],
	...MLMMJ_PROGRAMS.map((program): [string, MessageParser] => [program, parseMlmmj]),
	...CYRUS_PROGRAMS.map((program): [string, MessageParser] => [program, parseCyrus]),
	...["courierd", "courieresmtp", "courieresmtpd", "courierlocal", "courierdsn"].map(
		(program): [string, MessageParser] => [program, parseCourier],
	),
	...["imapd", "imapd-ssl", "pop3d", "pop3d-ssl"].map((program): [string, MessageParser] => [
		program,
		parseCourierLogin,
	]),
];

/** Courier's, which asks PAM for its IMAP and POP3 servers. */
function parseAuthdaemon(...[program, text]: Parameters<MessageParser>): ReturnType<MessageParser> {
	return text.startsWith("pam_")
		? parsePam(program, text)
		: { kind: "other", mta: "courier", daemon: "authdaemond" };
}
