/**
 * Policy servers that check SPF for Postfix: pypolicyd-spf and postfix-policyd-spf-perl. The result stands first, then
 * `key=value;` pairs. HELO and sender are a stranger's; the client's address is read from the end of the line that they
 * cannot reach.
 */
import { canonicalIp, parseReply, type ParsedMessage, type VerdictEvent } from "../event/index.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";

export const POLICYD_SPF_PROGRAMS = [
	"policyd-spf",
	"policy-spf",
	"policyd-spf-perl",
	"spf-policy",
	"pyspf-milter",
] as const;

const RESULT =
	/^(?:prepend |Policy action=PREPEND )?(?:Received-SPF: )?(pass|fail|softfail|neutral|none|temperror|permerror)\b/i;

// Header_Type = AR: prepend Authentication-Results: mx.y; spf=pass (why) smtp.mailfrom=b (client-ip=192.0.2.1; helo=x; envelope-from=a@b; receiver=c@d)
const AUTHENTICATION_RESULTS =
	/^prepend Authentication-Results: [^\s;]{1,255}; spf=(pass|fail|softfail|neutral|none|temperror|permerror)\b/i;

// Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=x; envelope-from=a@b; receiver=c@d
const PYTHON =
	/\b(?:identity=([a-z]{1,20}); )?client-ip=([0-9A-Fa-f:.]{2,50}); helo=(.{0,600}); envelope-from=(.{0,600}); receiver=([^;]{0,400}?)\)? ?$/;
// Pass (x.example: Sender is authorized …) receiver=mx; identity=mailfrom; envelope-from="a@x.example"; helo=x; client-ip=192.0.2.1
const PERL =
	/ receiver=([^;\s]{1,300});? identity=([a-z]{1,20}); (?:envelope-from=("[^"]{0,600}"|[^\s;"]{0,600}); )?helo=(.{0,600}); client-ip="?([0-9A-Fa-f:.]{2,50})"?$/;

