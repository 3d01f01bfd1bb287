/** An alert and its rule as the API and a webhook tell them. */
import type { Alert, AlertRule, Channel, Silence } from "@mailtrail/core/wire";
import type { AlertRecord, ChannelRecord, RuleRecord, SilenceRecord } from "../store/alert-store.ts";
import { type AlertLang, alertQuery, alertText } from "./alert-text.ts";

export function alertAnswer(alert: AlertRecord, lang: AlertLang, silences: readonly SilenceRecord[]): Alert {
	const { id, rule, ruleName, kind, subject, hosts, since, clearedAt, value, peak, threshold } = alert;
	const query = alertQuery(alert);
	const silence = silenceOf(alert, silences);
	return {
		id,
		rule,
		ruleName,
		kind,
		subject,
		hosts,
		state: clearedAt === undefined ? "firing" : "cleared",
		since: iso(since),
		...(clearedAt !== undefined && { clearedAt: iso(clearedAt) }),
		value,
		peak,
		threshold,
		// what stood is told at its worst, what stands as it is
		text: alertText({ ...alert, value: clearedAt === undefined ? value : peak }, lang),
		...(query !== undefined && { query }),
		...(silence && { silencedUntil: iso(silence.until) }),
	};
}

/** The one that keeps it quiet longest. */
export function silenceOf(
	{ rule, subject }: Pick<AlertRecord, "rule" | "subject">,
	silences: readonly SilenceRecord[],
): SilenceRecord | undefined {
	return silences
		.filter((each) => each.rule === undefined || each.rule === rule)
		.filter((each) => each.subject === undefined || each.subject === subject)
		.reduce<SilenceRecord | undefined>(
			(best, each) => (best && best.until >= each.until ? best : each),
			undefined,
		);
}

export function ruleAnswer({ createdAt, ...rule }: RuleRecord, firing: readonly AlertRecord[]): AlertRule {
	return {
		...rule,
		createdAt: iso(createdAt),
		firing: firing.filter((alert) => alert.rule === rule.id).length,
	};
}

export function silenceAnswer({ until, ...silence }: SilenceRecord): Silence {
	return { ...silence, until: iso(until) };
}

/** Without its secret, and without what an address may carry as one (`https://user:password@…`). */
export function channelAnswer(channel: ChannelRecord): Channel {
	const { id, kind, name, lastResult, lastAt } = channel;
	return {
		id,
		kind,
		name,
		...(channel.kind === "webhook" ? { url: withoutPassword(channel.url) } : { to: channel.to }),
		...(lastResult !== undefined && { lastResult }),
		...(lastAt !== undefined && { lastAt: iso(lastAt) }),
	};
}

/** Read as `fetch` reads it: a password may hold an @, and backslashes are slashes. */
function withoutPassword(url: string): string {
	const address = URL.parse(url);
	if (!address) return "";
	const secret = address.username !== "" || address.password !== "";
	if (!secret) return url;
	address.username = "";
	address.password = "";
	return address.href.replace("//", "//…@");
}

export function iso(ms: number): string {
	return new Date(ms).toISOString();
}
