/**
 * Names of people that stand in a log line without a domain: behind a key (`sasl_username=bob`), in the brackets of
 * dovecot's services (`imap(bob)<12>`), as a folder of a path that holds mailboxes. By where they stand alone; what a
 * parser knows to be a name is looked for by `replaceWords`.
 */
import { isIP } from "node:net";
import { NAME_KEYS } from "./find-addresses.ts";

type Hide = (name: string) => string;

/** a key of a log, `=`, its value in brackets, in quotes, or up to what ends a value in logs */
const FIELD =
	/(?<![\w.-])([A-Za-z][\w.-]{0,30}\*?)=(?:<([^<>]{1,320})(?:>|$)|"([^"]{1,320})"|([^\s,;<>"'()[\]{}]{1,320}))/g;
/** exim's own: `U=` the login of who handed the message in, `A=` authenticator and login; `F=`, `H=` are addresses and hosts */
const EXIM_ONLY: ReadonlySet<string> = new Set(["u", "a"]);
/** These keys carry other things than a person, where no `@` stands behind them. */
const NO_NAMES: ReadonlySet<string> = new Set([
	"id",
	"id*",
	"i",
	"r",
	"h",
	"e",
	"mail",
	"auth",
	"address",
	"identity",
	"dest",
	"forward",
	"f",
	"relay",
	"arg1",
	"arg2",
]);

/** `username: bob` in words (dovecot), `user: bob, from: …` (rspamd) */
const SAID = /(?<![\w.-])(user(?:name)?: )([^\s,;<>"()[\]{}]{1,256})/g;
/** no letter and no digit, a count (`rcpt=1/2`), or the services' own word for nobody */
const NOBODY = /^(?:[^\p{L}\p{N}]*|\d{1,4}|\d{1,9}\/\d{1,9}|default|none|no-to-list|unknown)$/iu;

function isName(text: string): boolean {
	return !text.includes("@") && !NOBODY.test(text) && !/^[/|]/.test(text) && isIP(text) === 0;
}

/** `user=bob`, `to=<bob>`, `A=plain:bob`; values with a domain are addresses and none of these. */
export function replaceFields(text: string, hide: Hide, isExim: boolean): string {
	const said = text.replaceAll(SAID, (whole, before: string, name: string) =>
		isName(name) ? before + hide(name) : whole,
	);
	return said.replaceAll(FIELD, (whole, key: string, ...values: (string | undefined)[]) => {
		const value = values.slice(0, 3).find((each) => each !== undefined) ?? "";
		const name = key.toLowerCase();
		if (!NAME_KEYS.has(name) || NO_NAMES.has(name)) return whole;
		if (EXIM_ONLY.has(name) !== (isExim && name.length === 1)) return whole;
		// `A=plain_login:bob`: the authenticator comes first
		const from = name === "a" ? value.indexOf(":") + 1 : 0;
		if (name === "a" && from === 0) return whole;
		const who = value.slice(from);
		if (!isName(who)) return whole;
		const at = whole.lastIndexOf(who);
		return whole.slice(0, at) + hide(who) + whole.slice(at + who.length);
	});
}

/** `lmtp(bob)<17><EIJ>`, `passwd-file(bob,192.0.2.1)`; a process's number is no name */
const SERVICE = /(?<![\w-])([a-z][a-z0-9-]{1,30}\()([^(),<>\s/]{1,256})(?=[),])/g;

export function replaceServiceUsers(text: string, hide: Hide): string {
	return text.replaceAll(SERVICE, (whole, service: string, user: string) =>
		/^\d{1,10}$/.test(user) || !isName(user) ? whole : service + hide(user),
	);
}

/** Sentences of programs and servers that name a user; what stands in the place may be another word of the sentence. */
const SENTENCES = [
	// sendmail: `Authentication-Warning: host: bob set sender to x@y using -f`, `… bob owned process doing -bs`
	/(?<=: )()([^\s:]{1,64})(?= (?:set sender to|owned process doing) )/g,
	// `no such user: bob`, `user bob not found`, `Unknown user "bob"`, `login bob`
	/(?<![\w.-])((?:user|login|account|username)(?:: ?| )["'<]?)([\p{L}\p{N}][\p{L}\p{N}._+-]{0,62}[\p{L}\p{N}])(?![\p{L}\p{N}@./-]|=)/giu,
];
/** Words that follow there in sentences about nobody in particular. */
const NO_USER = new Set(
	`a aborted account accounts address addresses agent an and are auth authentication authenticator because box by cannot changed character complaints command could database defined
	disabled disk does doesn domain exceeded exceeds exist exists failed for from full group has have here id ids in inactive info invalid
	is isn it limit list local logfile lookup mail mailbox may must name names no not of on or out output over part password policy profile
	quota rejected rejects remote reputation server service size space suspended table temporarily that the this to too
	unavailable unknown unrouteable uses using verification via was with you your`.split(/\s+/),
);

/** Names in sentences, as far as they can be told from other words. */
export function replaceNamed(text: string, hide: Hide): string {
	let result = text;
	for (const sentence of SENTENCES) {
		result = result.replaceAll(sentence, (whole, before: string, name: string) =>
			NO_USER.has(name.toLowerCase()) || !isName(name) ? whole : before + hide(name),
		);
	}
	return result;
}

/** A folder of this name holds one folder or file for each user; so does a folder named like a domain in such a path. */
const HOMES =
	/(\/(?:home|Users|var\/mail|var\/spool\/mail|var\/spool\/cron|vmail|vhosts|mailboxes|maildirs|virtual|mailstore)\/(?:[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}\/)?)([^\s/:,;<>"'()@]{1,256})/g;
const OF_DOMAIN =
	/(\/[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}\.[A-Za-z]{2,24}\/)([^\s/:,;<>"'()@.]{1,256})(?=\/)/g;

/** `/home/bob/Maildir`, `/srv/vmail/example.net/bob/new` */
export function replacePaths(text: string, hide: Hide): string {
	if (!text.includes("/")) return text;
	const inPath = (_: string, before: string, name: string) => before + hide(name);
	return text.replaceAll(HOMES, inPath).replaceAll(OF_DOMAIN, inPath);
}

/**
 * Replaces every one of `names` where it stands as a word of its own: not within a longer word or a host's name, not
 * before `=`, which makes it a log's key.
 */
export function replaceWords(text: string, names: readonly string[], hide: Hide): string {
	let result = text;
	for (const name of names) {
		const searched = name.toLowerCase();
		let from = 0;
		let lower = result.toLowerCase();
		// characters whose lower case has another length would shift places
		if (searched === "" || lower.length !== result.length) continue;
		for (let at = lower.indexOf(searched); at >= 0; at = lower.indexOf(searched, from)) {
			const end = at + searched.length;
			if (isWord(result, at, end)) {
				const hidden = hide(result.slice(at, end));
				result = result.slice(0, at) + hidden + result.slice(end);
				lower = result.toLowerCase();
				from = at + hidden.length;
			} else from = end;
		}
	}
	return result;
}

const PART_OF_WORD = /[\p{L}\p{N}_@]/u;
const JOINS = /[-.]/;

function isWord(text: string, start: number, end: number): boolean {
	const [before = "", after = ""] = [text[start - 1], text[end]];
	if (PART_OF_WORD.test(before) || PART_OF_WORD.test(after) || after === "=") return false;
	const joined = (sign: string, beyond: string | undefined) =>
		JOINS.test(sign) && beyond !== undefined && /[\p{L}\p{N}]/u.test(beyond);
	return !joined(before, text[start - 2]) && !joined(after, text[end + 1]);
}
