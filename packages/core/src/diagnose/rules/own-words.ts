/**
 * What Exim and OpenSMTPD write where nobody answered: the statements of their routers and transports, whole enough that no remote's words
 * resemble them. Tried before the rules for words of any origin, which would read `mailbox … has too many links` as a limit.
 */
import type { Rule } from "../rule.ts";

export const OWN_WORDS_RULES: readonly Rule[] = [
	{
		id: "exim-mailbox-file",
		cause: "local-permission",
		any: [
			["mailbox ", "has wrong uid ("],
			["mailbox ", "has wrong gid ("],
			["mailbox ", "has too many links ("],
			["mailbox ", "has the wrong mode"],
			["mailbox ", "is not a regular file"],
			["does not exist, but ", ["file_must_exist is set", "creation outside the home directory"]],
			["failed to lock mailbox", ["lock file", "fcntl/flock"]],
			["failed to open mailbox ", "permission denied"],
			["attempting to ", ["chmod mailbox", "stat mailbox", "stat open mailbox"]],
			"mailbox file format unrecognized",
			["home directory path ", "is not absolute"],
		],
		source: "Exim transports/appendfile.c",
		matches: [
			"mailbox /var/mail/taro has wrong uid (1001 != 1000)",
			"mailbox /var/mail/taro has too many links (2)",
			"mailbox /var/mail/taro does not exist, but file_must_exist is set",
			"failed to open mailbox /var/mail/taro: Permission denied",
		],
		misses: [
			"550 5.1.1 mailbox taro does not exist",
			"452 4.5.3 mailbox has too many messages",
			"550 5.7.1 Permission denied",
		],
	},
	{
		id: "exim-redirect",
		cause: "forward-file-refused",
		any: [
			"delivery to pipe forbidden",
			"delivery to file forbidden",
			"included files not permitted",
			"file insertions are not permitted",
			["included file ", ["is not a regular file", "is not in directory", "is not an absolute path"]],
			"error in redirect data",
		],
		source: "Exim routers/rf_get_transport.c and redirect.c, parse.c",
		matches: [
			"delivery to pipe forbidden",
			"included file /etc/team is not a regular file in the /home directory",
			'error in redirect data: missing or malformed local part (expected word or "<")',
		],
		misses: ["550 5.7.1 delivery to this address is forbidden"],
	},
	{
		id: "exim-pipe",
		cause: "delivery-program-failed",
		any: [
			"pipe delivery process timed out",
			"timeout while writing to pipe",
			["command not permitted by", "transport"],
			["command not found for", "transport"],
			["(command for", "failed for security reasons"],
		],
		source: "Exim transports/pipe.c",
		matches: [
			"pipe delivery process timed out",
			'"/opt/list" command not permitted by address_pipe transport',
			'"list" command not found for address_pipe transport',
		],
		misses: ["550 5.7.1 command not permitted", "conversation with mx.example.net[192.0.2.25] timed out"],
	},
	{
		id: "exim-user",
		cause: "host-broken",
		any: [
			["failed to set uid=", "in subprocess"],
			["failed to set gid=", "in subprocess"],
			["unable to set gid=", "uid="],
			"dkim_strict is set. deferring message delivery",
		],
		source: "Exim exim.c (exim_setugid), child.c, transports/smtp.c",
		matches: [
			"unable to set gid=1000 or uid=1000 (euid=101): local delivery to taro",
			"DKIM: message could not be signed, and dkim_strict is set. Deferring message delivery.",
		],
		misses: ["550 5.1.1 unable to find user"],
	},
	{
		id: "exim-names-for-now",
		cause: "name-lookup-failed",
		any: [
			["all host address lookups", "failed temporarily"],
			["dns lookup of", "deferred"],
			["host lookup for ", "did not complete"],
			"failed mx lookup",
			"bad dns lookup error code",
			"cannot retrieve smarthost",
		],
		source: "Exim transports/smtp.c and routers/dnslookup.c; OpenSMTPD mta.c and dns.c",
		matches: [
			"all host address lookups failed temporarily",
			'DNS lookup of "example.net" deferred',
			"bad DNS lookup error code",
			"Cannot retrieve smarthost",
		],
		misses: ["all host address lookups failed permanently"],
	},
	{
		id: "exim-names",
		cause: "no-route",
		any: [
			["all host address lookups", "failed permanently"],
			["lookup of host ", "failed in ", ["router", "transport"]],
			["lookup failed for all hosts in ", "router"],
		],
		source: "Exim transports/smtp.c and routers/rf_lookup_hostlist.c",
		matches: [
			"all host address lookups for 'example.net' failed permanently",
			'lookup of host "mx.example.net" failed in smarthost router',
			"lookup failed for all hosts in smarthost router: host_find_failed=ignore host_all_ignored=defer",
		],
		misses: ["all host address lookups failed temporarily"],
	},
	{
		id: "exim-expired",
		cause: "expired-in-queue",
		any: ["retry record present but expired"],
		source: "Exim deliver.c: nothing was tried, the time for retrying was over",
		matches: ["domain retry record present but expired"],
		misses: ["retry time not reached for any host"],
	},
	{
		id: "opensmtpd-ways",
		cause: "host-unreachable",
		any: ["no valid route to destination", "all routes to destination blocked", "could not contact mx"],
		source: "OpenSMTPD mta.c",
		matches: ["No valid route to destination", "All routes to destination blocked"],
		misses: ["550 5.7.1 destination blocked"],
	},
	{
		id: "opensmtpd-login",
		cause: "auth-required",
		any: ["refuse to auth over unsecure channel", "auth not advertised"],
		source: "OpenSMTPD mta_session.c: it has a password and no safe way to give it",
		matches: ["Refuse to AUTH over unsecure channel", "AUTH not advertised"],
		misses: ["AUTH rejected: 535 Authentication failed"],
	},
];
