/**
 * Rspamd: the line of a finished task (`rspamd_task_write_log`, its default log_format). The Message-ID, the sender, the options of
 * symbols and the addresses of the header are a stranger's: a field counts where its own mark stands only once in the line.
 */
import { bareAddress, canonicalIp, type ParsedMessage } from "../event/index.ts";
import { splitAddresses } from "./outside-quotes.ts";
import { event, type ProgramTag, unparsed } from "./parsed.ts";

export const RSPAMD_PROGRAMS = ["rspamd", "rspamd_proxy", "rmilter"] as const;

// on its console, which systemd keeps: `2026-11-22 07:33:03.16293 #240(main) <…>; …`
const OWN_HEADER = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})? #\d{1,10}\([a-z_]{1,20}\) /;
const TASK = "rspamd_task_write_log: ";

// id: <L21@web01>, qid: <4jXCpy5SQnz>, ip: 192.0.2.1, from: <a@x>, (default: F (no action): [1.20/15.00] [SYM_A(0.10){x;},SYM_B(1.00)[y]]), len: 1234, time: 12.3ms, dns req: 5, digest: <ab>, rcpts: <b@y>, mime_rcpts: <b@y>, forced: reject "Gtube pattern"; score=15.00 (set by GTUBE)
/** What a line of Rspamd says. */
export function parseRspamd(_program: ProgramTag, logged: string): ParsedMessage {
	const message = logged.charCodeAt(0) === 50 ? logged.replace(OWN_HEADER, "") : logged;
	const start = message.indexOf(TASK);
	if (start < 0 || start > 120) return parseDaemon(message);
	const text = message.slice(start + TASK.length);
	const result = one(text, RESULT);
	const head = readHead(text, result);
	if (!head) return unparsed("rspamd");
	const end = one(text, END);
	const tail = end ? text.slice(end.index + end[0].length) : "";
	const ip = head.address === undefined ? undefined : canonicalIp(head.address);
	return event({
		kind: "verdict",
		mta: "rspamd",
		filter: "rspamd",
		queueId: head.queueId === "undef" ? undefined : head.queueId,
		result: result && resultOf(result[2] as string, result[1] as string),
		action: result?.[2],
		score: number(result?.[3]),
		required: number(result?.[4]),
		client: ip === undefined ? undefined : { ip },
		sender: result && head.rest === undefined ? undefined : senderOf(text, head.rest, result?.index),
		recipients: end && recipients(tail),
		messageId: head.messageId,
		reason: FORCED.exec(tail)?.[1],
		symbols: result && end ? symbols(text.slice(result.index + result[0].length, end.index)) : undefined,
		size: number(end?.[1]),
	});
}

/** the action and the scores; before it stand addresses, behind it the symbols with their options */
const RESULT =
	/[>,] \([a-z_]{1,40}: ([TFSL]) \(([a-z ]{1,30})\): \[(-?[0-9.]{1,20}|nan)\/(-?[0-9.]{1,20}|nan)\] \[/g;
const END = /\]\), len: (\d{1,15}), time: [0-9.]{1,15}ms/g;
const QUEUE = />, qid: <([0-9A-Za-z-]{1,30})(?=>,)/g;
const ADDRESS = /^>,(?: ip: ([0-9A-Fa-f:.]{2,50}),)?/;
// without a milter there is no queue id, and perhaps no address
const NO_QUEUE =
	/(?:>|id: undef),(?: ip: ([0-9A-Fa-f:.]{2,50}),)?(?= user: | from: <| \([a-z_]{1,40}: [TFSL] \()/g;
const FORCED =
	/, forced: [a-z ]{1,30} "(.{1,400})"; score=\S{1,20} \(set by [^()]{1,80}\)(?:, settings(?:_id)?: .{1,80})?$/;

/** The only place where a pattern fits; undefined where there is none, or more than one could be the real one. */
function one(text: string, pattern: RegExp): RegExpExecArray | undefined {
	const places = [...text.matchAll(pattern)];
	return places.length === 1 ? places[0] : undefined;
}

interface Head {
	messageId?: string | undefined;
	queueId?: string | undefined;
	address?: string | undefined;
	/** where the fields behind the address begin */
	rest?: number;
}

function readHead(text: string, result: RegExpExecArray | undefined): Head | undefined {
	// what stands before the result is the id's and the sender's, what stands behind it the symbols'
	const before = text.slice(0, result?.index);
	const queue = one(before, QUEUE);
	if (queue) {
		const end = queue.index + queue[0].length;
		const address = ADDRESS.exec(text.slice(end, end + 70));
		return {
			messageId: messageId(text.slice(0, queue.index + 2)),
			queueId: queue[1],
			address: address?.[1],
			rest: end + (address?.[0].length ?? 0),
		};
	}
	if (before.search(QUEUE) >= 0) return {};
	// the mark stands behind the id, and behind the sender where there is one
	const upTo = result && text.slice(0, result.index + result[0].length);
	const places = [...(upTo ?? "").matchAll(NO_QUEUE)];
	const first = places[0];
	if (
		first &&
		result &&
		(places.length === 1 || (places.length === 2 && places[1]?.index === result.index - 1))
	) {
		const rest = first.index + first[0].length;
		return { messageId: messageId(text.slice(0, first.index + 2)), address: first[1], rest };
	}
	return text.search(RESULT) < 0 ? undefined : {};
}

/** Between the address of the client, perhaps a login name, and the only result. */
function senderOf(text: string, from: number | undefined, to: number | undefined): string | undefined {
	if (from === undefined || to === undefined) return undefined;
	const words = /^(?: user: [^,\s]{1,200},)? from: (<.{0,400}>)$/.exec(
		text.slice(from, to + 1).replace(/,$/, ""),
	);
	return words?.[1] === undefined ? undefined : bareAddress(words[1]);
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
	const words = text.replace(/^<[^<>;\s]{0,32}>; ?/, "");
	const version = /rspamd (\d\S{0,30}) is (?:starting|loading)/.exec(words)?.[1];
	if (version !== undefined) return event({ kind: "status", mta: "rspamd", text: words, version });
	// <abc123>; proxy; rspamd_protocol_handle_headers: … ; main; …
	return /^(?:[a-z_]{2,30})?; [A-Za-z0-9_.:]{1,80}/.test(words) || /^[a-z_]{3,60}: /.test(words)
		? event({ kind: "other", mta: "rspamd" })
		: unparsed("rspamd");
}
