/** What a milter did to a message through sendmail (milter.c): header, recipient and body changes. */
import type { ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";

/**
 * `Milter add: header: X-Spam: yes`, `Milter insert (1): header: Name: value`, `Milter change: header Subject: from A to B`,
 * `Milter delete: header X-Old: value`, `Milter add: rcpt: <u@x>`, `Milter message: body replaced`.
 */
export function parseMilterEdit(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const match = /^Milter (add|insert|change|delete|chgfrom|message)(?: \([^()]{1,20}\))?: /.exec(text);
	if (!match) return undefined;
	const verb = match[1] as string;
	const words = text.slice(match[0].length);
	const common = { kind: "header", mta: "sendmail", queueId, verb } as const;
	if (words.startsWith("rcpt")) return event({ ...common, recipient: address(words.slice(4)) });
	if (verb === "chgfrom") return event({ ...common, sender: address(words) });
	if (!words.startsWith("header")) return event({ ...common, text: words });
	// the separator behind the word differs between the statements: `header: `, `header `, `header (default) `
	const rest = words.slice("header".length).replace(/^(?: \(default\))?:? ?/, "");
	const colon = rest.indexOf(":");
	if (colon <= 0) return event({ ...common, text: rest });
	const value = verb === "change" ? newValue(rest.slice(colon + 1)) : rest.slice(colon + 1).trimStart();
	if (value === undefined) return event({ ...common, text: rest });
	return event({ ...common, header: { name: rest.slice(0, colon), value } });
}

function address(words: string): string {
	const bare = words.replace(/^:? ?/, "");
	return bare.startsWith("<") && bare.endsWith(">") ? bare.slice(1, -1) : bare;
}

/** `from Hello to [SPAM] Hello`: the header as it is now, unless the old or the new one itself says ` to `. */
function newValue(words: string): string | undefined {
	const value = words.trimStart();
	if (!value.startsWith("from ")) return value;
	const to = value.indexOf(" to ");
	return to >= 0 && value.lastIndexOf(" to ") === to ? value.slice(to + 4) : undefined;
}
