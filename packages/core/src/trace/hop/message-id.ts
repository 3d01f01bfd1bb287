/**
 * When two Message-IDs are one. Filters write the domain behind the `@` in lower case, and some MTAs too, where the name of
 * the host that made it had capitals; the part before it is compared letter by letter.
 */

interface Named {
	messageId?: string | undefined;
	otherMessageIds?: readonly string[] | undefined;
}

/** A Message-ID as it is compared and looked up by. */
export function messageIdKey(id: string): string {
	const at = id.lastIndexOf("@");
	return at < 0 ? id : id.slice(0, at) + id.slice(at).toLowerCase();
}

/** Whether both know one and it is the same. */
export function sameMessageId(a: Named, b: Named): boolean {
	return anyPair(a, b, equal) ?? false;
}

/** Whether both know one and they differ. */
export function otherMessageId(a: Named, b: Named): boolean {
	return anyPair(a, b, (one, other) => equal(one, other) || mayBeOne(one, other)) === false;
}

/** All that a hop is known to bear. */
export function messageIdsOf({ messageId, otherMessageIds = [] }: Named): readonly string[] {
	return messageId === undefined ? [] : [messageId, ...otherMessageIds];
}

/** Undefined where either bears none. */
function anyPair(a: Named, b: Named, is: (a: string, b: string) => boolean): boolean | undefined {
	if (a.messageId === undefined || b.messageId === undefined) return undefined;
	if (is(a.messageId, b.messageId)) return true;
	if (!a.otherMessageIds && !b.otherMessageIds) return false;
	return messageIdsOf(a).some((one) => messageIdsOf(b).some((other) => is(one, other)));
}

/**
 * Dovecot logs an id as its parser reads it: without quotes and blanks, and no further than the first `>` (message-id.c, message_id_get_next). Of a
 * line's end and of what is no ASCII Postfix makes `?` (printable.c) or leaves it, exim and sendmail write `\303\251`, sendmail `\n`, with each
 * backslash twice, and rsyslog `#303#251`. Such an id is told by its plain characters.
 */
function mayBeOne(a: string, b: string): boolean {
	if (!ODD.test(a) && !ODD.test(b)) return false;
	// where both have it, it is no spelling of one of them: `<ticket#100@x>` and `<ticket#101@x>` are two
	const spelt = SPELLINGS.filter((each) => a.search(each) < 0 || b.search(each) < 0);
	const plain = (id: string) =>
		spelt.reduce((rest, each) => rest.replace(each, ""), id).replace(NOT_PLAIN, "");
	return equal(plain(a), plain(b));
}

const ODD = /[^\x21-\x7e]|[\\"?<>]|#[0-3][0-7]{2}/;
const SPELLINGS = [/>.*$/s, /#[0-3][0-7]{2}/g, /\\[0-3][0-7]{2}/g];
const NOT_PLAIN = /\\[nrt]|[^\x21-\x7e]|[\\"?]/g;

function equal(a: string, b: string): boolean {
	return a === b || (a.length === b.length && messageIdKey(a) === messageIdKey(b));
}
