/** Proxmox Mail Gateway: Postfix on port 25 → pmg-smtp-filter → Postfix on 10025, one host, one Message-ID, each recipient decided apart. */
import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const WORK = "2C225C6817C7EEE1481";
const lmtp = (to: string) =>
	`May  4 23:02:57 gate postfix/lmtp[20]: 4F5A5B12C3: to=<${to}>, relay=127.0.0.1[127.0.0.1]:10024, delay=4, delays=1/0/0.1/2.9, dsn=2.5.0, status=sent (250 2.5.0 OK (${WORK}))`;

const ARRIVAL = [
	"May  4 23:02:53 gate postfix/smtpd[10]: 4F5A5B12C3: client=mail.example.org[192.0.2.7]",
	"May  4 23:02:53 gate postfix/cleanup[11]: 4F5A5B12C3: message-id=<m1@example.org>",
	"May  4 23:02:53 gate postfix/qmgr[12]: 4F5A5B12C3: from=<a@example.org>, size=4000, nrcpt=3 (queue active)",
	`May  4 23:02:54 gate pmg-smtp-filter[30]: ${WORK}: new mail message-id=<m1@example.org>#012`,
	`May  4 23:02:56 gate pmg-smtp-filter[30]: ${WORK}: SA score=4/5 time=2.0 bayes=0.00 autolearn=no autolearn_force=no hits=A(1)`,
];
const BEHIND = [
	"May  4 23:02:57 gate postfix/smtpd[40]: 5B6C7D23E4: client=localhost.localdomain[127.0.0.1]",
	"May  4 23:02:57 gate postfix/cleanup[11]: 5B6C7D23E4: message-id=<m1@example.org>",
	"May  4 23:02:57 gate postfix/qmgr[12]: 5B6C7D23E4: from=<a@example.org>, size=4900, nrcpt=1 (queue active)",
	"May  4 23:02:58 gate postfix/smtp[50]: 5B6C7D23E4: to=<ann@b.example>, relay=store.b.example[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 6C7D8E34F5)",
	"May  4 23:02:58 gate postfix/qmgr[12]: 5B6C7D23E4: removed",
];
const DECIDED = [
	`May  4 23:02:57 gate pmg-smtp-filter[30]: ${WORK}: accept mail to <ann@b.example> (5B6C7D23E4) (rule: default-accept)`,
	`May  4 23:02:57 gate pmg-smtp-filter[30]: ${WORK}: moved mail for <bob@b.example> to spam quarantine - 7D8E9F45A6 (rule: Quarantine/Mark Spam (Level 3))`,
	`May  4 23:02:57 gate pmg-smtp-filter[30]: ${WORK}: block mail to <eve@b.example> (rule: Blocklist)`,
	`May  4 23:02:57 gate pmg-smtp-filter[30]: ${WORK}: processing time: 2.9 seconds (2.0, 0.5, 0)`,
];

it("is one journey, and each recipient's end is what the filter decided for it", () => {
	const tried = ["ann@b.example", "bob@b.example", "eve@b.example"].map(lmtp);
	const removed = "May  4 23:02:57 gate postfix/qmgr[12]: 4F5A5B12C3: removed";
	const journeys = trace(located("gate", [...ARRIVAL, ...BEHIND, ...DECIDED, ...tried, removed].join("\n")));
	expect(journeys).toHaveLength(1);
	const ends = journeys[0]?.recipients.map(({ recipient, outcome, path }) => [
		recipient,
		outcome,
		path.map(({ mta, queueId }) => `${mta} ${queueId}`),
	]);
	const first = "postfix 4F5A5B12C3";
	expect(ends?.sort()).toEqual([
		["ann@b.example", "relayed", [first, `pmg ${WORK}`, "postfix 5B6C7D23E4"]],
		["bob@b.example", "quarantined", [first, `pmg ${WORK}`]],
		["eve@b.example", "discarded", [first, `pmg ${WORK}`]],
	]);
});

it("is one journey where the filter stands before the queue", () => {
	const session = [
		"May  4 23:02:53 gate postfix/smtpd[10]: connect from mail.example.org[192.0.2.7]",
		"May  4 23:02:53 gate postfix/smtpd[10]: NOQUEUE: client=mail.example.org[192.0.2.7]",
		...ARRIVAL.slice(3),
	];
	const answered = `May  4 23:02:57 gate postfix/smtpd[10]: proxy-accept: END-OF-MESSAGE: 250 2.5.0 OK (${WORK}); from=<a@example.org> to=<ann@b.example> proto=ESMTP helo=<mail.example.org>`;
	const journeys = trace(
		located(
			"gate",
			[...session, ...BEHIND.slice(0, 3), ...DECIDED.slice(0, 1), answered, ...BEHIND.slice(3)].join("\n"),
		),
	);
	expect(
		journeys.map(({ recipients }) => recipients.map(({ recipient, outcome }) => [recipient, outcome])),
	).toEqual([[["ann@b.example", "relayed"]]]);
});
