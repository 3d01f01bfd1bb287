/**
 * Rspamd: the line of a finished task (`rspamd_task_write_log`, its default log_format). The Message-ID and the sender are a
 * stranger's; the verdict is found at the last place where the whole fixed part between them and the symbols fits.
 */
import { bareAddress, canonicalIp, type ParsedMessage } from "../event/index.ts";
import { splitAddresses } from "./outside-quotes.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";

export const RSPAMD_PROGRAMS = ["rspamd", "rspamd_proxy", "rmilter"] as const;

const TASK = "rspamd_task_write_log: ";
const FACTS =
	/^(?: qid: <([0-9A-Za-z-]{1,30})>,)?(?: ip: ([0-9A-Fa-f:.]{2,50}),)?(?: user: [^,\s]{1,200},)?(?: from: (<.{0,320}?>),)? \([a-z_]{1,40}: ([TFSL]) \(([a-z ]{1,30})\): \[(-?[0-9.]{1,20}|nan)\/(-?[0-9.]{1,20}|nan)\] \[/;

// id: <L21@web01>, qid: <4jXCpy5SQnz>, ip: 192.0.2.1, from: <a@x>, (default: F (no action): [1.20/15.00] [SYM_A(0.10){x;},SYM_B(1.00)[y]]), len: 1234, time: 12.3ms, …, rcpts: <b@y>, mime_rcpts: <b@y>
/** What a line of Rspamd says. */
export function parseRspamd(_program: ProgramTag, message: string): ParsedMessage {
	const start = message.indexOf(TASK);
	if (start < 0 || start > 120) return parseDaemon(message);
	const text = message.slice(start + TASK.length);
	const found = findFacts(text);
	if (!found) return unparsed("rspamd");
	const { at, facts } = found;
	const [, queueId, address, from, flag, action, score, required] = facts;
	const ip = address === undefined ? undefined : canonicalIp(address);
	const rest = text.slice(at + facts[0].length);
	const closed = rest.indexOf("]), len: ");
	const tail = closed < 0 ? "" : rest.slice(closed + 3);
	return event({
		kind: "verdict",
		mta: "rspamd",
		filter: "rspamd",
		queueId: queueId === "undef" ? undefined : queueId,
		result: resultOf(action as string, flag as string),
		action,
		score: number(score),
		required: number(required),
		client: ip === undefined ? undefined : { ip },
		sender: from === undefined ? undefined : bareAddress(from),
		recipients: recipients(tail),
		messageId: messageId(text.slice(0, at)),
		symbols: symbols(closed < 0 ? rest : rest.slice(0, closed)),
		size: number(/^ len: (\d{1,15})/.exec(tail)?.[1]),
	});
}

function findFacts(text: string): { at: number; facts: RegExpExecArray } | undefined {
	for (let at = text.lastIndexOf(","); at >= 0; at = at === 0 ? -1 : text.lastIndexOf(",", at - 1)) {
		// the first field begins right behind the id
		const before = text.charCodeAt(at - 1);
		if (before !== 62 && !text.startsWith("id: undef", at - 9)) continue;
		const facts = FACTS.exec(text.slice(at + 1, at + 1200));
		if (facts && (facts[1] !== undefined || !precededByField(text, at))) return { at: at + 1, facts };
	}
	return undefined;
}

/** Whether the comma closes `qid: <…>,` or `from: <…>,` and so is not the one behind the Message-ID. */
function precededByField(text: string, comma: number): boolean {
	return /(?: qid: <[0-9A-Za-z-]{1,30}>| from: <[^<>]{0,320}>)$/.test(
		text.slice(Math.max(0, comma - 340), comma),
	);
}

function resultOf(action: string, flag: string): string {
	if (action === "greylist") return "greylisted";
	if (flag === "T" || action === "reject" || action === "add header" || action === "rewrite subject")
		return "spam";
	return flag === "S" ? "skipped" : "clean";
}

function number(text: string | undefined): number | undefined {
	const value = text === undefined || text === "" ? Number.NaN : Number(text);
	return Number.isFinite(value) ? value : undefined;
}

function messageId(text: string): string | undefined {
	const match = /^id: <(.{1,998})>,$/.exec(text);
	return match?.[1] === "undef" ? undefined : match?.[1];
}

/** Names only: what stands in brackets behind them are a stranger's words, which may hold commas. */
function symbols(text: string): string[] | undefined {
	const names = [...text.matchAll(/(?:^|[}\])],)([A-Z][A-Z0-9_]{2,63})\(-?[0-9.]{1,12}\)/g)].map(
		(match) => match[1] as string,
	);
	return names.length > 0 ? names : undefined;
}

function recipients(tail: string): string[] | undefined {
	const at = tail.indexOf(", rcpts: <");
	if (at < 0) return undefined;
	const close = tail.indexOf(">", at);
	const list = splitAddresses(tail.slice(at + ", rcpts: <".length, close < 0 ? undefined : close));
	return list.length > 0 ? list : undefined;
}

function parseDaemon(text: string): ParsedMessage {
	const words = text.replace(/^<[0-9a-z]{1,16}>; ?/, "");
	const version = /rspamd (\d\S{0,30}) is (?:starting|loading)/.exec(words)?.[1];
	if (version !== undefined) return event({ kind: "status", mta: "rspamd", text: words, version });
	// <abc123>; proxy; rspamd_protocol_handle_headers: … ; main; …
	return /^[a-z_]{2,30}; [A-Za-z0-9_.:]{1,80}/.test(words) || /^[a-z_]{3,60}: /.test(words)
		? event({ kind: "other", mta: "rspamd" })
		: unparsed("rspamd");
}
