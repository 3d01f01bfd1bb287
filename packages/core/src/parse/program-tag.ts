/**
 * A syslog tag taken apart: Postfix puts its `syslog_name` before the last slash (`postfix/submission/smtpd`),
 * everybody else logs a bare name. Tags are few and repeat, so they are remembered, in a bounded table.
 */
import type { ProgramTag } from "./parsed.ts";

const remembered = new Map<string, ProgramTag>();
const MOST_TAGS = 1000;

/** Reads `postfix/submission/smtpd` as base `smtpd`, instance `postfix/submission`. */
export function readProgramTag(program: string): ProgramTag {
	const known = remembered.get(program);
	if (known) return known;
	const slash = program.lastIndexOf("/");
	const base = program.slice(slash + 1).toLowerCase();
	const tag: ProgramTag =
		slash > 0 ? { program, base, instance: program.slice(0, slash) } : { program, base };
	if (remembered.size >= MOST_TAGS) remembered.clear();
	remembered.set(program, tag);
	return tag;
}
