/**
 * The session that Sendmail and its kin print below the list: `>>>` what it said, `<<<` what the server answered, and
 * lines of its own (`550 5.1.1 <taro@example.net>... User unknown`). Gives each recipient the whole answer, of which the
 * list holds the first line, and the command that it answers.
 */
import type { RecipientEntry } from "./report.ts";
import { stageOf } from "./status-fields.ts";

interface Answer {
	text: string;
	host?: string;
	command?: string;
	/** the answer to DATA, after this one, was that no recipient is left */
	nobodyLeft?: true;
}

/** What the reporting host itself says of a recipient, and the answer that it had before. */
interface OwnLine {
	recipient: string;
	words: string;
	before: Answer | undefined;
}

export interface Transcript {
	complete(entries: readonly RecipientEntry[]): RecipientEntry[];
	/** the last answer of the reporting host itself, without an address: `554 5.3.0 unknown mailer error 255` */
	local?: string;
}

/** A line of a session, which ends the words about a recipient. */
export function linesOfTranscript(line: string): boolean {
	return /^\s*(?:>>> (?:[A-Z]{4}|MAIL|RCPT)\b(?! *<?\S+@)|<<< |\.\.\. while talking to |-{3,} *transcript)/i.test(
		line,
	);
}

export function readTranscript(lines: readonly string[]): Transcript | undefined {
	const start = startOf(lines);
	if (start === undefined) return undefined;
	const answers: Answer[] = [];
	const own: OwnLine[] = [];
	const loose: string[] = [];
	let host: string | undefined;
	let command: string | undefined;
	for (const raw of lines.slice(start, start + 2000)) {
		const line = asSendmail(raw);
		const talking = /while talking to (\S{1,255}?)[.:]*$/i.exec(line)?.[1];
		if (talking !== undefined) {
			host = talking;
			command = undefined;
		} else if (line.startsWith(">>> ")) command = line.slice(4);
		else if (line.startsWith("<<< ")) answerLine(answers, line.slice(4).trim(), host, command);
		else if (line.trim() !== "") {
			const mine =
				/^(?:([245]\d\d (?:[245]\.\d{1,3}\.\d{1,3} )?))?<?([^\s<>]{1,128}@[^\s<>]{1,255}?)>?\.\.\. ?(.*)$/.exec(
					line,
				);
			if (mine?.[2] !== undefined)
				own.push({
					recipient: mine[2],
					words: `${mine[1] ?? ""}${mine[3] ?? ""}`.trim(),
					before: answers.at(-1),
				});
			else loose.push(line.trim());
		}
	}
	const transcript: Transcript = { complete: (entries) => complete(entries, answers, own, loose) };
	const local = withOutput(
		loose,
		loose.findLastIndex((line) => /^[45]\d\d [45]\.\d/.test(line)),
	);
	if (local !== undefined) transcript.local = local;
	return transcript;
}

/** Below its heading; without one from the first answer on. */
function startOf(lines: readonly string[]): number | undefined {
	const heading = lines.findIndex((line) =>
		/transcript of session follows|- session transcript -/i.test(line),
	);
	if (heading >= 0) return heading + 1;
	const answer = lines.findIndex((line) => /^\s*(?:<<< |Received >>> )[245]\d\d[ -]/.test(line));
	return answer < 0 ? undefined : Math.max(answer - 3, 0);
}

/**
 * InterScan turns the arrows round: `Sent <<< RCPT TO:<…>`, `Received >>> 550 …`; au indents them; MDaemon writes
 * `Thu 2026-11-19 10:00:01: --> RCPT To:<…>` and `<-- 550 …`.
 */
function asSendmail(line: string): string {
	const text = line.replace(/^\s+(?=>>> |<<< )/, "");
	const dated = /^\s*\w{3} \d{4}-\d\d-\d\d \d\d:\d\d:\d\d:(?: \[[\w:]{1,40}\])? (-->|<--) (.*)$/.exec(text);
	if (dated) return `${dated[1] === "-->" ? ">>>" : "<<<"} ${dated[2]}`;
	if (text.startsWith("Sent <<< ")) return `>>> ${text.slice(9)}`;
	return text.startsWith("Received >>> ") ? `<<< ${text.slice(13)}` : text;
}

/** `550-5.7.1 first` and `550 5.7.1 last` are one answer. */
function answerLine(
	answers: Answer[],
	text: string,
	host: string | undefined,
	command: string | undefined,
): void {
	const before = answers.at(-1);
	if (/no valid recipients|need rcpt/i.test(text)) {
		for (const answer of answers) if (answer.host === host) answer.nobodyLeft = true;
	}
	const lastLine = before?.text.slice(before.text.lastIndexOf("\n") + 1);
	if (before && lastLine && /^\d{3}-/.test(lastLine) && text.startsWith(lastLine.slice(0, 3)))
		before.text += `\n${text}`;
	else answers.push({ text, ...(host !== undefined && { host }), ...(command !== undefined && { command }) });
}

