/** What the mail servers' queue listings look like, each read line by line. Addresses in them are chosen by strangers. */
import type { Queue } from "@mailtrail/core/wire";

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface QueueReader {
	line(line: string): void;
	result(): Pick<Queue, "messages" | "oldestAt" | "error">;
}

/** Counts messages and keeps the earliest arrival. */
class Tally {
	#messages = 0;
	#oldest = Number.POSITIVE_INFINITY;

	add(at: number | undefined): void {
		this.#messages++;
		if (at !== undefined && at < this.#oldest) this.#oldest = at;
	}

	result(): { messages: number; oldestAt?: number } {
		const known = Number.isFinite(this.#oldest);
		return { messages: this.#messages, ...(known && { oldestAt: this.#oldest }) };
	}
}

/** postqueue(1) -j: one object per message, showq_json.c writes the time before anything that a stranger chose. */
// {"queue_name": "deferred", "queue_id": "4bXk…", "arrival_time": 1700000000, "message_size": 322, …
function readPostfix(): QueueReader {
	const tally = new Tally();
	return {
		line: (line) => {
			if (!line.startsWith('{"queue_name"')) return;
			const seconds = /"arrival_time": (\d{1,12}),/.exec(line.slice(0, 300))?.[1];
			tally.add(seconds === undefined ? undefined : Number(seconds) * 1000);
		},
		result: () => tally.result(),
	};
}

const AGES: Record<string, number> = { m: MINUTE_MS, h: HOUR_MS, d: DAY_MS };

/** exim -bp (queue.c, queue_list): age, size, id, sender; then one line for each recipient, which begins with blanks. */
// 25m  2.9K 0t5C6f-0000c8-00 <alice@wonderland.example>
function readExim(now: number): QueueReader {
	const tally = new Tally();
	return {
		line: (line) => {
			const found = /^ {0,3}(\d{1,4})([mhd]) {1,6}\S{1,8} \w{6}-\w{6,11}-\w{2,4} /.exec(line);
			if (!found) return;
			// in whole minutes, hours or days
			tally.add(now - Number(found[1]) * AGES[found[2]!]!);
		},
		result: () => tally.result(),
	};
}

/** smtpctl(8) show queue: envelopes, of which the first eight digits name the message; field 8 is its creation. */
// 1234abcd5678ef90|local|mta||alice@a.example|bob@b.example|bob@b.example|1700000000|1700345600|0|0|pending|10|
function readOpenSmtpd(now: number): QueueReader {
	const tally = new Tally();
	let last = "";
	return {
		line: (line) => {
			if (!/^[\da-f]{16}\|/.test(line)) return;
			const message = line.slice(0, 8);
			if (message === last) return;
			last = message;
			const seconds = /^(?:[^|]*\|){7}(\d{9,11})\|/.exec(line.slice(0, 2_000))?.[1];
			const at = Number(seconds) * 1000;
			tally.add(at <= now ? at : undefined);
		},
		result: () => tally.result(),
	};
}

/** sendmail's mailq (queue.c, print_single_queue): id, a mark, size, `%.16s` of ctime(3), sender; times have no year. */
// 6AM9Eqnr000017        6 Sun Nov 22 09:14 a@mx.test
function readSendmail(now: number): QueueReader {
	const tally = new Tally();
	let refusal: string | undefined;
	return {
		line: (line) => {
			// it ends with status 0 all the same
			// can not chdir(/var/spool/mqueue/): Permission denied
			if (line.startsWith("can not ")) refusal ??= line.slice(0, 400);
			const found = /^\w{8,20}[*?X+-]? {1,9}\d{1,12} \w{3} (\w{3} [ \d]\d \d\d:\d\d) /.exec(line);
			if (found) return tally.add(timeWithoutYear(found[1]!, now));
			// 5AMCxyz012346 (no control file)
			if (/^\w{14,20}[*?X+-]? {1,9}\((?:no control file|job completed)\)/.test(line)) tally.add(undefined);
		},
		result: () => (refusal === undefined ? tally.result() : { error: refusal }),
	};
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Nov 22 08:00` of this machine's zone, in the year that makes it the last such time. */
function timeWithoutYear(text: string, now: number): number | undefined {
	const month = MONTHS.indexOf(text.slice(0, 3));
	if (month < 0) return undefined;
	const day = Number(text.slice(4, 6));
	const at = (year: number) =>
		new Date(year, month, day, Number(text.slice(7, 9)), Number(text.slice(10, 12))).getTime();
	const year = new Date(now).getFullYear();
	return at(year) <= now + HOUR_MS ? at(year) : at(year - 1);
}

export const readers: Record<Queue["mta"], (now: number) => QueueReader> = {
	postfix: readPostfix,
	exim: readExim,
	opensmtpd: readOpenSmtpd,
	sendmail: readSendmail,
};
