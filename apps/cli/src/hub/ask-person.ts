/** A question to whoever sits at the terminal; a password is not shown, and never taken from the command line, which others can list. */
import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { BadUse } from "../failure.ts";

export async function askPerson(question: string, { secret = false } = {}): Promise<string> {
	if (!process.stdin.isTTY) {
		throw new BadUse(
			`${question.trim()} there is no terminal to ask at; make a token on the hub and give it to --token -`,
		);
	}
	process.stderr.write(question);
	const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
	const lines = createInterface({
		input: process.stdin,
		output: secret ? silent : process.stderr,
		terminal: true,
	});
	try {
		return await lines.question("");
	} finally {
		lines.close();
		if (secret) process.stderr.write("\n");
	}
}

/** The first line of standard input. */
export async function readFirstLine(): Promise<string> {
	let text = "";
	for await (const chunk of process.stdin) {
		text += String(chunk);
		if (text.includes("\n") || text.length > 4_096) break;
	}
	return (text.split("\n")[0] ?? "").trim();
}
