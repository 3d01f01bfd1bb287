/**
 * What may leave this host of each line: nothing where a rule keeps it here, pseudonyms in the place of people where the
 * administrator wants it, else the line as it is. Counts what was kept.
 */
import type { MailEvent } from "@mailtrail/core/event";
import type { Config } from "../config.ts";
import { type DropRule, readDropRule } from "./drop-rules.ts";
import { hideEvent, hideLine } from "./hide-line.ts";
import type { LineReading } from "../uplink/build-batch.ts";
import { readKey } from "./pseudonym-key.ts";
import { createPseudonyms, type Pseudonyms } from "./pseudonyms.ts";

export interface Privacy {
	/** people have pseudonyms */
	readonly hidesPeople: boolean;
	/** lines that stayed here since the start, by rule */
	readonly dropped: ReadonlyMap<string, number>;
	/** The event of a line that was read, as it may be sent; nothing: the line stays here. */
	outgoing(line: string, event: MailEvent, reading: LineReading): MailEvent | undefined;
}

export function createPrivacy(config: Pick<Config, "drop" | "pseudonym_key" | "pseudonym_keep">): Privacy {
	const rules = config.drop.map(readDropRule);
	const pseudonyms =
		config.pseudonym_key === ""
			? undefined
			: createPseudonyms(readKey(config.pseudonym_key), config.pseudonym_keep);
	return privacyOf(rules, pseudonyms);
}

export function privacyOf(rules: readonly DropRule[], pseudonyms: Pseudonyms | undefined): Privacy {
	const dropped = new Map<string, number>(rules.map(({ name }) => [name, 0]));
	return {
		hidesPeople: pseudonyms !== undefined,
		dropped,
		outgoing(line, event, reading) {
			const rule = rules.find((each) => each.matches(line, event));
			if (rule) {
				dropped.set(rule.name, (dropped.get(rule.name) ?? 0) + 1);
				return undefined;
			}
			if (!pseudonyms) return event;
			// a mailbox's report has no line that could be read again
			return event.kind === "bounce-report"
				? hideEvent(event, pseudonyms)
				: hideLine(line, event, reading, pseudonyms);
		},
	};
}
