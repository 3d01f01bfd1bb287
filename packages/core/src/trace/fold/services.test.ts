import { expect, it } from "vitest";
import { fold, located } from "../tracing.testing.ts";

const hops = (text: string) =>
	fold(located("mx", text)).map(({ instance, queueId, refs, attempts }) => [
		instance,
		queueId,
		refs.length,
		...attempts.map(({ recipient, action }) => `${recipient} ${action}`),
	]);

// Postfix 3.10.13 with `syslog_name = mta-1`, and a clone of smtp in master.cf with `-o syslog_name=out/fast`
const TAKEN = `
Nov 22 16:44:29 mx mta-1/smtpd[220]: 4jXZfj6XBPzMhNP: client=e1.corp.example[192.0.2.3]
Nov 22 16:44:29 mx mta-1/cleanup[223]: 4jXZfj6XBPzMhNP: message-id=<Lh1-018.24d1dfb8@web01.corp.example>
Nov 22 16:44:29 mx mta-1/qmgr[218]: 4jXZfj6XBPzMhNP: from=<alice@corp.example>, size=1084, nrcpt=1 (queue active)`;
const SENT = `
Nov 22 16:44:29 mx out/fast/smtp[227]: 4jXZfj6XBPzMhNP: to=<u1@back.example>, relay=192.0.2.41[192.0.2.41]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as E10D827E707)`;
const REMOVED = `
Nov 22 16:44:29 mx mta-1/qmgr[218]: 4jXZfj6XBPzMhNP: removed`;

it("puts what services under names of their own say to the instance whose queue they work for", () => {
	const [submission, ...rest] = TAKEN.trim().split("\n");
	for (const text of [
		TAKEN + SENT + REMOVED,
		`${submission?.replace("mta-1/", "intake/")}\n${rest.join("\n")}${SENT}${REMOVED}`,
	])
		expect(hops(text)).toEqual([["mta-1", "4jXZfj6XBPzMhNP", 5, "u1@back.example relayed"]]);
});

it("keeps two instances apart that use one queue id, and gives neither what a third name says", () => {
	const other = TAKEN.replaceAll("mta-1", "mta-2").replace("Lh1-018", "Lh1-019");
	const shared = hops(TAKEN + other + SENT);
	expect(shared.map(([instance, , lines]) => [instance, lines])).toEqual([
		["mta-1", 3],
		["mta-2", 3],
		["out", 1],
	]);
	// taken in by two, and the second was not queued any more: cleanup's own line tells
	const [, messageId] = other.trim().split("\n");
	expect(hops(`${TAKEN}\n${messageId}`)).toHaveLength(2);
});
