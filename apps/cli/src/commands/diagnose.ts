/**
 * `mailtrail diagnose`: one SMTP reply, `stat=` text or whole log line per argument or input line → why, whose move it is
 * and what to do.
 */
import { diagnoseReply } from "@mailtrail/core/diagnose";
import { ANSWERED, BadUse, NOTHING_FOUND } from "../failure.ts";
import { readLanguage } from "../options/log-options.ts";
import { type CommandSpec, readOptions } from "../options/read-options.ts";
import { printDiagnosis } from "../print/diagnosis.ts";
import { pen } from "../print/pen.ts";
import { Output } from "../print/write-out.ts";
import { readLines } from "../read-logs/read-lines.ts";
import { readReplyText } from "../read-logs/read-reply-text.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail diagnose [OPTIONS] [TEXT…]",
	about:
		"Explains SMTP replies, sendmail's stat= texts or log lines: one per argument, or per line of standard input.",
	options: {
		dsn: { value: "X.Y.Z", help: "the enhanced status that stood beside the text" },
		json: { help: "one JSON object per text" },
		lang: { value: "en|ja", help: "language of the explanations" },
	},
	examples: [
		"mailtrail diagnose '554 5.7.1 Service unavailable; Client host [192.0.2.1] blocked using zen.spamhaus.org'",
		"mailtrail diagnose --dsn 4.4.1 'connect to mail.example.net[203.0.113.112]:25: Connection timed out'",
	],
};

export async function diagnoseCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const dsn = options.value("dsn");
	if (dsn !== undefined && !/^[245]\.\d{1,3}\.\d{1,3}$/.test(dsn)) {
		throw new BadUse(`--dsn: “${dsn}” is no enhanced status; write one like 5.7.1`);
	}
	const lang = readLanguage(options);
	const output = new Output();
	const style = pen();
	let answered = 0;
	const explain = (text: string): void => {
		if (text.trim() === "") return;
		answered += 1;
		const diagnosis = diagnoseReply({ ...readReplyText(text), ...(dsn === undefined ? {} : { dsn }) }, lang);
		if (options.flag("json")) output.line(JSON.stringify({ input: text, ...diagnosis }));
		else output.line(`${printDiagnosis(text, diagnosis, style, lang, process.stdout.columns)}\n`);
	};
	if (options.words.length > 0) options.words.forEach(explain);
	else await readLines("-", explain, () => output.flushed());
	await output.end();
	if (answered > 0) return ANSWERED;
	process.stderr.write(
		"mailtrail: nothing to explain: the text is empty. Give a reply or a log line, in quotes or on standard input.\n",
	);
	return NOTHING_FOUND;
}
