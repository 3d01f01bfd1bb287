/**
 * Queue ids by their form: Postfix short and long, sendmail, exim, OpenSMTPD. An id is looked for only where an MTA
 * puts one (before the first `: `, after `queued as`), never inside somebody's words.
 */

// Postfix, mail_queue.h: microseconds and inode in hex; long ids in base 52, time and inode parted by `z`
const POSTFIX_LONG = /^(?=\D*\d)[0-9BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz]{10,24}$/;
// sendmail, conf.c assign_queueid: eight of time, then the process id; exim: 6-6-2, since 4.97 6-11-4; OpenSMTPD msgid
const OTHERS =
	/^(?:[0-9A-Za-z]{8}\d{6,7}|[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})|[0-9a-f]{8})$/;

/** Whether a word is an id that some known MTA would log for its own queue. */
export function isQueueId(word: string): boolean {
	if (word.length < 6 || word.length > 24) return false;
	return isPostfixShort(word) || POSTFIX_LONG.test(word) || OTHERS.test(word);
}

function isPostfixShort(word: string): boolean {
	if (word.length > LONGEST_HEX) return false;
	let hasDigit = false;
	for (let at = 0; at < word.length; at++) {
		const code = word.charCodeAt(at);
		if (code >= 48 && code <= 57) hasDigit = true;
		else if (code < 65 || code > 70) return false;
	}
	return hasDigit;
}

const [SHORTEST, LONGEST] = [6, 24];
/** without a digit it is a word, unless all of it is hex as Postfix writes it */
const LONGEST_HEX = 20;

/**
 * Where the word ends that stands before the first `:` of a message and is an id of Postfix by its place, or -1: no other first word of
 * its messages holds a digit. It need not be of the exact form: people change ids before they show a log. Asked for every line.
 */
export function endOfPostfixQueueId(text: string): number {
	let hasDigit = false;
	let isHex = true;
	let at = 0;
	for (; at <= LONGEST; at++) {
		const code = text.charCodeAt(at);
		if (code >= 48 && code <= 57) hasDigit = true;
		else if (code >= 65 && code <= 90) isHex &&= code <= 70;
		else if (code >= 97 && code <= 122) isHex = false;
		else break;
	}
	const isId = at >= SHORTEST && at <= LONGEST && (hasDigit || (isHex && at <= LONGEST_HEX));
	return isId && text.charCodeAt(at) === 58 ? at : -1;
}
