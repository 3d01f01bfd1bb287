/**
 * Policy servers that check SPF for Postfix: pypolicyd-spf and postfix-policyd-spf-perl. The result stands first, then
 * `key=value;` pairs. HELO and sender are a stranger's; the client's address is read from the end of the line that they
 * cannot reach.
 */
import { canonicalIp, parseReply, type ParsedMessage } from "../event/index.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";

export const POLICYD_SPF_PROGRAMS = ["policyd-spf", "policy-spf", "policyd-spf-perl", "spf-policy"] as const;

const RESULT =
	/^(?:prepend |Policy action=PREPEND )?(?:Received-SPF: )?(pass|fail|softfail|neutral|none|temperror|permerror)\b/i;

// Pass (mailfrom) identity=mailfrom; client-ip=192.0.2.1; helo=x; envelope-from=a@b; receiver=c@d
const PYTHON =
	/\b(?:identity=([a-z]{1,20}); )?client-ip=([0-9A-Fa-f:.]{2,50}); helo=(.{0,600}); envelope-from=(.{0,600}); receiver=([^;]{0,400}?) ?$/;
// Pass (x.example: Sender is authorized …) receiver=mx; identity=mailfrom; envelope-from="a@x.example"; helo=x; client-ip=192.0.2.1
const PERL =
	/ receiver=([^;\s]{1,300}); identity=([a-z]{1,20}); envelope-from=(.{0,600}); helo=(.{0,600}); client-ip=([0-9A-Fa-f:.]{2,50})$/;

/** What a line of such a policy server says. */
export function parsePolicydSpf(_program: ProgramTag, message: string): ParsedMessage {
	const text = message.replace(/^: /, "");
	const common = { kind: "verdict", mta: "policyd-spf", filter: "policyd-spf" } as const;
	const result = RESULT.exec(text)?.[1]?.toLowerCase();
	const fields = result === undefined ? undefined : readFields(text);
	if (fields) return event({ ...common, result, ...fields });
	// 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://…
	const refused = /^(?:Action: |Policy action=)?([45]\d\d .{1,600})$/.exec(text);
	if (refused) {
		const reply = parseReply(refused[1] as string);
		const why = /SPF (fail|softfail|permerror|temperror)/i.exec(reply.text)?.[1]?.toLowerCase();
		const fallback = reply.code !== undefined && reply.code < 500 ? "temperror" : "fail";
		return event({ ...common, result: why ?? fallback, action: "reject", reason: reply.text });
	}
	// SPF Pass (Mechanism 'ip4:192.0.2.0/24' matched): Envelope-from: foo@x.example
	const short = /^SPF (\w{4,9}) \((.{1,300})\): Envelope-from: (\S{0,320})$/i.exec(text);
	if (short) {
		const [, verdict, reason, sender] = short as unknown as [string, string, string, string];
		return event({ ...common, result: verdict.toLowerCase(), reason, sender });
	}
	if (/^(?:warning|error)/i.test(text) || text.startsWith("spfcheck: ")) {
		return event({ kind: "problem", mta: "policyd-spf", severity: "warning", text });
	}
	return KNOWN.test(text) ? event({ kind: "other", mta: "policyd-spf" }) : unparsed("policyd-spf");
}

const KNOWN =
	/^(?:DUNNO|Action|Policy|policy|Starting|skipped|SPF |Normal exit|Read line|Found the end|Cached data|spf|handler |testing:|Config|Traceback|Peer IP|Skipping|Dual-stack|Local|\d)/;

function readFields(text: string) {
	const python = PYTHON.exec(text);
	if (python) {
		const [, identity, ip, helo, sender, receiver] = python;
		return spfFields(identity, ip, helo, sender, receiver);
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
	const to = receiver?.replace(/^<(.*)>$/, "$1");
	return {
		client: ip === undefined ? undefined : { ip },
		helo: helo || undefined,
		sender: sender?.replace(/^[<"](.*)[>"]$/, "$1"),
		recipients: to?.includes("@") ? [to] : undefined,
		rule: identity,
	};
}
