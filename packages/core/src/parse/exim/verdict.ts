/** What exim's own checks of a message's origin found: DKIM (dkim.c) and DMARC (dmarc.c). Domains in them are strangers' words without blanks. */
import type { ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";

/** The event of such a line; undefined where the line is something else. */
export function parseVerdict(queueId: string, text: string): ParsedMessage | undefined {
	if (text.startsWith("DKIM: ")) return parseDkim(queueId, text);
	return text.startsWith("DMARC results: ") ? parseDmarc(queueId, text) : undefined;
}

// DKIM: d=x.example s=k1 c=relaxed/relaxed a=rsa-sha256 b=2048 [verification succeeded]
function parseDkim(queueId: string, text: string): ParsedMessage {
	const found = / \[(verification succeeded|verification failed|invalid|not verified)\b[^[\]]{0,200}\]$/.exec(
		text,
	);
	const domain = /^DKIM: d=([^\s=]{1,255}) /.exec(text)?.[1];
	if (!found) return event({ kind: "other", mta: "exim", queueId });
	const result = DKIM_RESULTS[found[1] as string];
	const reason = text.slice(found.index + 2, -1);
	return event({ kind: "verdict", mta: "exim", queueId, filter: "dkim", result, reason, rule: domain });
}

const DKIM_RESULTS: Readonly<Record<string, string>> = {
	"verification succeeded": "pass",
	"verification failed": "fail",
	invalid: "invalid",
	"not verified": "neutral",
};

const DMARC =
	/^DMARC results: spf_domain=\S{0,255} dmarc_domain=(\S{1,255}) spf_align=(?:yes|no) dkim_align=(?:yes|no) enforcement='([^']{1,60})'$/;

// DMARC results: spf_domain=client.example dmarc_domain=client.example spf_align=no dkim_align=no enforcement='Reject'
function parseDmarc(queueId: string, text: string): ParsedMessage {
	const found = DMARC.exec(text);
	if (!found) return event({ kind: "other", mta: "exim", queueId });
	const [, rule, reason] = found as unknown as [string, string, string];
	const result = DMARC_RESULTS[reason] ?? "none";
	return event({ kind: "verdict", mta: "exim", queueId, filter: "dmarc", result, reason, rule });
}

/** dmarc.c, dmarc_process: the text of a policy, as dmarc_pass_fail has it */
const DMARC_RESULTS: Readonly<Record<string, string>> = {
	Accept: "pass",
	Reject: "fail",
	Quarantine: "fail",
	"Internal Policy Error": "temperror",
	"No From: domain found": "temperror",
};
