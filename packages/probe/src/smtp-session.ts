/**
 * The part of SMTP that a check needs: read a reply, say a line. A server may send anything: replies are bounded in
 * lines, bytes and time (RFC 5321 section 4.5.3), and what is not a reply is told as such.
 */
import type { Duplex } from "node:stream";

export type ReplyOutcome =
	| { code: number; lines: string[] }
	| { fault: "timeout" | "closed" | "not-smtp"; text: string };

const BYTES_MAX = 65_536;
const LINES_MAX = 200;

export class SmtpSession {
	readonly #stream: Duplex;
	readonly #timeoutMs: number;
	#received = "";
	#closed = false;
	#wake: () => void = () => {};

	constructor(stream: Duplex, timeoutMs: number) {
		this.#stream = stream;
		this.#timeoutMs = timeoutMs;
		stream.on("data", this.#take);
		stream.on("close", this.#end);
		stream.on("end", this.#end);
		stream.on("error", this.#end);
	}

	/** The next reply, all its lines without their code. */
	async reply(): Promise<ReplyOutcome> {
		const until = performance.now() + this.#timeoutMs;
		for (;;) {
			const reply = this.#complete();
			if (reply) return reply;
			if (this.#closed) return { fault: "closed", text: firstLine(this.#received) };
			const left = until - performance.now();
			if (left <= 0) return { fault: "timeout", text: firstLine(this.#received) };
			await this.#more(left);
		}
	}

	async say(line: string): Promise<ReplyOutcome> {
		if (!this.#closed) this.#stream.write(`${line}\r\n`);
		return await this.reply();
	}

	/** Gives the stream back, for TLS to be laid over it. Bytes that came before are dropped (RFC 3207 section 5). */
	release(): void {
		this.#stream.off("data", this.#take);
		this.#stream.off("close", this.#end);
		this.#stream.off("end", this.#end);
		this.#stream.off("error", this.#end);
	}

	/** Says good-bye without waiting for the answer. */
	quit(): void {
		if (!this.#closed) this.#stream.end("QUIT\r\n");
		this.#stream.once("close", () => {});
		setTimeout(() => this.#stream.destroy(), 500).unref();
	}

	readonly #take = (data: Buffer): void => {
		if (this.#received.length < BYTES_MAX) this.#received += data.toString("utf8");
		this.#wake();
	};

	readonly #end = (): void => {
		this.#closed = true;
		this.#wake();
	};

	#more(ms: number): Promise<void> {
		return new Promise((resolve) => {
			const timer = setTimeout(resolve, ms);
			this.#wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	}

	#complete(): ReplyOutcome | undefined {
		const lines: string[] = [];
		let from = 0;
		for (;;) {
			const end = this.#received.indexOf("\n", from);
			if (end < 0) {
				return this.#received.length >= BYTES_MAX ? this.#strange() : undefined;
			}
			const line = this.#received.slice(from, end).replace(/\r$/, "");
			from = end + 1;
			const shape = /^(\d{3})([ -]?)(.*)$/s.exec(line);
			if (!shape || lines.length >= LINES_MAX) return this.#strange();
			lines.push(shape[3] ?? "");
			if (shape[2] !== "-") {
				this.#received = this.#received.slice(from);
				return { code: Number(shape[1]), lines };
			}
		}
	}

	#strange(): ReplyOutcome {
		return { fault: "not-smtp", text: firstLine(this.#received) };
	}
}

/** Enough to know it by: one line, without control characters. */
function firstLine(text: string): string {
	return (text.split(/\r?\n/, 1)[0] ?? "").slice(0, 200).replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}

/** A reply as one line of text: `554 5.7.1 no`. */
export function replyText(reply: ReplyOutcome): string {
	const text = "code" in reply ? `${reply.code} ${reply.lines.join(" ")}` : reply.text;
	return text.slice(0, 900).replace(/[\u0000-\u001f\u007f-\u009f]/g, "\ufffd");
}
