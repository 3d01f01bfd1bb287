/** spampd: SpamAssassin as an SMTP proxy between Postfix and itself. Message-ID, sender and recipients stand as the client gave them. */
import { bareAddress, type VerdictEvent } from "../../event/index.ts";
import { indexOutside, splitAddresses } from "../outside-quotes.ts";
import type { Filter, Saying } from "./saying.ts";

/** Before it stands the Message-ID: where that imitates it, the line has it twice. */
const SCORE = / \((-?\d{1,5}\.\d\d)\/(-?\d{1,5}\.\d\d)\) from (?=<)/g;
const END = / in \d{1,6}\.\d\ds, (\d{1,12}) bytes\.$/;
const ORCPT = /> ORCPT=rfc822;[^\s,<>]{1,320}(?=,|$)/g;

const SAYINGS: readonly Saying[] = [
	// clean message <m@x> (-1.00/5.00) from <a@x> for <u1@y> ORCPT=rfc822;u1@y,<u2@y> ORCPT=rfc822;u2@y in 0.31s, 579 bytes.
	{ pattern: /^(clean message|identified spam) (?=[<(])/, verdict: readScored },
	// rules hit for <m@x>: ALL_TRUSTED,MISSING_MID
	{ pattern: /^(?:processing message |rules hit for |skipped large message )/ },
	{ pattern: /^(?:WARNING!! |plugin: eval failed|\d{4}\/\S{1,20} Couldn't )/, severity: "warning" },
	{ pattern: /^\d{4}\/\d\d\/\d\d-\d\d:\d\d:\d\d (?:SpamPD .{0,100}starting!|Server closing!)/, status: true },
	{ pattern: /^.{0,1000}$/ },
];

function readScored(match: RegExpExecArray): Partial<VerdictEvent> {
	const text = match.input.slice(match[0].length);
	const result = match[1] === "clean message" ? "clean" : "spam";
	const scores = [...text.matchAll(SCORE)];
	const score = scores.length === 1 ? scores[0] : undefined;
	const end = END.exec(text);
	if (!score || !end) return { result };
	const messageId = text.slice(0, score.index);
	const from = score.index + score[0].length;
	const to = indexOutside(text, " for <", from);
	return {
		result,
		score: Number(score[1]),
		required: Number(score[2]),
		...(messageId.startsWith("<") && { messageId: bareAddress(messageId) }),
		...(to >= 0 && {
			sender: bareAddress(text.slice(from, to)),
			recipients: splitAddresses(text.slice(to + " for ".length, end.index).replace(ORCPT, ">")),
		}),
		size: Number(end[1]),
	};
}

export const SPAMPD: Filter = {
	programs: ["spampd"],
	mta: "spamassassin",
	filter: "spampd",
	sayings: SAYINGS,
	ownIds: true,
};
