/**
 * The messages of an mbox, one after the other, from chunks of any size. Of each message only the beginning is kept (a
 * bounce stands before what it returns), so a file of any size takes the memory of one message. A file that does not
 * begin with a `From ` line is one message. (node-mbox hands out whole messages: 554 MB for one of 108 MB.)
 */
import { decodeLatin1 } from "./decode.ts";
import { MESSAGE_MAX } from "./open-message.ts";

const NEWLINE = 10;
/** `From mailer-daemon Thu Apr 29 23:34:45 2010`: mbox(5); a year tells it from a sentence */
const POSTMARK = /^From (?:\S{1,320} +)?(?:[A-Z][a-z]{2},? )?.{0,40}\d{1,2}:\d\d(?::\d\d)?.{0,20}\b\d{4}\b/;

export async function* splitMbox(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	const kept = new Kept();
	let rest: Uint8Array | undefined;
	let mbox: boolean | undefined;
	let blank = true;
	for await (const chunk of chunks) {
		const bytes = rest ? joined(rest, chunk) : chunk;
		let from = 0;
		for (;;) {
			const end = bytes.indexOf(NEWLINE, from);
			if (end < 0) break;
			const line = bytes.subarray(from, end + 1);
			mbox ??= isFrom(line);
			if (mbox && blank && isFrom(line) && kept.length > 0) {
				yield kept.take();
			}
			kept.add(line);
			blank = line.length === 1 || (line.length === 2 && line[0] === 13);
			from = end + 1;
		}
		rest = bytes.subarray(from);
		// a line that never ends is not gathered for its end's sake
		if (rest.length > MESSAGE_MAX) {
			kept.add(rest);
			blank = false;
			rest = undefined;
		}
	}
	if (rest) kept.add(rest);
	if (kept.length > 0) yield kept.take();
}

function isFrom(line: Uint8Array): boolean {
	if (line[0] !== 70 || line[1] !== 114 || line[2] !== 111 || line[3] !== 109 || line[4] !== 32) return false;
	return POSTMARK.test(decodeLatin1(line.subarray(0, 400)));
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
	const both = new Uint8Array(a.length + b.length);
	both.set(a);
	both.set(b, a.length);
	return both;
}

/** The first bytes of a message, up to what a reader looks at. */
class Kept {
	#buffer = new Uint8Array(1 << 14);
	length = 0;

	add(bytes: Uint8Array): void {
		const room = Math.min(bytes.length, MESSAGE_MAX - this.length);
		if (room <= 0) return;
		if (this.length + room > this.#buffer.length) {
			const larger = new Uint8Array(Math.max(this.#buffer.length * 2, this.length + room));
			larger.set(this.#buffer.subarray(0, this.length));
			this.#buffer = larger;
		}
		this.#buffer.set(bytes.subarray(0, room), this.length);
		this.length += room;
	}

	take(): Uint8Array {
		const message = this.#buffer.slice(0, this.length);
		this.length = 0;
		return message;
	}
}
