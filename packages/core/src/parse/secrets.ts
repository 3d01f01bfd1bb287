/**
 * Passwords that mail programs write into their logs when they are told to (Dovecot's auth_debug_passwords and auth_verbose_passwords,
 * Courier's DEBUG_LOGIN=2, smtpd -v of Postfix, traces of a dialogue), and the answers to AUTH that clients send where nobody asked.
 * Nobody needs them to follow a message: they are to stay on their host. What stands around them is kept, so that the line says the same.
 */
import type { MailEvent } from "../event/index.ts";

const HIDDEN = "***";

/** Lines of a message's way hold none. */
const KINDS: ReadonlySet<MailEvent["kind"]> = new Set([
	"other",
	"problem",
	"auth-failed",
	"status",
	"unparsed",
]);
/** One of these stands in every line below; nearly no other line has one. */
const SUSPICIOUS =
	/AUTH|pass|resp=|CONT|\) != '|init_response|uncoded |decoded |[<>] \S{1,300}\]:|<<<|>>>|<-- |\[->\]|error in "|msg=\\?"535 /;

/** a tab as it is, as rsyslog writes it, and in JSON */
const TAB = String.raw`(?:\t|#011|\\t)`;
const BASE64 = "[A-Za-z0-9+/]{6,}={0,2}";
/** the end of the message: of a line, or of the text in journald's JSON */
const END = String.raw`(?=["\\\r]|#0|$)`;

interface Secret {
	/** stands in every line that the pattern fits */
	mark: string;
	before: string;
	/** left out: all up to `behind`, or to the end of the message where that does not come */
	secret?: string;
	behind?: string;
}

const SECRETS: readonly Secret[] = [
	// < localhost[127.0.0.1]: AUTH PLAIN AGJvYgB0b3BzZWNyZXQ= ; exim: SMTP protocol error in "AUTH PLAIN AGJv…" H=…
	{ mark: "AUTH", before: "\\bAUTH(?:ENTICATE)? [A-Za-z0-9_-]{3,20} ", secret: BASE64, behind: END },
	// Dovecot: auth: Debug: client in: AUTH	1	PLAIN	service=smtp	…	resp=AGJvYgB0b3BzZWNyZXQ=
	{ mark: "resp=", before: "(?<![A-Za-z])resp=", secret: "[A-Za-z0-9+/=]{1,}" },
	{ mark: "CONT", before: `\\bCONT${TAB}\\d{1,10}${TAB}`, secret: "[A-Za-z0-9+/=]{1,}" },
	// Dovecot: passwd-file(bob,127.0.0.1): Password mismatch (given password: guess ), 1.2.3.4): x) - trying the next passdb
	{ mark: "given password: ", before: "given password: ", behind: "\\)" },
	// Dovecot: passwd-file(amy,127.0.0.1): SSHA256(guess) != 'AAAA'
	{ mark: ") != '", before: ": [A-Z][A-Z0-9.-]{1,30}\\(", behind: "'" },
	// Postfix (smtp_sasl_glue.c, maps.c, xsasl_*.c)
	{
		mark: "smtp_sasl_passwd_lookup: ",
		before: "smtp_sasl_passwd_lookup: host `[^`]{1,300}' user `",
		behind: "'",
	},
	{
		mark: "maps_find: smtp_sasl_passw",
		before: "maps_find: smtp_sasl_passw[a-z_]{1,20}: [^=]{1,600} = ",
	},
	{ mark: "xsasl_cyrus_client_get_passwd: ", before: "xsasl_cyrus_client_get_passwd: " },
	{ mark: "init_response ", before: "init_response ", secret: '[^\\s"]{1,}' },
	{ mark: "coded ", before: "(?:un|de)coded (?:initial |client )?(?:reply|response):? " },
	{ mark: "pipelining after AUTH", before: "pipelining after AUTH from [^ ]{1,300}: " },
	// what a client sends when it is asked for its password: < localhost[127.0.0.1]: d3JvbmdwYXNzMQ==
	{
		mark: "",
		before: '(?:[<>] \\S{1,300}\\](?::\\d{1,5})?: |<<< |>>> |<-- |\\[->\\] |error in ")(?!STARTTLS\\b)',
		secret: BASE64,
		behind: END,
	},
	// courieresmtpd: error,relay=…,msg="535 Authentication failed.",cmd: d3JvbmdwYXNzMQ==
	{
		mark: "msg=",
		before: String.raw`msg=\\?"535 [^"\\]{1,300}\\?",cmd: `,
		secret: BASE64,
		behind: END,
	},
	// Courier (courier-authlib), Dovecot's answers of a password database
	{
		mark: "pass",
		before: "(?<![A-Za-z_-])(?:clearpasswd|passwd|password|pass)=",
		secret: '[^\\s,"\\\\#]{1,}',
	},
	{ mark: "supplied password '", before: "supplied password '", behind: "'" },
];

interface Pattern {
	mark: string;
	pattern: RegExp;
}

/** `any` is one character of the message. What runs to its end does so at its first place: no line is looked through twice. */
function patternsFor(any: string): readonly Pattern[] {
	return SECRETS.map(({ mark, before, secret, behind = "" }) => {
		const rest = `(?:${any})*`;
		const hidden = secret === undefined ? `(?:${rest}(${behind})|${rest})` : `${secret}(${behind})`;
		return { mark, pattern: new RegExp(`(${before})${hidden}`, "g") };
	});
}

const IN_TEXT = patternsFor(".");
/** up to the end of the text within journald's JSON */
const IN_JSON = patternsFor(String.raw`[^"\\]|\\.`);

/** The line without the passwords in it; the same where it holds none. */
export function withoutSecrets(line: string, kind: MailEvent["kind"]): string {
	if (!KINDS.has(kind) || !SUSPICIOUS.test(line)) return line;
	let clean = line;
	for (const { mark, pattern } of line.startsWith("{") ? IN_JSON : IN_TEXT) {
		if (clean.includes(mark))
			clean = clean.replace(pattern, (_, before, behind = "") => before + HIDDEN + behind);
	}
	return clean;
}
