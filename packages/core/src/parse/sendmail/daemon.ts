/**
 * The lines of sendmail that are about no delivery: its start and stop, its troubles, and what it says at high log levels. Told by their
 * beginnings, the literal starts of the sm_syslog statements; the few that begin with a file's or a client's name by what follows it.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { beginnings } from "../beginnings.ts";
import { event, unparsed } from "../parsed.ts";
import { readPeer } from "../peer.ts";

type Sort = "status" | "warning" | "error" | "other";

/** Sorts are tried in this order; `SYSERR` is the mark of err.c's syserr. */
const beginsAs = beginnings<Sort>([
	[
		"error",
		[
			"SYSERR",
			"error: ",
			"ERROR: ",
			"ERROR=",
			"low on space",
			"Losing ",
			"losing ",
			"savemail panic",
			"Cannot ",
			"cannot ",
			"can't ",
			"Could not ",
			"could not ",
			"open of ",
			"daemon could not open control socket",
			"daemon process ",
			"readqf: ",
			"FAILED to grow",
			"bogus queue file",
			"dferror: ",
			"queueup: cannot",
			"queueup: unlink",
			"queueup: notify",
			"sync_dir: cannot",
			"disconnect: ",
			"dup_df: ",
			"returntosender: ",
			"rewrite: ",
			"setsender: ",
			"MAIL too long",
			"RCPT too long",
			"encode64 for AUTH failed",
			"smtpquit: ",
			"makeconnection: ",
			"milter_",
			"Milter read(",
			"filesys_update failed",
			"gatherq: ",
			"persistent queue runner=",
			"queue control process",
			"persistent queue runner control",
			"restart queue runner",
			"proc_list_probe: found",
			// smrsh.c: uid 8: attempt to use "cat" (stat failed)
			"uid ",
			"aliasing/forwarding",
			"include ",
			"usershellok",
			"Bad line on ",
			"getmodifiers",
			"fcntl(",
			"hash map ",
			"mci_purge_persistent",
			"socket_map_lookup",
			"dbopen(",
			"db_open(",
			"dangerous permissions",
			"func=init_sem",
			"key=",
			"ph_map_open",
			"nisplus_getcanonname",
			"smtps: TLS not available",
			"arith_map",
			"str_union",
			"sm_shm",
		],
	],
	[
		"warning",
		[
			"rejecting connections on daemon ",
			"deferring connections on daemon ",
			"rejecting new messages",
			"daemon invoked without full pathname",
			"unable to ",
			"poststats: ",
			"gethostbyaddr(",
			"lost ",
			"File descriptors missing",
			"My unqualified host name",
			"Fixed MIME ",
			"Truncated ",
			"Dropped invalid comments",
			"queue timed out",
			"queue directory ",
			"hostsignature for host ",
			"WARNING: ",
			"Warning: ",
			"warning: ",
			"WorkList for ",
			"Unsupported address family",
			"ownership change on ",
			"no fchown()",
			"user ",
			"possible spam from ",
			"POSSIBLE ATTACK from ",
			"timeout connecting to ",
			"timeout during ",
			"timeout waiting for input during control",
			"Timeout.to_aconnect",
			"clt_features=TEMPFAIL",
			"server=",
			"srvfeatures: ",
			"rscheck(",
			"TLSA=",
			"checkqueuerunner",
			"shared memory does not",
			"proxy mode requested",
			"ldap_",
			"unauthorized PIPELINING",
			"dynamic class: ",
			"srv_features: ",
			"haproxy: ",
			"SSL_CTX_dane_enable=",
			"res_init()=",
			"FIPS=",
			'"',
		],
	],
	[
		"status",
		[
			"starting daemon",
			"started as:",
			"stopping daemon",
			"restarting ",
			"accepting connections again",
			"accepting new messages",
			"alias database ",
		],
	],
	[
		"other",
		[
			"runqueue: ",
			"runqueue ",
			"grew WorkList",
			"Milter: ",
			"queue manager: ",
			"rcptmods: ",
			"FIPSMode=",
			"DANE_depth=",
			"ehlo=",
			"Milter accept",
			"SMTP outgoing connect on ",
			"alias ",
			"forward ",
			"aliased to ",
			"forwarded to ",
			"locked",
			"queued",
			"queueup",
			"done",
			"dropenvelope",
			"clone ",
			"clone:",
			"split: ",
			"<-- ",
			"--- ",
			"--> ",
			"<<< ",
			">>> ",
			"*** ",
			"engine=",
			"tls_",
			"ctl_command",
			"in background, pid=",
			"removed ",
			"quarantine",
			"return receipt",
			"Authentication-Warning: ",
			"X-Authentication-Warning: ",
			"saved message in ",
			"Saved message in ",
			"size=",
			"header_sender",
			'Sending "',
			"dns ",
			"ldap=",
			"hesiod ",
			"expand ",
			"changed",
			"unlock",
			"assigned id",
			"too young (",
			"dowork",
			"sendenvelope",
			"finis, ",
			"interrupt",
			"disconnect level ",
			"mci_",
			"unlink ",
			"rqe: ",
			"rwg: ",
			"rq: ",
			"sqr: ",
			"sync_dir: ",
			"conn_limits: ",
			"connection_rate_check",
			"global connection rate",
			"total: cnt=",
			"stab: ",
			"x-connect",
			"main: ",
			"ph_map_",
			"delaying=",
			"stat=occ_exceeded",
			"smtp: doublequeue",
			"set automode",
			"rcpt=",
			"Adding ",
			"queue group name ",
			"deferred: ",
			"proc_list_probe: lost",
			"CurChildren",
			"NextMacroId",
			"getauth ",
			"msgid=",
			"relay=",
			"delay=",
			"stat=",
		],
	],
]);

