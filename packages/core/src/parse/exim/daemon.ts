/**
 * The lines of exim that are about no delivery and no client: its start and stop, queue runs, and what its modules complain of. Told
 * by their beginnings, which are the literal starts of the log_write statements; a few begin with a name and are told by their end.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { beginnings } from "../beginnings.ts";
import { event, unparsed } from "../parsed.ts";

type Sort = "status" | "warning" | "error" | "fatal" | "other";

/** Sorts are tried in this order. */
const beginsAs = beginnings<Sort>([
	["status", ["exim 4", "Exim version", "SIGHUP received", "pid "]],
	[
		"other",
		[
			"Start queue run",
			"End queue run",
			"cwd=",
			"Message is frozen",
			"Spool file is locked",
			"no immediate delivery",
			"queue run",
			"incomplete transaction",
			"Sender identification ",
			"sender address changed",
			"original recipient",
			"tidydb",
			"SPF",
			"SA: ",
			"DMARC",
			"ident connection ",
			"discarded",
			"Spool file for ",
			"original recipients ignored",
			"Message abandoned",
			"address <",
			"recipient <",
			"recipient address",
			'"',
			"ETRN ",
			"Received TLS status",
			"notify triggered queue run",
			"Start '",
			"End '",
			"Abandon queue run",
			"Delivery deferred by system filter",
			"PRDR ",
			"ARC: ",
			"moved from ",
			"rescind the above",
			"debugging Exim",
			"listen backlog",
			"Long ",
			"ignoring AUTH=",
			"VRFY failed for ",
			"timed out while reading local message",
			"Process failed (",
			"qualify/rewrite: ",
			"local_scan() ",
			"DNS list lookup ",
		],
	],
	[
		"warning",
		[
			"TLS ",
			"Warning: ",
			"warning: ",
			"no host name found",
			"host name alias list",
			"no IP address found",
			"log string overflow",
			"child process ",
			"Child process ",
			"rewrite: ",
			"DANE ",
			"CNAME loop ",
			"dnslists domain ",
			"dnssec fail ",
			"list matching forced to fail",
			"Message removed because older ",
			"Server certificate ",
			"OCSP ",
			"Required TLS ",
			"Received TLS cert",
			"SNI unusable",
			"ALPN unusable",
			"SSL ",
			"WARNING: ",
			"Authentication failed",
			"MIME acl condition",
			"mime_regex acl condition",
			"regex acl condition",
			"internal scanner error",
			"DCC: ",
			"Temporary error with DCC",
			"Unknown DCC",
			"Wrong header from DCC",
			"ridiculously long message header",
			"overlong message header",
			"SIGTERM received",
			"SIGINT received",
		],
	],
	["fatal", ["Exim configuration error"]],
	[
		"error",
		[
			"Tainted ",
			"malware acl condition",
			"spam acl condition",
			"failed to ",
			"Failed to ",
			"unable to ",
			"Unable to ",
			"Error ",
			"error ",
			"routing failed",
			"Delivery status for ",
			"remote host address is the local host",
			"lowest numbered MX record points to local host",
			"ALERT",
			"exim user lost privilege",
			"socket bind() ",
			"daemon_notifier_socket ",
			"daemon: ",
			"string_sprintf",
			"neither ",
			"spool file ",
			"Format error in spool file",
			"message abandoned",
			"SIGSEGV",
			"SEGV_",
			"backtrace",
			"queue run: ",
			"process ",
			"Process ",
			"routing loop ",
			"getsockname",
			"getrlimit",
			"setrlimit",
			"accept",
			"bind of ",
			"setsockopt",
			"IPv6 socket",
			"IPv4 socket",
			"Couldn",
			"Could not ",
			"couldn",
			"cannot ",
			"Cannot ",
			"expansion ",
			"Expansion of ",
			"Rewrite of ",
			"invalid ",
			"internal error",
			"internal problem",
			"bad ",
			"unknown ",
			"Unknown ",
			"attempt to ",
			"Attempt to ",
			"spam warning",
			"link(",
			"unlink(",
			"rmdir(",
			"DMARC fail",
			"failure to ",
			"failure ",
			"Spool error",
			"Spool",
			"spool directory",
			"log directory",
			"local_scan() function",
			"redirection process",
			"remote delivery process",
			"tainted ",
			"no @ found",
			"Bad db record",
			"failed in ",
			"DB ",
			"dbfn",
			"smtp-wait ",
			"TLS ALPN",
			"ACL for ",
			'ACL "',
			"configured error code",
			"string too large",
			"Wrong ownership",
			"Stat failed",
			"chown(",
			"More than one path",
			"Lookup module",
			"lookup ",
		],
	],
]);

/** Words in the middle of statements that begin with a name. */
const MIDDLES: readonly [mark: string, sort: Sort][] = [
	// a@client.example: error ignored ; a@x <b@x>: error ignored: RFC 3834
	[": error ignored", "other"],
	// <pipe@b.example>: address_pipe transport output: it is broken
	[" transport output: ", "other"],
	// appendfile transport process returned non-zero status 0x0100: exit code 1
	[" transport process ", "error"],
	// 1xV25S-000080-2M bad addresses found in headers
	["bad addresses found in headers", "error"],
	["no recipients found in headers", "error"],
	// aliases router: skipped error: …
	[" router: skipped error", "warning"],
	[" router failed to expand ", "error"],
	// login authenticator cancelled authentication H=mx.e.example [127.0.1.15] …
	[" authenticator cancelled authentication ", "warning"],
	[": accepted by +include_", "other"],
];

/** The event of any other line of exim; `unparsed` where nothing here knows it. */
export function parseDaemon(queueId: string | undefined, text: string): ParsedMessage {
	const common = { mta: "exim", queueId } as const;
	const sort = sortOf(text);
	if (sort === undefined) return unparsed("exim", queueId);
	if (sort === "other") return event({ kind: "other", ...common });
	// exim 4.96 daemon started: pid=57, -q10s, listening for SMTP on [127.0.1.12]:25
	if (sort === "status")
		return event({ kind: "status", ...common, text, version: /^exim (4\S{0,20}) daemon /.exec(text)?.[1] });
	return event({ kind: "problem", ...common, severity: sort, text });
}

function sortOf(text: string): Sort | undefined {
	const sort = beginsAs(text);
	if (sort !== undefined) return sort;
	return MIDDLES.find(([mark]) => text.includes(mark))?.[1];
}
