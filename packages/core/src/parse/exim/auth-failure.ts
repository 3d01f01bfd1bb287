/** Failed authentications (smtp_in.c, smtp_in_auth): the user name is the client's own words and stands last. */
import type { ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";
import { listener, readFields, readHost } from "./fields.ts";

const SET_ID = " (set_id=";

// plain_login authenticator failed for mx.example (helo) [192.0.2.1]:51451: 535 Incorrect authentication data (set_id=bob)
// login authenticator failed for client.example (c) [127.0.1.9]:35305 I=[127.0.1.12]:25: 435 Unable to authenticate at present (set_id=tmp): fail
export function parseAuthFailure(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const match = /^([^\s=]{1,80}) authenticator (?:failed|temporarily failed) for (?:H=)?/.exec(text);
	if (!match) return undefined;
	const host = readHost(text, match[0].length);
	const common = { kind: "auth-failed", mta: "exim", queueId, method: match[1], service: "smtp" } as const;
	if (!host) return event(common);
	// I= and U= may follow with their log selectors
	const fields = readFields(text, host.end);
	const rest = text.slice(fields.end).replace(/^:? ?/, "");
	// exim's own words hold no such mark: the first is the real one, however often the name repeats it
	const set = rest.indexOf(SET_ID);
	return event({
		...common,
		client: host.endpoint,
		server: listener(fields.values.I),
		helo: host.helo,
		username: set < 0 ? undefined : userName(rest.slice(set + SET_ID.length)) || undefined,
		reason: (set < 0 ? rest : rest.slice(0, set)) || undefined,
	});
}

/** `bob)`, `tmp): fail` */
function userName(words: string): string {
	if (words.endsWith(")")) return words.slice(0, -1);
	const close = words.lastIndexOf("): ");
	return close < 0 ? words : words.slice(0, close);
}
