/**
 * Lines that never leave the host, by rules of its own file: `program:sshd*`, `kind:foreign`, `text:*nagios*`,
 * `domain:*.example.net`. A rule is a word and a pattern in which `*` stands for anything; no regular expressions.
 */
import type { MailEvent } from "@mailtrail/core/event";
import { UsageError } from "../usage-error.ts";

const TYPES = ["program", "kind", "text", "domain"] as const;
type RuleType = (typeof TYPES)[number];

export interface DropRule {
	/** as written */
	name: string;
	matches(line: string, event: MailEvent): boolean;
}

export function readDropRule(written: string): DropRule {
	const colon = written.indexOf(":");
	const type = TYPES.find((each) => each === written.slice(0, colon));
	const pattern = written
		.slice(colon + 1)
		.trim()
		.toLowerCase();
	if (type === undefined || pattern === "") {
		throw new UsageError(
			`drop "${written}" is no rule; write ${TYPES.map((each) => `${each}:PATTERN`).join(", ")}, with * for anything`,
		);
	}
	return { name: written, matches: matcher(type, pattern) };
}

function matcher(type: RuleType, pattern: string): DropRule["matches"] {
	const fits = wildcard(pattern);
	switch (type) {
		case "program":
			return (_, { program = "" }) => fits(program.toLowerCase());
		case "kind":
			return (_, { kind }) => fits(kind);
		case "text": {
			// anywhere in the line
			const within = wildcard(`*${pattern}*`);
			return (line) => within(line.toLowerCase());
		}
		case "domain":
			return (line) => domainsIn(line.toLowerCase()).some(fits);
	}
}

const DOMAIN =
	/@([a-z0-9\u0080-\uffff-]{1,63}(?:\.[a-z0-9\u0080-\uffff-]{1,63}){0,10}|\[[0-9a-f.:]{2,60}\])/g;

function domainsIn(line: string): string[] {
	return [...line.matchAll(DOMAIN)].map(([, domain = ""]) => domain);
}

/** Each piece between stars at its first place behind the one before: linear. */
function wildcard(pattern: string): (text: string) => boolean {
	const [first = "", ...rest] = pattern.split("*");
	const last = rest.pop();
	if (last === undefined) return (text) => text === first;
	return (text) => {
		if (!text.startsWith(first)) return false;
		let at = first.length;
		for (const piece of rest) {
			const found = text.indexOf(piece, at);
			if (found < 0) return false;
			at = found + piece.length;
		}
		return text.length - last.length >= at && text.endsWith(last);
	};
}
