import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Postfix 3.7.11 with a message for two, one of whom it knows another way for. */
const OUT = `
2026-11-23T04:05:41.840174+00:00 out postfix/smtpd[163]: CD1A924A816: client=web[192.0.2.77]
2026-11-23T04:05:41.840760+00:00 out postfix/cleanup[166]: CD1A924A816: message-id=<m@web>
2026-11-23T04:05:41.841685+00:00 out postfix/qmgr[161]: CD1A924A816: from=<alice@corp.example>, size=389, nrcpt=2 (queue active)
2026-11-23T04:05:42.023524+00:00 out postfix/smtp[167]: CD1A924A816: to=<u8@st.example>, relay=st.example[192.0.2.41]:25, delay=0.19, delays=0.01/0.06/0.01/0.11, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 0AAAA24A828)
2026-11-23T04:05:42.123524+00:00 out postfix/smtp[167]: CD1A924A816: to=<u1@e0.example>, relay=e0.example[192.0.2.2]:25, delay=0.29, delays=0.01/0.06/0.01/0.21, dsn=2.0.0, status=sent (250 OK id=1xVLJF-00001J-2w)
2026-11-23T04:05:42.123726+00:00 out postfix/qmgr[161]: CD1A924A816: removed`;
/** exim 4.96 with log_selector = -all: no Message-ID, and no answers. */
const exim = (answer = "") => `
2026-11-23 04:05:41 1xVLJF-00001J-2w <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=578
2026-11-23 04:05:42 1xVLJF-00001J-2w => u1@e0.example R=static T=remote_smtp H=st.example [192.0.2.41]${answer}
2026-11-23 04:05:42 1xVLJF-00001J-2w Completed`;
const taken = (id: string, client: string, to: string) => `
2026-11-23T04:05:42.011302+00:00 st postfix/smtpd[345]: ${id}: client=${client}
2026-11-23T04:05:42.011594+00:00 st postfix/cleanup[348]: ${id}: message-id=<m@web>
2026-11-23T04:05:42.017424+00:00 st postfix/qmgr[343]: ${id}: from=<alice@corp.example>, size=776, nrcpt=1 (queue active)
2026-11-23T04:05:42.066412+00:00 st postfix/virtual[349]: ${id}: to=<${to}>, relay=virtual, delay=0.06, delays=0.02/0.01/0.02/0.02, dsn=2.0.0, status=sent (delivered to maildir)
2026-11-23T04:05:42.068522+00:00 st postfix/qmgr[343]: ${id}: removed`;
const ST = taken("0AAAA24A828", "out.corp.example[192.0.2.1]", "u8@st.example");
const FROM_EXIM = taken("02BD124A828", "e0.corp.example[192.0.2.2]", "u1@e0.example");

const wayTo = (recipient: string, answer?: string) =>
	trace(located("out", OUT), located("e0", exim(answer)), located("st", ST + FROM_EXIM))
		.flatMap(({ recipients }) => recipients)
		.find((each) => each.recipient === recipient)
		?.path.map(({ queueId }) => queueId);

it("goes on by its Message-ID where exim logs no answers, to a host that others are known to have reached at that address", () => {
	expect(wayTo("u1@e0.example")).toEqual(["CD1A924A816", "1xVLJF-00001J-2w", "02BD124A828"]);
});

it("goes on from another of the host's addresses that is called as the one that answers", () => {
	const other = taken("02BD124A828", "e0.example[198.51.100.2]", "u1@e0.example");
	const entries = trace(located("out", OUT), located("e0", exim()), located("st", ST + other)).flatMap(
		({ recipients }) => recipients,
	);
	const path = entries.find(({ recipient }) => recipient === "u1@e0.example")?.path;
	expect(path?.map(({ queueId }) => queueId)).toEqual(["CD1A924A816", "1xVLJF-00001J-2w", "02BD124A828"]);
	expect(path?.at(-1)?.link?.confidence).toBe("likely");
});

it("but not where another host answers by that name too", () => {
	const other = taken("02BD124A828", "e0.example[198.51.100.2]", "u1@e0.example");
	const pool = `
2026-11-23T04:00:41.840174+00:00 out postfix/smtpd[163]: CD1A924A700: client=web[192.0.2.77]
2026-11-23T04:00:41.840760+00:00 out postfix/cleanup[166]: CD1A924A700: message-id=<other@web>
2026-11-23T04:00:41.841685+00:00 out postfix/qmgr[161]: CD1A924A700: from=<alice@corp.example>, size=389, nrcpt=1 (queue active)
2026-11-23T04:00:42.123524+00:00 out postfix/smtp[167]: CD1A924A700: to=<u2@e0.example>, relay=e0.example[198.51.100.2]:25, delay=0.29, delays=0.01/0.06/0.01/0.21, dsn=2.0.0, status=sent (250 OK id=1xVLEF-00001J-2w)
2026-11-23T04:00:42.123726+00:00 out postfix/qmgr[161]: CD1A924A700: removed`;
	const e1 = `
2026-11-23 04:00:41 1xVLEF-00001J-2w <= alice@corp.example H=out.corp.example [192.0.2.1] P=esmtp S=578
2026-11-23 04:00:42 1xVLEF-00001J-2w => u2@e0.example R=static T=remote_smtp H=st.example [192.0.2.41]
2026-11-23 04:00:42 1xVLEF-00001J-2w Completed`;
	const entries = trace(
		located("out", `${OUT}${pool}`),
		located("e0", exim()),
		located("e1", e1),
		located("st", ST + other),
	).flatMap(({ recipients }) => recipients);
	const paths = entries
		.filter(({ recipient }) => recipient === "u1@e0.example")
		.map(({ path }) => path.map(({ queueId }) => queueId));
	expect(paths).toContainEqual(["CD1A924A816", "1xVLJF-00001J-2w"]);
});

it("but not where an answer names another id of that host: that one's lines are lost", () => {
	expect(wayTo("u1@e0.example", ' C="250 2.0.0 Ok: queued as 0BBBB24A828"')).toEqual([
		"CD1A924A816",
		"1xVLJF-00001J-2w",
	]);
});

it("but not to a copy that somebody else brought: the lines of its own are lost", () => {
	const another = taken("02BD124A828", "list.partner.example[198.51.100.9]", "u1@e0.example");
	const path = trace(located("out", OUT), located("e0", exim()), located("st", ST + another))
		.find(({ recipients }) =>
			recipients.some(({ path }) => path.some(({ queueId }) => queueId === "CD1A924A816")),
		)
		?.recipients.find(({ recipient }) => recipient === "u1@e0.example")?.path;
	expect(path?.map(({ queueId }) => queueId)).toEqual(["CD1A924A816", "1xVLJF-00001J-2w"]);
});

it("goes on to where it was thrown away or kept before anybody was tried", () => {
	const thrown = FROM_EXIM.split("\n").slice(0, 3).join("\n");
	const discard = `
2026-11-23T04:05:42.012302+00:00 st postfix/cleanup[348]: 02BD124A828: discard: header Subject: DISC x from e0.corp.example[192.0.2.2]; from=<alice@corp.example> to=<u1@e0.example> proto=ESMTP helo=<e0.corp.example>: thrown`;
	const [entry] = trace(located("out", OUT), located("e0", exim()), located("st", ST + thrown + discard))
		.flatMap(({ recipients }) => recipients)
		.filter(({ recipient }) => recipient === "u1@e0.example");
	expect(entry).toMatchObject({ outcome: "discarded", path: [{}, {}, { queueId: "02BD124A828" }] });
});