/** What a line of such a policy server says. */
export function parsePolicydSpf(_program: ProgramTag, message: string): ParsedMessage {
	const text = message.replace(/^: /, "");
	const common = { kind: "verdict", mta: "policyd-spf", filter: "policyd-spf" } as const;
	const result = (RESULT.exec(text) ?? AUTHENTICATION_RESULTS.exec(text))?.[1]?.toLowerCase();
	const fields = result === undefined ? undefined : readFields(text);
	const action = /^(?:Policy action=)?(prepend)\b/i.exec(text)?.[1]?.toLowerCase();
	if (fields) return event({ ...common, result, action, ...fields });
	// prepend X-Comment: SPF check N/A for local connections - client-ip=127.0.0.1; helo=x; envelope-from=a@x; receiver=y
	const skipped = /^(?:Policy action=)?prepend X-Comment: SPF (?:check N\/A|skipped)/i.test(text);
	if (skipped) return event({ ...common, result: "skipped", action: "prepend", ...readFields(text) });
	const refusal = readRefusal(text);
	if (refusal) return event({ ...common, ...refusal });
	const checked = readIdentity(text) ?? readOldPerl(text);
	if (checked) return event({ ...common, ...checked });
	// cut before its fields: the result stands before a stranger's words
	if (result !== undefined && action !== undefined) return event({ ...common, result, action });
	// HELO check failed - Mail::SPF->new(192.0.2.1, a@x.example, ) failed: Missing required 'identity' option
	const broken = /^(?:HELO|Mail From \(sender\)) check failed - Mail::SPF->new\(/.test(text);
	const trouble = text.startsWith("spfcheck: ") && !text.startsWith("spfcheck: pyspf result: ");
	if (broken || trouble || /^(?:warning|error|invalid literal)/i.test(text)) {
		return event({ kind: "problem", mta: "policyd-spf", severity: "warning", text });
	}
	return KNOWN.test(text) ? event({ kind: "other", mta: "policyd-spf" }) : unparsed("policyd-spf");
}

// postfix-policyd-spf-perl 2.011 with $VERBOSE; Mail::SPF words a result `pass (why)`
const IDENTITY =
	/^SPF ([a-z]{4,9})(?:-by-default)? \((.{1,300}?)\): (Envelope-from|HELO\/EHLO(?: \(Null Sender\))?): (.{0,1000})$/i;

/**
 * SPF pass (Mechanism 'ip4:192.0.2.0/24' matched): Envelope-from: foo@x.example
 * SPF none (No applicable sender policy available): HELO/EHLO: mx.x.example, IP Address: 192.0.2.1, Recipient: b@y.example
 * A name or sender that imitates the second makes the first look like it, so who it was is read of the first alone.
 */
function readIdentity(text: string): Partial<VerdictEvent> | undefined {
	const match = IDENTITY.exec(text);
	if (!match) return undefined;
	const [, result, reason, scope, words] = match as unknown as [string, string, string, string, string];
	// some versions end the line with a blank
	const identity = words.trimEnd();
	const isSender = scope.startsWith("E");
	const known = identity !== "" && identity !== "<UNKNOWN>" && !identity.includes(", IP Address: ");
	return {
		result: result.toLowerCase(),
		reason,
		rule: isSender ? "mailfrom" : "helo",
		...(scope.endsWith("(Null Sender)") && { sender: "" }),
		...(known && (isSender ? { sender: identity } : { helo: identity })),
	};
}

// 1.x: "%s: SPF %s: smtp_comment=%s, header_comment=%s"; the queue id is empty before DATA
const OLD_PERL = /^(?:([0-9A-Za-z]{5,20}): )?SPF ([a-z]{4,9}): smtp_comment=(.{0,600}?), header_comment=/;

/** 39053DC2A: SPF fail: smtp_comment=Please see http://…, header_comment=mx.y.example: domain of a@x.example does not designate … */
function readOldPerl(text: string): Partial<VerdictEvent> | undefined {
	const match = OLD_PERL.exec(text);
	if (!match) return undefined;
	const [, queueId, result, reason] = match as unknown as [string, string | undefined, string, string];
	return {
		...(queueId !== undefined && { queueId }),
		result,
		...(reason !== "" && { reason }),
	};
}

// 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://…?s=mfrom;id=a@x;ip=192.0.2.51;r=y
// defer_if_permit 4.7.24 Message deferred due to: SPF Temporary Error: … ; Policy action=DEFER_IF_PERMIT SPF-Result=h: …
function readRefusal(text: string): Partial<VerdictEvent> | undefined {
	const refused = /^(?:Action: |Policy action=)?([45]\d\d|defer(?:_if_permit)?|reject) (.{1,1000})$/i.exec(
		text,
	);
	if (!refused) return undefined;
	const verb = (refused[1] as string).toLowerCase();
	const isCode = /^\d/.test(verb);
	const reply = parseReply(isCode ? `${verb} ${refused[2]}` : (refused[2] as string));
	const why = /^.{0,80}?SPF (fail|softfail|permerror|temperror|permanent error|temporary error)/i.exec(
		reply.text,
	)?.[1];
	const later = verb.startsWith("4") || verb.startsWith("defer");
	return {
		result:
			why === undefined ? (later ? "temperror" : "fail") : (RESULTS[why.toLowerCase()] ?? why.toLowerCase()),
		action: isCode ? "reject" : verb,
		reason: reply.text,
		...explained(reply.text),
	};
}

const RESULTS: Readonly<Record<string, string>> = {
	"permanent error": "permerror",
	"temporary error": "temperror",
};

/** The link that explains a refusal ends with what it is about: behind the last `ip=` nothing is the sender's. */
function explained(text: string): Partial<VerdictEvent> {
	const match =
		/\?s=(mfrom|helo);id=(.{0,600});ip=([0-9A-Fa-f:.]{2,50}|[0-9A-Fa-f:%.]{2,90});r=[^;\s]{0,300}$/.exec(
			text,
		);
	if (!match) return {};
	const [, identity, id, address] = match as unknown as [string, string, string, string];
	const ip = canonicalIp(unescaped(address));
	const who = unescaped(id);
	return {
		...(ip !== undefined && { client: { ip } }),
		...(identity === "helo" ? who !== "" && { helo: who } : { sender: who }),
		rule: identity === "helo" ? "helo" : "mailfrom",
	};
}

/** The Perl server writes `a%40good.example`. */
function unescaped(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}

const KNOWN =
	/^(?:DUNNO|Action|Policy|policy|Starting|skipped|SPF |Normal exit|Read line|Found the end|Cached data|spf|handler |testing:|Config|Traceback|Peer IP|Skipping|skip_addresses|not peruser|peruser|(?:helo|mfrom) policy |_get_resultcodes|Scope |Header text |Authentication-Results|mail from: |connect from |pyspf-milter |Dual-stack|Local|\d)/;

const BETWEEN = "; envelope-from=";

function readFields(text: string) {
	const python = PYTHON.exec(text);
	if (python) {
		const [, identity, ip, helo, sender, receiver] = python;
		// the name of HELO and the sender may imitate what parts them
		const twice = text.indexOf(BETWEEN) !== text.lastIndexOf(BETWEEN);
		return twice
			? spfFields(identity, ip, undefined, undefined, receiver)
			: spfFields(identity, ip, helo, sender, receiver);
	}
	const perl = PERL.exec(text);
	if (!perl) return undefined;
	const [, receiver, identity, sender, helo, ip] = perl;
	return spfFields(identity, ip, helo, sender, receiver);
}

function spfFields(
	identity: string | undefined,
	address: string | undefined,
	helo: string | undefined,
	sender: string | undefined,
	receiver: string | undefined,
) {
	const ip = address === undefined ? undefined : canonicalIp(address);
	const name = helo?.replace(/^"(.*)"$/, "$1");
	const to = receiver?.replace(/^<(.*)>$/, "$1");
	return {
		client: ip === undefined ? undefined : { ip },
		helo: name || undefined,
		sender: sender?.replace(/^[<"](.*)[>"]$/, "$1"),
		recipients: to?.includes("@") ? [to] : undefined,
		rule: identity,
	};
}
