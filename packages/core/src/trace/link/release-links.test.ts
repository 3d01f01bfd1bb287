/** amavis 2.13 and Postfix 3.7.11, Debian 12: a banned message to two that was kept, and let out with `amavisd-release`. */
import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const KEPT = `
2026-11-22T20:04:38.40+00:00 am postfix/smtpd[170]: 4E23F2BA25B: client=out.corp.example[192.0.2.1]
2026-11-22T20:04:38.41+00:00 am postfix/cleanup[181]: 4E23F2BA25B: message-id=<m@web>
2026-11-22T20:04:38.42+00:00 am postfix/qmgr[176]: 4E23F2BA25B: from=<alice@corp.example>, size=1079, nrcpt=2 (queue active)
2026-11-22T20:04:38.608+00:00 am amavis[87]: (00087-04) Blocked BANNED (application/octet-stream,.exe,.exe-ms,setup.exe) {DiscardedInbound,Quarantined}, [192.0.2.1]:60597 <alice@corp.example> -> <u8@am.example>,<u9@am.example>, quarantine: 3/banned-3Z-6q8LwcYVo, Queue-ID: 4E23F2BA25B, Message-ID: <m@web>, mail_id: 3Z-6q8LwcYVo, Hits: -, size: 1079, 127 ms
2026-11-22T20:04:38.62+00:00 am postfix/amv/smtp[189]: 4E23F2BA25B: to=<u8@am.example>, relay=192.0.2.3[192.0.2.3]:10024, delay=0.2, delays=0/0/0/0.2, dsn=2.7.0, status=sent (250 2.7.0 Ok, discarded, id=00087-04 - BANNED: application/octet-stream,.exe,.exe-ms,setup.exe)
2026-11-22T20:04:38.62+00:00 am postfix/amv/smtp[189]: 4E23F2BA25B: to=<u9@am.example>, relay=192.0.2.3[192.0.2.3]:10024, delay=0.2, delays=0/0/0/0.2, dsn=2.7.0, status=sent (250 2.7.0 Ok, discarded, id=00087-04 - BANNED: application/octet-stream,.exe,.exe-ms,setup.exe)
2026-11-22T20:04:38.63+00:00 am postfix/qmgr[176]: 4E23F2BA25B: removed`;
const released = (recipients: string) =>
	`\n2026-11-22T22:04:43.959+00:00 am amavis[88]: (rel-tgKR65s3l_nE) Quarantined message release (miscategorized): 3Z-6q8LwcYVo <alice@corp.example> -> ${recipients}`;
const taken = (host: string, id: string, client: string, next: string, recipients: string[]) =>
	[
		`smtpd[198]: ${id}: client=${client}`,
		`cleanup[181]: ${id}: resent-message-id=<3Z-6q8LwcYVo-tgKR65s3l_nE@am.corp.example>`,
		`cleanup[181]: ${id}: message-id=<m@web>`,
		`qmgr[176]: ${id}: from=<alice@corp.example>, size=1612, nrcpt=${recipients.length} (queue active)`,
		...recipients.map(
			(recipient) =>
				`smtp[189]: ${id}: to=<${recipient}>, relay=192.0.2.41[192.0.2.41]:25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok${next && `: queued as ${next}`})`,
		),
	]
		.map((words) => `\n2026-11-22T22:04:44.087+00:00 ${host} postfix/${words}`)
		.join("");

const told = (...logs: ReturnType<typeof located>[]) =>
	trace(...logs).map(({ recipients }) =>
		recipients.map(
			({ recipient, outcome, path }) =>
				`${recipient} ${outcome}: ${path.map(({ queueId }) => queueId).join(" > ")}`,
		),
	);
const WAY = "4E23F2BA25B > 3Z-6q8LwcYVo";

it("follows a released message through the filter's second id, and keeps where it was who did not get it", () => {
	const both = ["u8@am.example", "u9@am.example"];
	const onward = located("st", taken("st", "46B7D2B8135", "am.corp.example[192.0.2.3]", "", both));
	const log =
		KEPT +
		released("<u8@am.example>,<u9@am.example>") +
		taken("am", "440342BA196", "am[192.0.2.3]", "46B7D2B8135", both);
	expect(told(located("am", log), onward)).toEqual([
		[
			`u8@am.example relayed: ${WAY} > tgKR65s3l_nE > 440342BA196 > 46B7D2B8135`,
			`u9@am.example relayed: ${WAY} > tgKR65s3l_nE > 440342BA196 > 46B7D2B8135`,
		],
	]);
	const one =
		KEPT + released("<u8@am.example>") + taken("am", "440342BA196", "am[192.0.2.3]", "", ["u8@am.example"]);
	expect(told(located("am", one)).flat().sort()).toEqual([
		`u8@am.example relayed: ${WAY} > tgKR65s3l_nE > 440342BA196`,
		`u9@am.example quarantined: ${WAY}`,
	]);
});

it("believes no header that names other ids, or comes at another time", () => {
	const forged = taken("am", "440342BA196", "evil.example[203.0.113.9]", "", ["u8@am.example"]);
	expect(told(located("am", KEPT + forged))).toHaveLength(2);
	const late = forged.replaceAll("T22:04", "T23:04");
	expect(told(located("am", KEPT + released("<u8@am.example>") + late))).toHaveLength(2);
});
