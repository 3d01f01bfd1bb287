/**
 * A syslog tag taken apart: Postfix puts its `syslog_name` before the last slash (`postfix/submission/smtpd`),
 * everybody else logs a bare name.
 */
import type { ProgramTag } from "./parsed.ts";

/** Reads `postfix/submission/smtpd` as base `smtpd`, instance `postfix/submission`. */
export function readProgramTag(program: string): ProgramTag {
	const slash = program.lastIndexOf("/");
	const base = program.slice(slash + 1).toLowerCase();
	return slash > 0 ? { program, base, instance: program.slice(0, slash) } : { program, base };
}
