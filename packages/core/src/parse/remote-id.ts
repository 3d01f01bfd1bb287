/**
 * The id that the next host gave a message, read from its words of acceptance. Each form is anchored at the start or
 * the end of the reply. A word of a known queue id's form is `nextQueueId`, any other id `remoteId`.
 */
import { isQueueId } from "./queue-id.ts";

export interface RemoteId {
	nextQueueId?: string;
	remoteId?: string;
	/** a filter took the message and threw it away */
	discarded?: true;
	/** a filter took the message, refuses it and has told its sender so, or would have */
	returned?: true;
}

/** Wordings whose id is the next host's queue id, where it has the form of one. */
const QUEUED: readonly RegExp[] = [
	// Postfix: Ok: queued as 4jXCq739h9znF1p · Ok: 1594 bytes queued as … (after BDAT)
	/^(?:Ok|message)?[:,;]? ?(?:\d{1,12} bytes )?queued as "?([^\s"]{1,100})/i,
	// exim: OK id=1xUxQK-000012-1g; GMX: Requested mail action okay, completed: id=…
	/^(?:OK|Requested mail action okay, completed:) id=(\S{1,100})$/i,
	// sendmail, OpenSMTPD, Proofpoint: 6AM2bBcr001323 Message accepted for delivery
	/^(\S{1,100}) (?:mail |Message )accepted(?: for delivery)?$/i,
];

/** Wordings whose id is never one that the next host logs for its queue. */
const OTHER_IDS: readonly RegExp[] = [
	// dovecot LMTP: <u17@a.example> KEHEHfNUAmuqAAAAZN5P0Q Saved
	/^<.{0,320}> (\S{1,64}) Saved$/,
	// gmail: OK  1700000000 a1-20020a056e02-1si123qvb.45 - gsmtp
	/^OK:? {1,2}(?:DMARC:\S{1,20} )?\d{9,11} (\S{1,100}) - gsmtp$/i,
	// Exchange: <message-id> [InternalId=123, Hostname=…] … Queued mail for delivery
	/^<.{0,1000}> \[InternalId=(\d{1,30}),/,
	// cyrus LMTP: Ok SESSIONID=<cyrus-…>
	/^Ok SESSIONID=<([^>\s]{1,200})>$/i,
	// IronPort: ok:  Message 40279894 accepted
	/^ok: {1,2}Message (\d{1,15}) accepted$/i,
	// qmail: ok 1108907778 qp 18309
	/^(?:ok|queued!) (\d{9,11} qp \d{1,10})(?: |$)/i,
	// Proxmox Mail Gateway's filter: OK (2C225C6817C7EEE1481)
	/^OK \(([0-9A-F]{14,24})\)$/,
	// Amazon SES: Ok 0102018c…-000000
	/^Ok ([0-9a-f]{16}-[0-9a-f-]{20,60})$/i,
];

// amavis: from MTA(smtp:[127.0.1.2]:10025): 250 2.0.0 Ok: queued as …, older with its own id before
const FILTERED = /^(?:Ok, id=([\w/-]{1,40}), )?from MTA\([^()\s]{1,300}\): \d{3}(?: \d\.\d{1,3}\.\d{1,3})? /;
// amavis: Ok, discarded, id=00180-01 - BANNED: …
const DISCARDED = /^Ok, discarded, (?:UBE, )?id=([\w/-]{1,40})/;
// amavis, to the recipient of an LMTP transaction: Ok <u1@aa.example>, DSN was sent (554 5.7.0 Bounce, id=00089-07 - BANNED: …), or `DSN suppressed`
const RETURNED =
	/^Ok <[^<>\r\n]{0,320}>, DSN (?:was sent|suppressed(?:_2)?) \(5\d\d (?:[^()]{1,80}, )?(?:id=([\w/-]{1,40}))?/;

/** Reads a reply's bare words. */
export function readRemoteId(text: string): RemoteId {
	const own = postfixId(text);
	return own === undefined ? (readAmavis(text) ?? readWords(text)) : idOf(own);
}

const POSTFIX = "Ok: queued as ";
const POSTFIX_ID_MAX = 30;

/** The id of `Ok: queued as 4jXCq739h9znF1p` and nothing more: what most mail meets, so read without a pattern. */
function postfixId(text: string): string | undefined {
	if (!text.startsWith(POSTFIX)) return undefined;
	const { length } = text;
	if (length === POSTFIX.length || length > POSTFIX.length + POSTFIX_ID_MAX) return undefined;
	for (let at = POSTFIX.length; at < length; at++) {
		const code = text.charCodeAt(at);
		const isWord = (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
		if (!isWord) return undefined;
	}
	return text.slice(POSTFIX.length);
}

function readAmavis(text: string): RemoteId | undefined {
	if (!text.startsWith("Ok, ") && !text.startsWith("Ok <") && !text.startsWith("from MTA(")) return undefined;
	const filtered = FILTERED.exec(text);
	if (filtered) {
		const inner = readRemoteId(text.slice(filtered[0].length));
		return filtered[1] ? { ...inner, remoteId: filtered[1] } : inner;
	}
	const discarded = DISCARDED.exec(text);
	if (discarded) return { remoteId: discarded[1] as string, discarded: true };
	const returned = RETURNED.exec(text);
	return returned ? { returned: true, ...(returned[1] && { remoteId: returned[1] }) } : undefined;
}

function idOf(id: string): RemoteId {
	return isQueueId(id) ? { nextQueueId: id } : { remoteId: id };
}

function readWords(text: string): RemoteId {
	const id = firstMatch(QUEUED, text)?.replace(/[.,;)]+$/, "");
	if (id) return idOf(id);
	const remoteId = firstMatch(OTHER_IDS, text);
	return remoteId === undefined ? {} : { remoteId };
}

function firstMatch(forms: readonly RegExp[], text: string): string | undefined {
	for (const form of forms) {
		const id = form.exec(text)?.[1];
		if (id !== undefined) return id;
	}
	return undefined;
}
