/** ClamAV (clamav-milter, clamd, freshclam), clamsmtp: what was found in a message or a file, and in which message. */
import { bareAddress, type VerdictEvent } from "../../event/index.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import { type Filter, peer, type Saying } from "./saying.ts";

const CLAMAV_MILTER: readonly Saying[] = [
	// Message AD6402B010A from <a@x> to <b@y> with subject 'virus' message-id '<m@x>' date 'Sun, …' infected by Test.Eicar.UNOFFICIAL
	// Clean message 7B25C2B0016 from <a@x> to <b@y> with subject '…' message-id '…' date '…'
	{ pattern: /^(Clean message|Message) (?:([0-9A-Za-z-]{5,25}) )?from (?=<)/i, verdict: readMessage },
	{ pattern: /^ERROR: .{0,600}$|^clamfi_\w{1,40}: .{0,400}$/, severity: "error" },
	{ pattern: /^WARNING: .{0,600}$/, severity: "warning" },
	{
		pattern:
			/^(?:LOCAL: |Probe for |Local socket|TCP socket|Loaded |Starting|Message discarded|Message quarantined|\+{3}|Log file size|Limits|\S{1,40} (?:pool|socket)|No clamd|All clamd|.{0,100}clamd|Bad whitelist|Cannot ).{0,400}$/,
	},
];

/** Subject, Message-ID and date are the sender's; what found the virus stands at the end, where they cannot reach. */
function readMessage(match: RegExpExecArray): Partial<VerdictEvent> | undefined {
	const text = match.input.slice(match[0].length);
	const to = indexOutside(text, " to <");
	if (to < 0) return undefined;
	const rest = text.slice(to + 4);
	const end = indexOutside(rest, " ");
	const words = end < 0 ? "" : rest.slice(end);
	const clean = match[1] === "Clean message";
	const virus = clean ? undefined : / infected by (\S{1,200})$/.exec(words)?.[1];
	if (!clean && virus === undefined) return undefined;
	const id = messageIdOf(words);
	return {
		...(match[2] !== undefined && { queueId: match[2] }),
		sender: bareAddress(text.slice(0, to)),
		recipients: splitAddresses(end < 0 ? rest : rest.slice(0, end)),
		...(id !== undefined && { messageId: id }),
		result: clean ? "clean" : "virus",
		...(virus !== undefined && { reason: virus }),
	};
}

/** Between its two marks, if each stands there once: a subject may imitate them. */
function messageIdOf(words: string): string | undefined {
	const [from, to] = [" message-id '<", ">' date '"];
	const start = words.indexOf(from);
	const end = words.indexOf(to);
	if (start < 0 || end < start || words.lastIndexOf(from) !== start || words.lastIndexOf(to) !== end)
		return undefined;
	return words.slice(start + from.length, end) || undefined;
}

const CLAMD: readonly Saying[] = [
	// /tmp/clamav-5cc00986d70e.tmp (deleted): Test.Eicar.UNOFFICIAL(7b07c4becca9824378f92cb117566b9c:482) FOUND
	{
		pattern: /: ([\w.-]{1,200})(?:\([0-9a-f]{32}:\d{1,15}\))? FOUND$/,
		verdict: ([, virus]) => ({ result: "virus", reason: virus as string }),
	},
	{ pattern: /: OK$/, verdict: () => ({ result: "clean" }) },
	// looked at from its end: a name full of colons would be searched from each of them
	{ pattern: /^(?:ERROR: |\^).{0,600}$| ERROR$(?<=: .{1,300} ERROR)/, severity: "error" },
	{ pattern: /^WARNING: .{0,600}$/, severity: "warning" },
	{
		pattern: /^(?:clamd daemon |\+{3} Started|--- Stopped|freshclam daemon |ClamAV update process).{0,200}$/,
		status: true,
	},
	{ pattern: /^.{0,1000}$/ },
];

function readSmtp([, addresses, status, name]: RegExpExecArray): Partial<VerdictEvent> | undefined {
	const envelope = readAddresses(addresses as string);
	return (
		envelope && { ...envelope, result: status === "CLEAN" ? "clean" : "virus", ...(name && { reason: name }) }
	);
}

/** Behind `from=`: `a@x, to=bob@y, to=gina@y`. */
function readAddresses(text: string): Partial<VerdictEvent> | undefined {
	const to = indexOutside(text, ", to=");
	if (to < 0) return undefined;
	const recipients = text
		.slice(to + ", to=".length)
		.split(", to=")
		.map(bareAddress);
	return { sender: bareAddress(text.slice(0, to)), recipients };
}

const CLAMSMTP: readonly Saying[] = [
	// 100003: from=a@x, to=bob@y, to=gina@y, status=VIRUS:Test.Eicar.UNOFFICIAL
	{ pattern: /^from=(.{0,4400}), status=(CLEAN|VIRUS(?::(\S{1,200}))?)$/, verdict: readSmtp },
	{ pattern: /^(?:couldn't|error|failed|invalid|unexpected) .{0,400}$/, severity: "warning" },
	{
		pattern:
			/^(?:accepted connection|new |client |closed |connection |processor |thread |disconnected|accepting|from=|server ).{0,400}$/,
	},
];

/** What a filter's program made of a message; another status is what that program wrote. */
const PROXSMTP_RESULTS: Readonly<Record<string, string>> = {
	FILTERED: "pass",
	REJECTED: "reject",
	"FILTER-ERROR": "error",
};

function readProxSmtp([, address, addresses, status]: RegExpExecArray): Partial<VerdictEvent> | undefined {
	const envelope = readAddresses(addresses as string);
	const result = PROXSMTP_RESULTS[status as string];
	return (
		envelope && {
			...peer("", address as string),
			...envelope,
			...(result === undefined ? { reason: status as string } : { result }),
		}
	);
}

/** ProxSMTP: clamsmtp's code around any program. */
const PROXSMTP: readonly Saying[] = [
	{
		// 100004: client=127.0.0.1, from=a@x, to=bob@y, to=gina@y, status=FILTERED
		pattern: /^client=([0-9A-Fa-f:.]{2,50}), from=(.{0,4400}), status=(.{1,300})$/,
		verdict: readProxSmtp,
	},
	...CLAMSMTP,
];

export const VIRUS_FILTERS: readonly Filter[] = [
	{ programs: ["clamav-milter"], mta: "clamav", filter: "clamav", sayings: CLAMAV_MILTER },
	{ programs: ["clamd", "freshclam"], mta: "clamav", filter: "clamav", sayings: CLAMD, ownIds: true },
	{ programs: ["clamsmtpd"], mta: "clamav", filter: "clamav", sayings: CLAMSMTP, ownIds: true },
	{ programs: ["proxsmtpd"], mta: "proxsmtp", filter: "proxsmtp", sayings: PROXSMTP, ownIds: true },
];
