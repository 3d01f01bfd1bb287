/**
 * Every mail address in a text, whatever stands around it: bare, in brackets, with a quoted local part, in a path, in a
 * URL with its `@` encoded. Looks from each `@` to the left as far as a local part may reach (RFC 5322 atoms, and letters
 * beyond ASCII); a log's own key before it (`user=bob@example.net`) is not part of it. Linear.
 */

/** What stands before `=` in logs without brackets around the address. Any other `x=y@z` is one local part (VERP). */
export const NAME_KEYS: ReadonlySet<string> = new Set(
	`to from orig_to original_to sender recipient recipients rcpt rcptto rcpt_to mailfrom mail_from envelope_from
	envelope-from smtp.mailfrom smtp.rcptto header.from header.i smtp.auth user users username usr login logname ruser
	acct account auth auth_user authid authname authzid sasl_username sasl_sender ctladdr owner orig_user master_user
	suser duser uname author identity email mail address addr orcpt id i u a f h return-path forward dest destuser
	mailbox reply-to resent-from e r id* set_id receiver smtp.rcpt header.d arg1 arg2 relay recip delivered`.split(
		/\s+/,
	),
);

/** `@` as other notations write it; only before what looks like a domain, so that `size=4096` is none */
const ENCODED = /%40|=40|\+40|&#64;|&#x40;|\(at\)|\[at\]/gi;
const DOMAIN_LIKE = /[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,8}\.[a-z]{2,24}(?![a-z0-9])/iy;

/** Replaces the local part of every address in `text` by what `hide` makes of it. */
export function replaceAddresses(text: string, hide: (local: string) => string): string {
	let result = "";
	let done = 0;
	for (const { start, at, end } of localParts(text)) {
		result += text.slice(done, start) + hide(text.slice(start, at)) + text.slice(at, end);
		done = end;
	}
	return done === 0 ? text : result + text.slice(done);
}

interface LocalPart {
	start: number;
	/** where the sign begins that parts it from its domain, and where that ends */
	at: number;
	end: number;
}

/** In order, none within another: a quoted one may hold what looks like addresses. */
function localParts(text: string): LocalPart[] {
	const all = signs(text);
	const quoted: LocalPart[] = [];
	for (const { at, end } of all) {
		// `"@" or "." expected after "a"` (exim) has words between its quotes, no address
		const isQuoted = text[at - 1] === '"' && text[end] !== '"';
		const start = isQuoted ? quotedStart(text, at, quoted.at(-1)?.end ?? 0) : at;
		if (start < at) quoted.push({ start, at, end });
	}
	const found: LocalPart[] = [];
	let next = 0;
	let done = 0;
	for (const { at, end } of all) {
		while (quoted[next] && (quoted[next] as LocalPart).end <= at) next++;
		const around = quoted[next];
		const part = around && around.start <= at ? around : { start: localStart(text, at, done), at, end };
		if (part.start < done || part.start >= part.at) continue;
		found.push(part);
		done = part.end;
	}
	return found;
}

/** The places that part a local part from its domain, in order. */
function signs(text: string): { at: number; end: number }[] {
	const found: { at: number; end: number }[] = [];
	for (let at = text.indexOf("@"); at >= 0; at = text.indexOf("@", at + 1)) found.push({ at, end: at + 1 });
	for (const { index, 0: sign } of text.matchAll(ENCODED)) {
		DOMAIN_LIKE.lastIndex = index + sign.length;
		if (DOMAIN_LIKE.test(text)) found.push({ at: index, end: index + sign.length });
	}
	return found.sort((a, b) => a.at - b.at);
}

function localStart(text: string, at: number, from: number): number {
	let start = at;
	while (start > from && isLocalCharacter(text.charCodeAt(start - 1))) start--;
	// a quoted word within a local part, `"john".smith@…` (RFC 5322 obs-local-part)
	if (start < at && text[start] === "." && text[start - 1] === '"') return quotedStart(text, start, from);
	return start + surroundings(text.slice(start, at), text[start - 1] === "<");
}

/** The opening quote of a local part whose closing one stands before `at`; `at` itself where there is none. */
function quotedStart(text: string, at: number, from: number): number {
	for (let start = at - 2; start >= from; start--) {
		if (text.charCodeAt(start) !== 34) continue;
		let slashes = 0;
		while (start - 1 - slashes >= from && text.charCodeAt(start - 1 - slashes) === 92) slashes++;
		if (slashes % 2 === 0) return start;
	}
	return at;
}

/** atext of RFC 5322, the dot, and everything beyond ASCII (RFC 6531) */
function isLocalCharacter(code: number): boolean {
	if (code > 127) return true;
	if (code >= 48 && code <= 57) return true;
	if ((code >= 65 && code <= 90) || (code >= 97 && code <= 122)) return true;
	// ! # $ % & ' * + - . / = ? ^ _ ` { | } ~
	return "!#$%&'*+-./=?^_`{|}~".includes(String.fromCharCode(code));
}

/** How many characters at the start of a run of atoms are the log's and not the address's. */
function surroundings(run: string, inBrackets: boolean): number {
	// policyd-weight: `<from=a@x.example> <to=b@y.example>`; any other key in brackets is of the local part
	if (inBrackets) return /^(?:from|to)=(?=.)/.exec(run)?.[0].length ?? 0;
	let start = 0;
	for (;;) {
		const equals = run.indexOf("=", start);
		const key = run.slice(start, equals).toLowerCase();
		// gross: `s=a@x.example r=b@y.example`; without an address it is no name: `?s=mfrom` of SPF's page
		if (equals <= start || !(NAME_KEYS.has(key) || key === "s")) break;
		start = equals + 1;
	}
	while (start < run.length && "'`{|&?*".includes(run[start] ?? "")) start++;
	// a path: the address is the name of a folder in it
	if (run[start] === "/") {
		const slash = run.lastIndexOf("/");
		if (slash < run.length - 1) start = slash + 1;
	}
	return start;
}
