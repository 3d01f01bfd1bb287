/**
 * Lines that are known and carry nothing to keep: what raised log levels add (`smtpd -v`, debug_peer_list,
 * smtp_tls_loglevel 2 to 4), and notes beside lines that say the same in fields. Told by their beginnings, which Postfix
 * writes itself, or by the C name of the function that speaks; asked only when no other reader knew the line.
 */
import { firstWord } from "./first-word.ts";

/** Beginnings, each at least a whole word. Taken from the msg_info() calls of Postfix 3.7, 3.10 and 3.11. */
const BEGINNINGS: readonly string[] = [
	// delivery, and what smtp(8) adapts itself to
	"skipped, still being delivered",
	"enabling PIX ",
	"disabling PIX ",
	"breaking line > ",
	"discarding EHLO keywords",
	"Host offered STARTTLS",
	"passing <",
	"ignoring DNS RR: ",
	"skipping SRV lookup for ",
	"SMTPS wrappermode ",
	"not sending trace/success notification ",
	"no trace file -- ",
	"enabling VERP for sender ",
	"server features: ",
	"Using ESMTP PIPELINING, ",
	"Using LMTP PIPELINING, ",
	"fsspace: ",
	"PASS ",
	"connecting to ",
	"connect to subsystem ",
	"trying... [",
	"begin ",
	"end ",
	"pref ",
	"skipping ",
	"MX name ",
	"no usable TLSA records found, ",
	"host name lookup methods: ",
	"mapping DSN status ",
	"ignoring redundant or conflicting milter reply: ",
	"recipient limit ",
	"placed in ",
	// tables and their libraries
	"Compiled against Berkeley DB",
	"Run-time linked against Berkeley DB",
	"close database ",
	"database ",
	"successfully executed '",
	"mapping from '",
	"request to index ",
	"looking for plugins in ",
	"cannot load ",
	"unable to dlopen ",
	"loaded ",
	"expanded and quoted query: ",
	"pausing to let ",
	"ni_lookup ",
	"source=",
	// SASL
	"SASL authentication info: ",
	"SASL authentication debug: ",
	"SASL authentication trace: ",
	"SASL authentication pass: ",
	"starting new SASL client",
	"disposing SASL state information",
	// TLS engine and session caches
	"initializing the ",
	"cannot set default OpenSSL ",
	"setting up TLS connection ",
	"starting TLS engine",
	"TLS SNI ",
	"SSL_accept:",
	"SSL_connect:",
	"SSL_set_fd error ",
	"SSL3 alert ",
	"undefined:",
	"Peer: ",
	"Unverified: ",
	"Verified: ",
	"Peer certificate",
	"Peer cert ",
	"Matched ",
	"fingerprint=",
	"fingerprint: ",
	"subject=",
	"issuer=",
	"DNSSEC-signed TLSA record: ",
	"TA cert as TLSA record: ",
	"TA pkey as TLSA record: ",
	"using DANE RR: ",
	"Decrypting session ticket",
	"Issuing session ticket",
	"looking for session ",
	"reloaded session ",
	"save session ",
	"remove session ",
	"put ",
	"lookup ",
	"delete ",
	"open ",
	"close ",
	"write ",
	"read ",
	"Read ",
	"Write ",
	"cannot read ",
	"cannot write to EGD ",
	"cannot seek ",
	"EGD server ",
	"lost connection to EGD ",
	"TLS support is not compiled in",
	"received master trigger",
	"Relaying allowed for ",
	"global TLS level: ",
	"effective TLS level: ",
	// dialogue and restrictions
	"< ",
	"> ",
	"<<< ",
	">>> ",
	"--- ",
	"===",
	"report ",
	"query milter ",
	"inspect content by ",
	"abort all milters",
	"disconnect event to ",
	"free ",
	"send ",
	"receive ",
	"reply: ",
	"milter ",
	"override ",
	"event: ",
	"client flags = ",
	"server flags = ",
	"flags = ",
	"errs = ",
	"ignoring: ",
	"closing ",
	"initial envelope ",
	"extracted envelope ",
	"masquerade: ",
	"PUSH boundary ",
	"POP boundary ",
	"garbage in ",
	"prepending '.' to malformed line",
	// queue manager and local delivery
	"record ",
	"old-style scan record ",
	"request: ",
	"request ignored",
	"wakeup ",
	"defer ",
	"enable ",
	"start ",
	"done ",
	"input attribute ",
	"forward delivered=",
	"HOME: ",
	"deliver ",
	"PUT ",
	"GOT ",
	"PROBE ",
	"site ",
	"skip ",
	"queue: ",
	"renamed file ",
	"removed file ",
	"remove ",
	"chdir ",
	"before ",
	"after ",
	"enter ",
	"leave ",
	"cleanup flags = ",
	"flags for ",
	"spool_uid/gid ",
	"-c option ignored",
	"-cc option ignored",
	// processes, sockets and files
	"connection ",
	"client socket not found ",
	"client_address: ",
	"master disconnect ",
	"idle timeout ",
	"got sigchld",
	"throttle released ",
	"throttling command ",
	"spawn command ",
	"ignoring status update ",
	"chroot ",
	"setugid: ",
	"fd=",
	"sendmsg error ",
	"running: ",
	"myhostname=",
	"export ",
	"using config files in ",
	"master exit time has arrived",
	"proxymap stream disconnect",
	"list before sort/uniq",
	"list after sort/uniq",
	"skipping address family ",
];

