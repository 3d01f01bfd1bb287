/** SpamAssassin's spamd, and spamass-milter: the score of a message; the client of spamd is the filter's caller and no mail client. */
import type { ParsedMessage } from "../event/index.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";

export const SPAMASSASSIN_PROGRAMS = ["spamd", "spamc", "spamass-milter", "spamassassin"] as const;

// spamd: result: Y 9 - BAYES_99,URIBL_BLACK scantime=0.8,size=5120,user=bob,uid=1209,required_score=5.0,rhost=localhost,raddr=127.0.0.1,rport=58232,mid=<m@x>,bayes=0.99,autolearn=no autolearn_force=no
const RESULT = /^result: ([Y.]) +(-?\d{1,5}) - ([A-Z0-9_,]{0,4000}) scantime=[0-9.]{1,12},size=(\d{1,15}),/;
const AFTER_USER = /,uid=\d{1,10},required_score=(-?[0-9.]{1,10}),/;
// spamd: identified spam (9.3/5.0) for bob:1209 in 0.8 seconds, 5120 bytes.
const SCORED = /^(identified spam|clean message) \((-?[0-9.]{1,12})\/(-?[0-9.]{1,12})\) for /;

/** What a line of spamd says. */
export function parseSpamassassin(program: ProgramTag, message: string): ParsedMessage {
	const text = message.startsWith("spamd: ") ? message.slice(7) : message;
	const common = { kind: "verdict", mta: "spamassassin", filter: "spamassassin" } as const;
	const result = RESULT.exec(text);
	if (result) {
		const rest = text.slice(result[0].length);
		const names = (result[3] as string).split(",").filter((name) => name !== "");
		return event({
			...common,
			result: result[1] === "Y" ? "spam" : "clean",
			score: Number(result[2]),
			required: number(AFTER_USER.exec(rest)?.[1]),
			messageId: messageId(rest),
			symbols: names.length > 0 ? names : undefined,
			size: Number(result[4]),
		});
	}
	const scored = SCORED.exec(text);
	if (scored) {
		return event({
			...common,
			result: scored[1] === "identified spam" ? "spam" : "clean",
			score: number(scored[2]),
			required: number(scored[3]),
			size: number(/ in [0-9.]{1,12} seconds, (\d{1,15}) bytes\.?$/.exec(text)?.[1]),
		});
	}
	// server started on IO::Socket::IP [127.0.0.1]:783 (running version 4.0.1) ; spamass-milter 0.4.0 starting
	if (
		/^server (?:started on |pid|successfully|killed)|^spamass-milter \S{1,20} (?:starting|exiting)/.test(text)
	) {
		const version = /\(running version (\S{1,20})\)$|^spamass-milter (\S{1,20}) /.exec(text);
		return event({ kind: "status", mta: "spamassassin", text, version: version?.[1] ?? version?.[2] });
	}
	// with `-s FILE` the level stands before the words (Logger/File.pm): `warn: spamd: still running as root: user not specified with -u`
	const level = /^(warn|error): /.exec(text);
	if (level) {
		const severity = level[1] === "warn" ? "warning" : "error";
		return event({ kind: "problem", mta: "spamassassin", severity, text: text.slice(level[0].length) });
	}
	// spamc (libspamc.c): connect to spamd on ::1 failed, retrying (#1 of 3): Connection refused
	if (
		/^(?:Could not |Can't|plugin: eval failed|error:|connect(?: to spamd|ion attempt to spamd|\(AF_UNIX\)) |socket\(\S{1,20}\) to spamd failed|spamd responded with |failed sanity check|getaddrinfo |SSL_|(?:unable to|error) load|hit limit of |(?:fork|exec|pipe creation) failed)/i.test(
			text,
		)
	)
		return event({ kind: "problem", mta: "spamassassin", severity: "warning", text });
	// spamass-milter with `-d`: what it does, and all that it reads and writes
	if (program.base === "spamass-milter" && MILTER_DEBUG.test(text))
		return event({ kind: "other", mta: "spamassassin" });
	// spamd with `-D`: the part of it that speaks, `generic: SpamAssassin version 4.0.1`
	const known =
		/^(?:[A-Za-z][\w-]{0,30}: |connection from|checking message|processing message|prefork:|handled|handle_user|setuid to|still running|got connection|bad protocol|skipped|creating|config:|rules:|plugin:|bayes:|dns:|spf:|logger:|logmsg:|util:|timing:|check:|learn:|auto-|netset:|pyzor|razor|dcc|info:|dbg:|service unavailable|timeout|tell:|clean-up|alarm|child|server hit|will perform |attempting to listen |created |preloading modules| socket specification|socket module |server listen |privilege de-escalation |now running as|running as uid|accept\(\))/i;
	return known.test(text) ? event({ kind: "other", mta: "spamassassin" }) : unparsed("spamassassin");
}

const MILTER_DEBUG =
	/^(?:mlfi_[a-z]{3,12}(?:$|: )|::[a-z_]{2,30} |(?:output|input) {1,2}"|Remote address: |Total of \d|Received header for spamc: |remembering |spamc gets |SA score: |Rejecting|Not (?:rejecting|spam)|Setting debug level |smfi_register |(?:IP|address|AUTH|checking|CIDR|Could not match|auth) ?.{0,200}$)/;

function number(text: string | undefined): number | undefined {
	return text === undefined || !Number.isFinite(Number(text)) ? undefined : Number(text);
}

/** behind the id come only fields of spamd's own */
function messageId(rest: string): string | undefined {
	const at = rest.indexOf(",mid=<");
	if (at < 0) return undefined;
	const own = /^>(?:,rmid=<[^<>]{0,998}>)?(?:,(?:bayes|autolearn|shortcircuit|rmid)=[^<>]{0,100})*$/;
	for (let close = rest.indexOf(">", at); close >= 0; close = rest.indexOf(">", close + 1)) {
		if (own.test(rest.slice(close, close + 1200))) return rest.slice(at + 6, close) || undefined;
	}
	return undefined;
}
