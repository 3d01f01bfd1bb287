/**
 * Policy servers that check SPF for Postfix: pypolicyd-spf and postfix-policyd-spf-perl. The result stands first, then
 * `key=value;` pairs in which HELO and sender are a stranger's.
 */
import { canonicalIp, parseReply, type ParsedMessage } from "../event/index.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";

export const POLICYD_SPF_PROGRAMS = ["policyd-spf", "policy-spf", "policyd-spf-perl", "spf-policy"] as const;

const RESULT =
	/^(?:prepend |PREPEND |Policy action=PREPEND )?(?:Received-SPF: )?(Pass|Fail|SoftFail|Softfail|Neutral|None|TempError|Temperror|PermError|Permerror)(?:;| \(.{0,300}?\))? ?(?=identity=|client-ip=|receiver=|$|\S)/i;
// what the fields look like that no stranger writes, from the end: `; receiver=<UNKNOWN>`
const KEYS = ["identity", "client-ip", "helo", "envelope-from", "receiver"] as const;

/** What a line of such a policy server says. */
export function parsePolicydSpf(_program: ProgramTag, message: string): ParsedMessage {
	const text = message.replace(/^: /, "");
	const match = RESULT.exec(text);
	const common = { kind: "verdict", mta: "policyd-spf", filter: "policyd-spf" } as const;
	if (match && text.includes("client-ip=", match[0].length - 1)) {
		const fields = readFields(text.slice(match[0].length));
		const ip = fields["client-ip"] === undefined ? undefined : canonicalIp(fields["client-ip"]);
		const sender = fields["envelope-from"];
		const to = fields.receiver;
		return event({
			...common,
			result: (match[1] as string).toLowerCase(),
			client: ip === undefined ? undefined : { ip },
			helo: fields.helo || undefined,
			sender: sender?.replace(/^[<"](.*)[>"]$/, "$1"),
			recipients: to?.includes("@") ? [to.replace(/^<(.*)>$/, "$1")] : undefined,
			rule: fields.identity,
		});
	}
	// 550 5.7.23 Message rejected due to: SPF fail - not authorized. Please see http://…
	const refused = /^(?:Action: |Policy action=)?((?:[45]\d\d) .{1,600})$/.exec(text);
	if (refused) {
		const reply = parseReply(refused[1] as string);
		const why = /SPF (fail|softfail|permerror|temperror)/i.exec(reply.text)?.[1]?.toLowerCase();
		return event({
			...common,
			result: why ?? (reply.code !== undefined && reply.code < 500 ? "temperror" : "fail"),
			action: "reject",
			reason: reply.text,
		});
	}
	if (/^(?:warning|error)/i.test(text) || text.startsWith("spfcheck: ")) {
		return event({ kind: "problem", mta: "policyd-spf", severity: "warning", text });
	}
	const known =
		/^(?:DUNNO|Action|Policy|policy|Starting|Starting|skipped|SPF |Normal exit|Read line|Found the end|Cached data|spf|handler |testing:|Config|Traceback|Peer IP|Skipping|Dual-stack|Local|\d)/;
	return known.test(text) ? event({ kind: "other", mta: "policyd-spf" }) : unparsed("policyd-spf");
}

/** `identity=mailfrom; client-ip=192.0.2.1; helo=x; envelope-from=a@b; receiver=c@d`: each key once, in this order. */
function readFields(text: string): Partial<Record<(typeof KEYS)[number], string>> {
	const fields: Partial<Record<(typeof KEYS)[number], string>> = {};
	// the address comes before anything that a stranger chose; HELO and sender end where the next key stands last
	let end = text.length;
	for (const key of [...KEYS].reverse()) {
		const mark = `${key}=`;
		const place =
			key === "identity" || key === "client-ip" ? text.indexOf(mark) : text.lastIndexOf(`; ${mark}`, end) + 2;
		if (place < 0 || (place < 2 && key !== "identity" && key !== "client-ip")) continue;
		const stop = key === "identity" || key === "client-ip" ? text.indexOf(";", place) : end;
		fields[key] = text
			.slice(place + mark.length, stop < 0 ? undefined : stop)
			.replace(/; ?$/, "")
			.trim();
		end = Math.min(end, place < 2 ? place : place - 2);
	}
	return fields;
}