/** By first word, so that a line is compared with few of them. */
const BY_WORD: ReadonlyMap<string, readonly string[]> = Map.groupBy(BEGINNINGS, firstWord);

/** What an attribute stream's name or a table's name stands before: attr_scan*.c, dict_debug.c, memcache_proto.c. */
const BEHIND_A_NAME =
	/^[^\s:]{1,255}(?: -v)?(?::[^\s]{1,255})?(?:: wanted attribute: |: \(end\)$|: (?:non-)?terminator |: EOF$|: uid \d+: file has | asciified to | TLS level: | stream disconnect$| (?:got|read|write): |:? ?lookup: "|:? ?update: "|:? ?delete: "|:? ?sequence: | cache cleanup will start after |: no tls policy lookup$|: successful query result | table ignores |: skipping lookup of |: timeout$|: domain |: no policy for domain | feedback type )/;
// attr_scan_plain.c: private/anvil socket: wanted attribute: status
const SOCKET = /^\S{1,255} (?:socket|stream): /;

/** The text of a struct that deliver_attr_dump() and master_print_status() print, one member a line. */
const MEMBERS: ReadonlySet<string> = new Set(
	(
		"level path fp queue_name queue_id offset sender recipient domain local user extension unmatched owner delivered " +
		"relay exp_type exp_from why flags name type listen_fd_count wakeup max_proc avail_proc total_proc " +
		"throttle_delay children next address"
	).split(" "),
);

// [192.0.2.1]:4711: replacing command … · mx[192.0.2.1]:25: subject_CN=…, issuer=… · [192.0.2.1]192.0.2.1: discarding EHLO keywords
const PEER = /^[^\s:[\]]{0,255}\[[^\]\s]{1,60}\](?::?[\d.:a-f]{1,45}|:unknown)?: /;
// trivial-rewrite -v: `local' `bob' -> `bob@a.example'
const REWRITTEN = "`";
// host mx.example[192.0.2.1] offers SMTPUTF8 support, but not 8BITMIME
const OFFERS = /^host \S{1,300} offers /;
// tls_misc.c, level 4: 0000 16 03 01 00 c8 01 … · 0060 - <SPACES/NULLS>
const DUMP = /^[0-9a-f]{4,16} (?:[0-9a-f]{2}[ -]|- <SPACES\/NULLS>)/;
// myflock(8, MYFLOCK_STYLE_FLOCK, MYFLOCK_OP_EXCLUSIVE) · smtpd_dns_reply_filter, dict_eval: const · event_enable_read: fd 9 · argv_attr_scan count=2 · match_list_match[2] …
const FUNCTION = /^(?:myflock|[A-Za-z][A-Za-z0-9]{0,40}_[A-Za-z0-9_]{0,60})(?:[[(:{ =]|$)/;

/** Whether a line is such a note. */
export function isDetail(text: string): boolean {
	const word = firstWord(text);
	if (BY_WORD.get(word)?.some((start) => text.startsWith(start))) return true;
	if (MEMBERS.has(word) && text.startsWith(": ", word.length)) return true;
	if (text.startsWith(REWRITTEN)) return true;
	const head = text.slice(0, 700);
	return (
		FUNCTION.test(head) ||
		PEER.test(head) ||
		DUMP.test(head) ||
		OFFERS.test(head) ||
		SOCKET.test(head) ||
		BEHIND_A_NAME.test(head)
	);
}
