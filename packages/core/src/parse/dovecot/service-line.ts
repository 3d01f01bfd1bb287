/**
 * The prefix of a Dovecot line: `lmtp(anna)<170><EIJMF/VUAmuq>: words`, in the forms of 2.0 to 2.4. Services that speak of a stranger
 * in their prefix (2.4's `auth(…)`) are not read here.
 */

/** One line of a Dovecot service, its prefix taken apart. */
export interface ServiceLine {
	service: string;
	user?: string;
	session?: string;
	text: string;
	/** the prefix is of a form that only Dovecot writes */
	certain: boolean;
}

/** The services that put a message into a store. */
export const STORES: ReadonlySet<string> = new Set(["lmtp", "lda", "deliver"]);

export const SESSION = "[A-Za-z0-9+/=_:-]{1,64}";
// lmtp(u19@a.example)<170><EIJMF/VUAmuqAAAAZN5P0Q>: … ; lda(u5@a.example)<452><>: …
const MODERN = new RegExp(`^([a-z][a-z0-9-]{0,30})\\((.{0,300}?)\\)<\\d{1,10}><(${SESSION})?>: `);
const PLAIN = /^([a-z][a-z0-9-]{0,30}): /;
// 2.2: lmtp(170, u19@a.example): SESSION: … ; lda(u5@a.example): … ; lmtp(170): Connect from local
const CLASSIC = /^([a-z][a-z0-9-]{0,30})\((?:(\d{1,10})(?:, |(?=\))))?(.{0,300}?)\): /;
const CLASSIC_SESSION = new RegExp(`^(${SESSION}): (?=sieve: |msgid=|save: |copy from |Error: |Warning: )`);

/** Takes the prefix off; undefined where there is none. */
export function readService(message: string): ServiceLine | undefined {
	const modern = MODERN.exec(message);
	if (modern) {
		const text = message.slice(modern[0].length);
		return serviceLine({ service: modern[1] as string, text, certain: true }, modern[2], modern[3]);
	}
	const plain = PLAIN.exec(message);
	if (plain) return { service: plain[1] as string, text: message.slice(plain[0].length), certain: false };
	const classic = CLASSIC.exec(message);
	if (!classic) return undefined;
	const service = classic[1] as string;
	const text = message.slice(classic[0].length);
	const session = STORES.has(service) ? CLASSIC_SESSION.exec(text) : undefined;
	const rest = text.slice(session?.[0].length ?? 0);
	return serviceLine({ service, text: rest, certain: false }, classic[3], session?.[1]);
}

function serviceLine(line: ServiceLine, user: string | undefined, session: string | undefined): ServiceLine {
	return { ...line, ...(user && { user }), ...(session && { session }) };
}
