/**
 * Failed logins that PAM and saslauthd log for the mail servers: under tags of their own (`auth`, `saslauthd`), in lines that other
 * services of the host write too, so only those that name a mail service are mail's. Names are a stranger's.
 */
import { canonicalIp, type ParsedMessage } from "../../event/index.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";

/** PAM's service → what the client asked for; Dovecot asks PAM under its own name for all of them. */
const SERVICES: Readonly<Record<string, string | undefined>> = {
	dovecot: undefined,
	smtp: "smtp",
	smtpd: "smtp",
	submission: "submission",
	imap: "imap",
	imaps: "imap",
	pop: "pop3",
	pop3: "pop3",
	pop3s: "pop3",
	sieve: "sieve",
	lmtp: "lmtp",
	cyrus: undefined,
	courier: undefined,
};

const HEAD = /^pam_[a-z0-9_]{1,20}\(([a-z0-9_-]{1,30}):auth\): /;
// the names stand last: `ruser=` may hold what looks like the fields behind it, `rhost=` and `user=` then stand twice
const FAILURE =
	/^authentication failure; logname=\S{0,100} uid=\d{1,10} euid=\d{1,10} tty=\S{0,40} ruser=(.{0,300}?) rhost=(\S{0,255})(?: {1,2}user=(.{1,300}))?$/;

/** What PAM says within a process named so; foreign where it speaks of another service. */
export function parsePam(_program: ProgramTag, text: string): ParsedMessage {
	const head = HEAD.exec(text);
	const service = head?.[1];
	if (!head || service === undefined || !(service in SERVICES)) return { kind: "foreign" };
	const mta = service === "dovecot" ? "dovecot" : undefined;
	// pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot ruser=jiro rhost=127.0.0.1  user=jiro
	const failure = FAILURE.exec(text.slice(head[0].length));
	if (!failure) return event({ kind: "other", mta });
	const forged = text.indexOf(" rhost=") !== text.lastIndexOf(" rhost=");
	const [, asked, from, known] = failure;
	const ip = canonicalIp(from ?? "");
	return event({
		kind: "auth-failed",
		mta,
		client: forged || !from ? undefined : ip === undefined ? { name: from } : { ip },
		username: forged ? undefined : known || asked || undefined,
		reason: "authentication failure",
		service: SERVICES[service],
		database: "pam",
	});
}

// do_auth         : auth failure: [user=taro] [service=smtp] [realm=] [mech=pam] [reason=PAM auth error]
const REFUSED =
	/^do_auth {0,20}: auth failure: \[user=(.{0,300})\] \[service=([a-z0-9_-]{1,30})\] \[realm=.{0,255}\] \[mech=([a-z0-9_-]{1,30})\] \[reason=(.{1,300})\]$/;

/** What saslauthd says. */
export function parseSaslauthd(program: ProgramTag, text: string): ParsedMessage {
	if (text.startsWith("pam_")) return parsePam(program, text);
	const refused = REFUSED.exec(text);
	if (refused) {
		const [, username, service, database, reason] = refused as unknown as [
			string,
			string,
			string,
			string,
			string,
		];
		// a name that holds the marks may have moved them
		const forged = text.indexOf("] [service=") !== text.lastIndexOf("] [service=");
		return event({
			kind: "auth-failed",
			mta: "saslauthd",
			username: forged ? undefined : username || undefined,
			service: forged ? undefined : (SERVICES[service] ?? service),
			reason,
			database,
		});
	}
	// detach_tty      : master pid is: 1234 ; server_exit     : master exited: 1234
	const routine = /^([a-z_]{3,30}) {0,20}: (.{1,600})$/.exec(text);
	if (!routine) return unparsed("saslauthd");
	const said = routine[2] as string;
	if (said.startsWith("master pid is") || said.startsWith("master exited"))
		return event({ kind: "status", mta: "saslauthd", text: said });
	if (/\b(?:fail|error|could not|unable|cannot)/i.test(said))
		return event({ kind: "problem", mta: "saslauthd", severity: "error", text: said });
	return event({ kind: "other", mta: "saslauthd" });
}
