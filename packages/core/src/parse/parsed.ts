/**
 * Building a parsed message: fields that the line does not carry may be given as `undefined` and are left out,
 * so that each parser branch is one object literal and no event ever holds an undefined or empty field by accident.
 */
import type { Mta, ParsedMessage } from "../event/index.ts";

/** An event whose optional fields may be written as undefined. */
export type Draft<E> = E extends unknown
	? { [K in keyof E]: object extends Pick<E, K> ? E[K] | undefined : E[K] }
	: never;

/** A syslog tag, taken apart. */
export interface ProgramTag {
	/** as logged: `postfix/submission/smtpd`, `sm-mta`, `dovecot` */
	program: string;
	/** the last part of the tag, lower case: `smtpd`, `sm-mta`, `dovecot` */
	base: string;
	/** what stands before the last `/`: Postfix `syslog_name`, `postfix/submission` */
	instance?: string;
}

/**
 * What every program's parser is: it never throws, and gives `unparsed` for a shape it does not know. The object that it gives is
 * nobody else's: the header is written into it.
 */
export type MessageParser = (program: ProgramTag, message: string) => ParsedMessage;

/** The event without the fields that are undefined. */
export function event(draft: Draft<ParsedMessage>): ParsedMessage {
	return defined(draft) as ParsedMessage;
}

/** An object without its undefined fields; the same where it has none. */
export function defined<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
	if (!hasUndefined(fields)) return fields as { [K in keyof T]: Exclude<T[K], undefined> };
	const result: Record<string, unknown> = {};
	for (const key in fields) {
		const value = fields[key];
		if (value !== undefined) result[key] = value;
	}
	return result as { [K in keyof T]: Exclude<T[K], undefined> };
}

function hasUndefined<T extends object>(fields: T): boolean {
	for (const key in fields) if (fields[key] === undefined) return true;
	return false;
}

/** A line of a known mail program whose shape is not known. */
export function unparsed(mta: Mta | undefined, queueId?: string): ParsedMessage {
	return event({ kind: "unparsed", mta, queueId });
}
