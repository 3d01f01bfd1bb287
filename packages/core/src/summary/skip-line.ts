/**
 * Which lines of Postfix need no parsing for a summary: connections, TLS notes and Message-IDs, about half of a log. Only
 * RFC 3164 and RFC 3339 files are looked at, where the tag stands at a known place before any stranger's word.
 */

const SPACE = 32;
const BRACKET = 91;
const SLASH = 47;

const USELESS: readonly string[] = [
	"connect from ",
	"disconnect from ",
	"lost connection after ",
	"Anonymous TLS connection established ",
	"Untrusted TLS connection established ",
	"Trusted TLS connection established ",
	"Verified TLS connection established ",
];

/** Whether the line counts nothing, whatever else it holds. */
export function isUseless(raw: string): boolean {
	const tag = tagAt(raw);
	if (tag < 0) return false;
	const bracket = raw.indexOf("[", tag);
	// a host name before the slash would be no tag: `postfix/smtpd[123]: `
	if (bracket < 0 || bracket - tag > 64 || !isTag(raw, tag, bracket)) return false;
	const text = raw.indexOf("]: ", bracket) + 3;
	if (text < 3 || text - bracket > 14) return false;
	const first = raw.charCodeAt(text);
	switch (first) {
		case 65: // A
		case 84: // T
		case 85: // U
		case 86: // V
		case 99: // c
		case 100: // d
		case 108: // l
			if (USELESS.some((words) => raw.startsWith(words, text))) return true;
	}
	return isMessageId(raw, text);
}

/** Where the tag begins; -1 for headers of other formats. */
function tagAt(raw: string): number {
	const first = raw.charCodeAt(0);
	let host: number;
	if (first >= 65 && first <= 90) host = 16;
	else if (first === 50 && raw.charCodeAt(10) === 84) host = raw.indexOf(" ") + 1;
	else return -1;
	if (host <= 0 || host > 40 || raw.charCodeAt(host - 1) !== SPACE) return -1;
	const space = raw.indexOf(" ", host);
	return space < 0 ? -1 : space + 1;
}

/** No space, and a slash: Postfix's daemons log under `postfix/…` or an instance's name. */
function isTag(raw: string, from: number, to: number): boolean {
	let slash = false;
	for (let at = from; at < to; at++) {
		const code = raw.charCodeAt(at);
		if (code === SPACE || code === BRACKET) return false;
		if (code === SLASH) slash = true;
	}
	return slash;
}

// 4jXHYY600rzJjj5: message-id=<…>
function isMessageId(raw: string, text: number): boolean {
	const colon = raw.indexOf(": message-id=", text);
	if (colon < 0 || colon - text > 20) return false;
	for (let at = text; at < colon; at++) if (raw.charCodeAt(at) === SPACE) return false;
	return true;
}
