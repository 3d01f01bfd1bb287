/**
 * `mailtrail bounce`: bounce messages, mboxes or maildirs → one report for each recipient. A message at a time is in
 * memory, and of each only the beginning; a maildir or spool of any size is read in order of its files.
 */
import { type BounceReport, readBounce, splitMbox } from "@mailtrail/core/bounce";
import { ANSWERED, NOTHING_FOUND } from "../failure.ts";
import { readLanguage } from "../options/log-options.ts";
import { type CommandSpec, readOptions } from "../options/read-options.ts";
import { printReport } from "../print/bounce.ts";
import { pen } from "../print/pen.ts";
import { Output } from "../print/write-out.ts";
import { mailFiles } from "../read-logs/mail-files.ts";
import { openLog } from "../read-logs/open-log.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail bounce [OPTIONS] [FILE…]",
	about: `Reads bounces, automatic replies and complaints, and says for each recipient what happened and what to do.
FILE is a message, an mbox (/var/spool/mail/root) or a maildir, compressed or not; without one, standard input.`,
	options: {
		json: { help: "one JSON object per recipient" },
		lang: { value: "en|ja", help: "language of the explanations" },
	},
	examples: [
		"mailtrail bounce /var/spool/mail/root",
		"mailtrail bounce --json ~/Maildir | jq -r 'select(.hardBounce) | .recipient'",
		"mailtrail bounce < bounce.eml",
	],
};

export async function bounceCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const lang = readLanguage(options);
	const json = options.flag("json");
	const style = { pen: pen(), lang, width: process.stdout.columns };
	const output = new Output();
	let answered = 0;
	const show = (file: string, message: number, report: BounceReport): void => {
		answered += 1;
		if (json) output.line(JSON.stringify({ file, message, ...report }));
		else output.line(`${printReport(file, message, report, style)}\n`);
	};
	for (const file of await mailFiles(options.words)) {
		let message = 0;
		for await (const bytes of splitMbox((await openLog(file)).chunks)) {
			message += 1;
			for (const report of await readBounce(bytes, { lang })) show(file, message, report);
			await output.flushed();
		}
	}
	await output.end();
	if (answered > 0) return ANSWERED;
	process.stderr.write("mailtrail: no bounce, automatic reply or complaint found\n");
	return NOTHING_FOUND;
}
