/**
 * Filters beside the MTA whose lines are sentences: DKIM and DMARC, virus scanners, greylisting, rule engines. Each is a table of
 * what it says. Milters log under the MTA's queue id; a line without one is about the session or the filter itself.
 */
import type { ParsedMessage } from "../../event/index.ts";
import { event, type MessageParser, type ProgramTag, unparsed } from "../parsed.ts";
import { DKIM_FILTERS } from "./dkim.ts";
import { GREYLIST_FILTERS } from "./greylist.ts";
import { POLICY_FILTERS } from "./policy.ts";
import { POLICYD_WEIGHT } from "./policyd-weight.ts";
import { PMG } from "./pmg.ts";
import type { Filter } from "./saying.ts";
import { SPAMPD } from "./spampd.ts";
import { VIRUS_FILTERS } from "./virus.ts";

/** All of them. */
export const FILTERS: readonly Filter[] = [
	...DKIM_FILTERS,
	...VIRUS_FILTERS,
	...GREYLIST_FILTERS,
	...POLICY_FILTERS,
	POLICYD_WEIGHT,
	SPAMPD,
	PMG,
];

// before the MTA has given one milter-greylist writes `(unknown id): `, opendkim `(unknown-jobid) `
const QUEUE_ID = /^(?:([0-9A-Za-z-]{5,25}):? |\((?:unknown id|unknown-jobid)\):? )(?=\S)/;
// clamd in the foreground, as systemd runs it, writes its own time too
const OWN_TIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d \d{4} -> /;
const OWN_ID = /^(\d{1,12}): /;
const STARTED =
	/^(?:Open(?:DKIM|DMARC|ARC) Filter|milter-greylist|clamav-milter|dkimpy-milter)[ :-]{1,3}(?:v|version )?(\d\S{0,30})?.{0,200}(?:start|terminat|stop|exit|reload|mi_stop)/i;

/** The parser of one of these filters. */
export function filterParser({ mta, filter, sayings, ownIds, mailIds }: Filter): MessageParser {
	return (_program: ProgramTag, logged: string): ParsedMessage => {
		const message = mta === "clamav" ? logged.replace(OWN_TIME, "") : logged;
		const started = STARTED.exec(message);
		if (started) return event({ kind: "status", mta, text: message, version: started[1] });
		const id = (mailIds ?? (ownIds ? OWN_ID : QUEUE_ID)).exec(message);
		// a queue id holds a digit, the first word of a sentence hardly ever does
		const own = id !== null && (id[1] === undefined || /\d/.test(id[1]));
		const queueId = own ? id[1] : undefined;
		const isQueues = !ownIds && !mailIds;
		const text = own ? message.slice(id[0].length) : message;
		for (const { pattern, verdict, severity, status } of sayings) {
			const match = pattern.exec(text);
			if (!match) continue;
			const common = { mta, ...(queueId !== undefined && isQueues && { queueId }) } as const;
			if (severity) return event({ kind: "problem", ...common, severity, text });
			if (status)
				return event({
					kind: "status",
					...common,
					text,
					version: /\b(\d+\.\d+(?:\.\d+)?)\b/.exec(text)?.[1],
				});
			if (!verdict) return event({ kind: "other", ...common });
			const said = verdict(match);
			// the answer names it by the same id
			const work = mailIds && queueId !== undefined ? { mailId: queueId, taskId: queueId } : undefined;
			if (said) return event({ kind: "verdict", ...common, ...work, filter, ...said });
		}
		return unparsed(mta, isQueues ? queueId : undefined);
	};
}
