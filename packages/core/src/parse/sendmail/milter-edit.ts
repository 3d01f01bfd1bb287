/** What a milter did to a message through sendmail (milter.c): header, recipient and body changes. */
import type { ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";

const EDIT =
	/^Milter (?:\([^()]{1,100}\) )?(add|insert|change|delete|chgfrom|message)(?: \([^()]{1,20}\))?: /;
const HEADER = /^header(?: \(default(?: header)?\))?:? ?/;

/**
 * `Milter add: header: X-Spam: yes`, since 8.16 with the filter's name: `Milter (opendkim) insert (1): header: Name: value`,
 * `Milter (x) change: header Subject: from A to B`, `Milter (x) delete: rcpt <u@x>, naddrs=1`, `Milter (x) message: body replaced`.
 */
export function parseMilterEdit(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const match = EDIT.exec(text);
	if (!match) return undefined;
	const verb = match[1] as string;
	const words = text.slice(match[0].length);
	const common = { kind: "header", mta: "sendmail", queueId, verb } as const;
	if (words.startsWith("rcpt")) return event({ ...common, recipient: address(words.slice(4)) });
	if (verb === "chgfrom") return event({ ...common, sender: address(words) });
	// Milter (x) change: default header X-Old value with new
	const replaced = /^default header ([^\s:]{1,200}) value with (.*)$/.exec(words);
	if (replaced) {
		const [, name, value] = replaced as unknown as [string, string, string];
		return event({ ...common, header: { name, value } });
	}
	if (!words.startsWith("header")) return event({ ...common, text: words });
	// the separator behind the word differs between the statements: `header: `, `header `, `header (default header) `
	const rest = words.replace(HEADER, "");
	const colon = rest.indexOf(":");
	if (colon <= 0) return event({ ...common, text: rest });
	const value = verb === "change" ? newValue(rest.slice(colon + 1)) : rest.slice(colon + 1).trimStart();
	if (value === undefined) return event({ ...common, text: rest });
	return event({ ...common, header: { name: rest.slice(0, colon), value } });
}

function address(words: string): string {
	const bare = words.replace(/^:? ?/, "").replace(/, naddrs=\d{1,6}$/, "");
	return bare.startsWith("<") && bare.endsWith(">") ? bare.slice(1, -1) : bare;
}

/** `from Hello to [SPAM] Hello`: the header as it is now, unless the old or the new one itself says ` to `. */
function newValue(words: string): string | undefined {
	const value = words.trimStart();
	if (!value.startsWith("from ")) return value;
	const to = value.indexOf(" to ");
	return to >= 0 && value.lastIndexOf(" to ") === to ? value.slice(to + 4) : undefined;
}