function complete(
	entries: readonly RecipientEntry[],
	answers: readonly Answer[],
	own: readonly OwnLine[],
	loose: readonly string[],
): RecipientEntry[] {
	const told = entries.length > 0 ? entries : ownRecipients(own);
	const listed = told.length > 0 ? told : commandRecipients(answers);
	return listed.map((entry) => {
		const done = { ...entry };
		const reason = unwrapped(entry.diagnostic);
		const mine = own.filter(({ recipient }) => same(recipient, entry.recipient));
		const answer = answerFor(entry, reason, answers, listed.length === 1) ?? answerBeforeLoss(mine);
		const said = mine.find(({ words }) => words !== "")?.words;
		if (answer && (reason === undefined || answer.text.startsWith(reason.slice(0, 40)) || !hasCode(reason))) {
			done.diagnostic = answer.text.replace(/\s*\n/g, " ");
			if (answer.host !== undefined) done.remoteMta ??= answer.host;
			const stage = answer.command === undefined ? undefined : stageOf(answer.command);
			// pipelining: the answers to RCPT come after DATA was sent, and then that nobody is left
			if (stage !== undefined) done.command ??= stage === "DATA" && answer.nobodyLeft ? "RCPT" : stage;
		} else if (reason !== undefined && said !== undefined && !hasCode(reason)) {
			done.diagnostic = longer(said, reason) ?? `${said} (${reason})`;
		} else if (reason === undefined) {
			const printed =
				withOutput(
					loose,
					loose.findIndex((line) => /^[245]\d\d[ -]/.test(line)),
				) ?? loose[0];
			// Sendmail hides what a local program printed behind a word of its own
			const hidden = said !== undefined && /service unavailable|unknown mailer error/i.test(said);
			const words = hidden ? (printed ?? said) : (innerReply(said) ?? printed);
			if (words !== undefined) done.diagnostic = words;
		} else done.diagnostic = reason;
		return done;
	});
}

/** The reporting host's own answer, after what the local program printed where that says more. */
function withOutput(loose: readonly string[], at: number): string | undefined {
	const own = loose[at];
	const before = loose[at - 1];
	// Sendmail: `procmail: Quota exceeded while writing "/var/mail/taro"`, then `550 5.0.0 taro... Can't create output`
	return own !== undefined &&
		before !== undefined &&
		/(?:can't create output|unknown mailer error \d+)$/i.test(own)
		? `${before} ${own}`
		: own;
}

/** Whom the refused RCPT commands name. */
function commandRecipients(answers: readonly Answer[]): RecipientEntry[] {
	return answers.flatMap(({ text, command }) => {
		const recipient = /^RCPT TO: ?<([^<>\s]{1,320})>/i.exec(command ?? "")?.[1];
		return recipient === undefined || !/^[45]/.test(text) ? [] : [{ recipient }];
	});
}

/** The one that holds the other. */
function longer(a: string, b: string): string | undefined {
	if (a.includes(b)) return a;
	return b.includes(a) ? b : undefined;
}

/** `554 550 Host unknown`: its own code before the server's. */
function innerReply(words: string | undefined): string | undefined {
	return words === undefined ? undefined : (/^[245]\d\d ([245]\d\d[ -].*)$/.exec(words)?.[1] ?? words);
}

/** A server that refused and then dropped the line: `Connection reset by peer during result wait with mx.example.net` hides what it said. */
function answerBeforeLoss(mine: readonly OwnLine[]): Answer | undefined {
	for (const { words, before } of mine) {
		if (!/connection (?:reset|closed|lost)|broken pipe/i.test(words)) continue;
		if (before?.host !== undefined && words.includes(before.host) && /^[45]/.test(before.text)) return before;
	}
	return undefined;
}

function ownRecipients(own: readonly OwnLine[]): RecipientEntry[] {
	return [...new Set(own.map(({ recipient }) => recipient.toLowerCase()))].map((recipient) => ({
		recipient: own.find((each) => same(each.recipient, recipient))?.recipient ?? recipient,
	}));
}

function answerFor(
	entry: RecipientEntry,
	reason: string | undefined,
	answers: readonly Answer[],
	alone: boolean,
): Answer | undefined {
	const refusals = answers.filter(({ text }) => /^[45]/.test(text));
	if (reason !== undefined && hasCode(reason)) {
		const head = reason.slice(0, 60);
		return refusals.find(({ text }) => text.startsWith(head));
	}
	const local = entry.recipient?.toLowerCase();
	const named = refusals.find(
		({ text, command }) =>
			local !== undefined && (text.toLowerCase().includes(local) || command?.toLowerCase().includes(local)),
	);
	return (
		named ??
		(alone && reason === undefined ? refusals.find(({ text }) => !text.startsWith("503")) : undefined)
	);
}

function unwrapped(diagnostic: string | undefined): string | undefined {
	return diagnostic === undefined ? undefined : (/^\(reason: (.*?)\)$/.exec(diagnostic)?.[1] ?? diagnostic);
}

const hasCode = (words: string): boolean => /^[245]\d\d[ -]/.test(words);

function same(a: string | undefined, b: string | undefined): boolean {
	return a !== undefined && b !== undefined && a.toLowerCase() === b.toLowerCase();
}
