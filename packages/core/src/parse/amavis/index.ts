/**
 * amavisd-new and amavis 2.4 to 2.13, every log level: `(child-task) words`. verdict.ts reads the one line per message that counts,
 * scan.ts what scanners found on the way to it; other lines of a task hold nothing, but carry the mail_id that they name.
 */
import { bareAddress, type ParsedMessage } from "../../event/index.ts";
import { splitAddresses } from "../outside-quotes.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";
import { parseScan } from "./scan.ts";
import { MAIL_ID, parseVerdict } from "./verdict.ts";

/** The tags that amavis logs under. */
export const AMAVIS_PROGRAMS = ["amavis", "amavisd", "amavisd-new"] as const;
/** `$syslog_ident = "amavis2"`: a second one on the host. */
export const AMAVIS_BEGINNING = "amavis";

/** the number of the child and of its task: `(00231-04-8) `; its replies name it too, `id=00231-04-8` */
const TASK = /^\((\d{1,10}-\d{1,6}(?:-\d{1,6})?|rundown-\d{1,6}|[a-z]{1,12})\) /;

/** What a line of amavis says. */
export function parseAmavis(_program: ProgramTag, message: string): ParsedMessage {
	// asked by its first letters, as below: no pattern for a line that cannot be of it
	const released =
		message.startsWith("(rel-") || message.startsWith("Quarantined") ? RELEASE.exec(message) : null;
	if (released) return readRelease(released, message.slice(released[0].length));
	const task = TASK.exec(message);
	const text = task ? message.slice(task[0].length) : message;
	const found = parseTrouble(text) ?? parseVerdict(text) ?? parseScan(text);
	if (found?.kind === "verdict" && found.mailId && task) found.taskId = task[1] as string;
	if (found) return found;
	if (/^(?:Passed|Blocked) [A-Z]/.test(text)) return unparsed("amavis");
	if (task) return event({ kind: "other", mta: "amavis", queueId: NAMES_MAIL_ID.exec(text)?.[1] });
	return parseDaemon(text);
}

// (rel-sZvYYN3VAlaP) Quarantined message release (miscategorized): 7jks3k7qHK0O <alice@corp.example> -> <u1@am.example>
const RELEASE = new RegExp(
	`^(?:\\(rel-([\\w-]{1,40})\\) )?Quarantined message (?:release|requeue)(?: \\(([^()]{0,60})\\))?: (${MAIL_ID}) (<[^<>\\s]{0,320}>) -> `,
);

/** What was kept goes on under an id of its own, which says for which one (`queueId`) it does. */
function readRelease(
	[, mailId, reason, queueId, sender = ""]: RegExpExecArray,
	behind: string,
): ParsedMessage {
	const common = { mta: "amavis", queueId, sender: bareAddress(sender), reason } as const;
	if (mailId === undefined) return event({ kind: "released", ...common });
	const recipients = splitAddresses(behind);
	return event({ kind: "verdict", ...common, filter: "amavis", result: "released", mailId, recipients });
}

// `Checking: ruRZ6gEfMRGm [127.0.1.1] <a@x> -> <b@y>` and `ruRZ6gEfMRGm FWD from <a@x> -> <b@y>, …`
const NAMES_MAIL_ID = new RegExp(
	`^(?:Checking: )?(${MAIL_ID}) (?:FWD from |SEND from |\\[|<|[A-Z/]{2,40} |[A-Z]{1,20}/)`,
);

const TROUBLES: readonly [start: RegExp, severity: "warning" | "error" | "panic"][] = [
	[/^_?\(!!\)_?/, "error"],
	[/^_?\(!\)_?/, "warning"],
	[/^TROUBLE\b/, "error"],
	[/^PANIC, PANIC, /, "panic"],
	[/^WARN: /, "warning"],
];

const TROUBLE_LETTERS = new Set([..."_(TPW"].map((letter) => letter.charCodeAt(0)));

// (!)ClamAV-clamd: Can't connect to UNIX socket … ; TROUBLE in check_mail: spam_scan FAILED: …
function parseTrouble(text: string): ParsedMessage | undefined {
	if (!TROUBLE_LETTERS.has(text.charCodeAt(0))) return undefined;
	for (const [start, severity] of TROUBLES) {
		const match = start.exec(text);
		if (!match) continue;
		const words = match[0].includes("(") ? text.slice(match[0].length) : text;
		return event({ kind: "problem", mta: "amavis", severity, text: words.trim() });
	}
	return undefined;
}

// starting. /usr/sbin/amavisd at relay1.corp.example amavis-2.13.0 (20230106), Unicode aware
const STARTING = /^starting\. .{1,200} amavis(?:d-new)?-(\d\S{0,30})/;

/** how lines begin that are about amavis itself, or about a task whose number is not in the line */
const KNOWN = [
	/^(?:starting\b|logging initialized|warm restart|sd_notify|config files|will bind|extra modules|stopp|exiting|shutting)/i,
	/^(?:Module |Net::Server:|perl=|user=|socket module|INFO:|NOTICE: |Valid PID|Signalling|_WARN|loaded|initializing|Opened)/,
	/^(?:No (?:ext program|decoder|primary|secondary|\$)|Internal decoder|Found |Using |SpamControl|SpamAssassin|SA )/,
	/^(?:Creating db|Deleting db|BerkeleyDB|after_chroot_init|Requesting process|child process|removing|TIMING|size: \d)/,
	/^(?:SQL|LDAP|Redis|ANTI-|AV |DKIM|lookup_|connect_to_sql|open_on_specific|switch_to|do_|load:)/,
	/^(?:p\.?\w{1,8} \d[\d/]{0,30} |p\.path |(?:E?SMTPS?|LMTPS?|SMTP):? ?\[?|SMTP shutdown|Checking: |smtp resp|response to|Negative SMTP)/,
	/^(?:OS_fingerprint|BAD HEADER|check_header|truncating|spam_scan|DSN: |Quarantined? |mangling|DEFANGING|PenPals|FAKE SENDER)/,
	/^(?:PRESERVING|open\(|wbl: |Turning AV|ask_av|run_av|bounce |header_edits|Inserting|deal_with|cached |collect_results)/,
	// what the daemon does between tasks, at the higher log levels: `idle_proc, hi : was idle, …`
	/^(?:[a-z]{1,30}(?:_[a-z0-9]{1,30}){1,6}\b|system uptime |Daemon \[|entered |new request|child )/,
	/^(?:[A-Za-z]{1,30}::|\.\.\.|[A-Z][\w-]{1,30}(?:-clamd|: (?:Can't|timed out|Empty result)))/,
];

function parseDaemon(text: string): ParsedMessage {
	const starting = STARTING.exec(text);
	if (starting) return event({ kind: "status", mta: "amavis", text, version: starting[1] });
	return KNOWN.some((start) => start.test(text))
		? event({ kind: "other", mta: "amavis" })
		: unparsed("amavis");
}
