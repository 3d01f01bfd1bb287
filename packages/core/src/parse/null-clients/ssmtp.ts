/** sSMTP: sendmail(1) without a queue. It names no recipient of what it sent; what it could not hand over it has not kept. */
import { canonicalIp, type ParsedMessage, parseReply } from "../../event/index.ts";
import { readAddressAt } from "../angle-fields.ts";
import { event, type ProgramTag, unparsed } from "../parsed.ts";

const mta = "ssmtp";
const SENT =
	/^Sent mail for .{0,1000}? \((\d{3} .{0,500})\) uid=\d{1,10} username=\S{0,64} outbytes=\d{1,15}$/;
const UNREACHED =
	/^(?:Unable to connect to "([^"\s]{1,255})" port (\d{1,5})\.?|Cannot open (\S{1,255}):(\d{1,5}))$/;
const TALK =
	/^(?:\[<-\] |\[->\] |Set [A-Za-z]{1,20}="|SSL connection using |Creating SSL connection |Sending a partial line|RCPT TO:<|HELO |EHLO )/;
const TROUBLE =
	/^(?:\S{1,40}\(\) --|addr_parse|No |Unable |Unknown |Cannot |Can't |Could not |Connection lost|Server |Authorization |Invalid |STARTTLS |SSL |Timeout |killed: |stdin |-\S{1,3} is |\S{1,255} not found|\S{1,40}: )/;

/** What a line of sSMTP says. */
export function parseSsmtp(_program: ProgramTag, text: string): ParsedMessage {
	// Sent mail for alice@corp.example (221 2.0.0 Bye) uid=0 username=root outbytes=393
	const sent = SENT.exec(text);
	if (sent) return event({ kind: "attempt", mta, reply: parseReply(sent[1] as string) });
	const refused = text.startsWith("RCPT TO:<") ? readRefused(text) : undefined;
	if (refused) return refused;
	const unreached = UNREACHED.exec(text);
	if (unreached) {
		const host = (unreached[1] ?? unreached[3]) as string;
		const ip = canonicalIp(host);
		const port = Number(unreached[2] ?? unreached[4]);
		return event({
			kind: "attempt",
			mta,
			relay: { ...(ip ? { ip } : { name: host }), port },
			stage: "CONNECT",
			reason: text,
		});
	}
	if (TALK.test(text)) return event({ kind: "other", mta });
	if (TROUBLE.test(text)) return event({ kind: "problem", mta, severity: "error", text });
	return unparsed(mta);
}

/** `RCPT TO:<rej@st.example> (550 5.7.1 <rej@st.example>: no)`. */
function readRefused(text: string): ParsedMessage | undefined {
	const address = readAddressAt(text, "RCPT TO:".length);
	if (!text.startsWith(" (", address.end) || !text.endsWith(")")) return undefined;
	return event({
		kind: "delivery",
		mta,
		recipients: [address.value],
		action: "failed",
		reply: { ...parseReply(text.slice(address.end + " (".length, -1)), command: "RCPT" },
	});
}