/** Statements that begin with a name. */
const NAMED: readonly [shape: RegExp, sort: Sort][] = [
	// daemon MTA-v4: problem creating SMTP socket
	[/^daemon \S{1,60}: problem /, "error"],
	// /etc/aliases: 4 aliases, longest 43 bytes, 90 bytes total
	[/^\/\S{1,200}: \d{1,9} aliases, longest /, "other"],
	// /home/u3/.forward: world writable forward file, marked unsafe ; /etc/mail/x.db: lookup error, expected 1 entry, got 2
	[
		/^\S{1,200}: (?:unsafe directory path|user \S{1,60} has bad shell|(?:world|group) writable |lookup error|WARNING: |line \d)/,
		"warning",
	],
	// /etc/mail/helpfile too old (require version 2)
	[/^\S{1,200} too old \(require version /, "warning"],
	// /etc/mail/x: unlink-fail 2 ; h: changed fds:
	[/^\S{1,200}: (?:unlink-fail \d|changed fds:)/, "other"],
];

/** The event of any other line of sendmail; `unparsed` where nothing here knows it. */
export function parseDaemon(queueId: string | undefined, text: string): ParsedMessage {
	const common = { mta: "sendmail", queueId } as const;
	const attack = attackOf(text);
	if (attack !== undefined) {
		return event({ kind: "problem", ...common, severity: "warning", text, client: readPeer(attack) });
	}
	const sort = sortOf(text);
	if (sort === undefined) return unparsed("sendmail", queueId);
	if (sort === "other") return event({ kind: "other", ...common });
	// starting daemon (8.17.1.9): SMTP+queueing@00:00:15
	if (sort === "status") {
		const version = /^starting daemon \((\S{1,40})\):/.exec(text)?.[1];
		return event({ kind: "status", ...common, text, version });
	}
	return event({ kind: "problem", ...common, severity: sort, text, client: clientOf(text) });
}

// Milter (opendkim): error connecting to filter: Connection refused by /run/x
const MILTER = /^Milter \([^()]{1,100}\): (.{0,300})/;

function sortOf(text: string): Sort | undefined {
	// Milter (opendkim): init success to negotiate
	const milter = text.startsWith("Milter (") ? MILTER.exec(text)?.[1] : undefined;
	if (milter !== undefined)
		return /error|timeout|unsafe|fail|returned|unknown|closed|invalid|bad |not ready|too long|empty|no valid|did not|larger/i.test(
			milter,
		)
			? "warning"
			: "other";
	const sort = beginsAs(text);
	if (sort !== undefined) return sort;
	return NAMED.find(([shape]) => shape.test(text))?.[1];
}

const PEER = "([^\\s:]{0,255} ?\\[[0-9A-Fa-f.:IPv]{2,50}\\](?: \\(may be forged\\))?)";
// h.example [192.0.2.1]: probable open proxy: command=GET / ; h.example [192.0.2.1]: possible SMTP attack: command=AUTH, count=5
const ATTACK = new RegExp(
	`^${PEER}: (?:probable open proxy|possible SMTP attack|Possible SMTP RCPT flood|SMTP violation)`,
);
// unauthorized PIPELINING, sleeping, relay=h.example [192.0.2.1] ; POSSIBLE ATTACK from h.example: newline in string "x"
const CLIENTS = [
	new RegExp(`^unauthorized PIPELINING, sleeping, relay=${PEER}$`),
	/^POSSIBLE ATTACK from ([^\s:"]{1,255}): newline /,
];

function attackOf(text: string): string | undefined {
	return ATTACK.exec(text)?.[1];
}

function clientOf(text: string) {
	for (const shape of CLIENTS) {
		const peer = shape.exec(text)?.[1];
		if (peer !== undefined) return readPeer(peer);
	}
	return undefined;
}
