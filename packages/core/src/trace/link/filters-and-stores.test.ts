import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const way = (text: string, ...more: ReturnType<typeof located>[]) =>
	trace(located("mx", text), ...more).map((journey) =>
		journey.recipients.map(
			(entry) =>
				`${entry.outcome}${entry.mailbox ? ` in ${entry.mailbox}` : ""}: ${entry.path.map((stop) => `${stop.mta} ${stop.queueId}`).join(" > ")}`,
		),
	);

// exim 4.96 with amavis 2.13 between two of its queues, Debian 12
const BEFORE = `
Nov 22 07:30:31 mx exim[154]: 2026-11-22 07:30:31 1xV21v-00002U-1r <= www-data@Out.Corp.Test H=out.corp.test [192.0.2.1] P=esmtp S=528 id=4jXLMW431JzPFTS@Out.Corp.Test
Nov 22 07:30:31 mx exim[155]: 2026-11-22 07:30:31 1xV21v-00002U-1r => u8@east.test R=amavis T=to_amavis H=127.0.1.4 [127.0.1.4] C="250 2.6.0 from MTA(smtp:[127.0.1.4]:10025): 250 OK id=1xV21v-00001q-2C"
Nov 22 07:30:31 mx exim[155]: 2026-11-22 07:30:31 1xV21v-00002U-1r Completed`;
const FILTER = `
Nov 22 07:30:31 mx amavis[93]: (00093-03) Passed CLEAN {RelayedInbound}, [127.0.1.4] <www-data@out.corp.test> -> <u8@east.test>, Message-ID: <4jXLMW431JzPFTS@out.corp.test>, mail_id: 5XLqrYGlkyiq, Hits: -, size: 546, queued_as: 250 OK id=1xV21v-00001q-2C, 91 ms`;
const BEHIND = `
Nov 22 07:30:31 mx exim[156]: 2026-11-22 07:30:31 1xV21v-00001q-2C <= www-data@out.corp.test H=relay.corp.test (localhost) [127.0.1.4] P=esmtp S=937 id=4jXLMW431JzPFTS@out.corp.test
Nov 22 07:30:31 mx exim[157]: 2026-11-22 07:30:31 1xV21v-00001q-2C => u8@east.test R=smart T=remote_smtp H=mx.east.test [192.0.2.9] C="250 2.0.0 Ok: queued as AEB5D2B0A00"
Nov 22 07:30:31 mx exim[157]: 2026-11-22 07:30:31 1xV21v-00001q-2C Completed`;

describe("a content filter that was told no queue id", () => {
	const THROUGH = [["relayed: exim 1xV21v-00002U-1r > amavis 5XLqrYGlkyiq > exim 1xV21v-00001q-2C"]];

	it("is a stop where the queue and it name the same next queue, however the Message-ID's domain is spelt", () => {
		expect(way(BEFORE + FILTER + BEHIND)).toEqual(THROUGH);
	});

	it("may stand on a host of its own, whose clock differs", () => {
		const elsewhere = FILTER.replace("07:30:31 mx", "07:41:31 filter1");
		expect(way(BEFORE + BEHIND, located("filter1", elsewhere))).toEqual(THROUGH);
	});

	it("is none where its line is about other people", () => {
		const other = FILTER.replace("<u8@east.test>", "<eve@east.test>");
		const paths = way(BEFORE + other + BEHIND);
		expect(paths).toEqual([["relayed: exim 1xV21v-00002U-1r > exim 1xV21v-00001q-2C"]]);
	});

	it("is known by the number in its answer where it kept the message", () => {
		const kept = BEFORE.replace(
			/C=".*"/,
			'C="250 2.7.0 Ok, discarded, id=00093-03 - BANNED: .exe,setup.exe"',
		);
		const blocked = FILTER.replace(
			"Passed CLEAN {RelayedInbound}",
			"Blocked BANNED (.exe) {DiscardedInbound}",
		)
			.replace(", queued_as: 250 OK id=1xV21v-00001q-2C", "")
			.replace(", Message-ID:", ", quarantine: 5/banned-5XLqrYGlkyiq, Message-ID:");
		expect(way(kept + blocked)).toEqual([["quarantined: exim 1xV21v-00002U-1r > amavis 5XLqrYGlkyiq"]]);
		const another = blocked.replace("(00093-03)", "(00093-04)");
		expect(way(kept + another)).toEqual([
			["discarded: exim 1xV21v-00002U-1r"],
			["quarantined: amavis 5XLqrYGlkyiq"],
		]);
	});

	it("is several stops where it passed one message on in several transactions", () => {
		const split = FILTER.replace("-> <u8@east.test>", "-> <u8@east.test>,<u9@east.test>").replace(
			"id=1xV21v-00001q-2C",
			"id=1xV21v-00001p-2B/250 OK id=1xV21v-00001q-2C",
		);
		expect(way(BEFORE + split + BEHIND)).toEqual(THROUGH);
	});
});

// sendmail 8.17 with dovecot 2.3 LMTP as a local mailer: its `stat=Sent` bears no word of the store's
const SENDMAIL = `
Nov 22 07:30:30 mx sm-mta[131]: 6AM7UUAM000131: from=<bob@corp.test>, size=1099, class=0, nrcpts=1, msgid=<b6e3ec6d31@web01.corp.test>, bodytype=7BIT, proto=ESMTP, daemon=MTA-v4, relay=edge.corp.test [192.0.2.3]
Nov 22 07:30:30 mx sm-mta[133]: 6AM7UUAM000131: to=<u5@west.test>, delay=00:00:00, xdelay=00:00:00, mailer=cyrusv2, pri=31099, relay=localhost, dsn=2.0.0, stat=Sent`;
const STORE = `
Nov 22 07:30:30 mx dovecot: lmtp(u5)<114><IG7sORaaAmtyAAAAj6jPVA>: sieve: msgid=<b6e3ec6d31@web01.corp.test>: fileinto action: stored mail into mailbox 'Junk'`;

describe("a mail store that the MTA does not name", () => {
	const alone = "delivered: sendmail 6AM7UUAM000131";

	it("is the last stop where one store and one try fit each other", () => {
		const [journey] = trace(located("mx", SENDMAIL + STORE));
		expect(journey?.recipients[0]?.mailbox).toBe("Junk");
		expect(journey?.recipients[0]?.path[1]).toMatchObject({
			queueId: "IG7sORaaAmtyAAAAj6jPVA",
			link: { via: "message-id", confidence: "likely" },
		});
		expect(journey?.notices).toEqual([]);
	});

	it.each([
		["another user", STORE.replace("(u5)", "(u6)")],
		["another message", STORE.replace("b6e3ec6d31", "c7e3ec6d31")],
		["another domain's user", STORE.replace("(u5)", "(u5@east.test)")],
		["a minute later", STORE.replace("07:30:30", "07:31:30")],
	])("is not joined: %s", (_why, store) => {
		expect(way(SENDMAIL + store).flat()).toContain(alone);
	});

	it("is joined by its Message-ID beside a store that logged none", () => {
		const nameless = STORE.replace("IG7sORaaAmtyAAAAj6jPVA", "IG7sORaaAmtyAAAAj6jPVB").replace(
			/msgid=<[^>]*>/,
			"msgid=unspecified",
		);
		expect(trace(located("mx", SENDMAIL + STORE + nameless))[0]?.recipients[0]?.mailbox).toBe("Junk");
	});

	it("is not joined where two would fit", () => {
		const twice = STORE + STORE.replace("IG7sORaaAmtyAAAAj6jPVA", "IG7sORaaAmtyAAAAj6jPVB");
		expect(way(SENDMAIL + twice).flat()).toContain(alone);
		const copies = SENDMAIL + SENDMAIL.replaceAll("6AM7UUAM000131", "6AM7UUAM000132");
		expect(way(copies + STORE).flat()).toContain(alone);
	});

	it("is not joined with a try whose reply names another session", () => {
		const postfix = `
Nov 22 07:30:30 mx postfix/lmtp[4]: ABCDEF0001: to=<u5@west.test>, relay=mx[private/dovecot-lmtp], delay=0.2, delays=0/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 <u5@west.test> KEHEHfNUAmuqAAAAZN5P0Q Saved)`;
		expect(way(postfix + STORE).flat()).toContain("delivered: postfix ABCDEF0001");
	});

	it("is no stop of its own where dovecot-lda wrote for the MTA that called it", () => {
		const lda = STORE.replace("lmtp(u5)", "lda(u5)");
		expect(way(SENDMAIL + lda)).toEqual([["delivered in Junk: sendmail 6AM7UUAM000131"]]);
	});
});

describe("a Message-ID that logs write each in their own way", () => {
	const queue = (id: string, session: string) => `
Nov 22 15:00:23 mx postfix/smtpd[369]: 4jXXLb5XcPzNBjN: client=ex.corp.example[192.0.2.3]
Nov 22 15:00:23 mx postfix/cleanup[370]: 4jXXLb5XcPzNBjN: message-id=<${id}>
Nov 22 15:00:23 mx dovecot: lmtp(u4@st.example)<379><QUEEL4cDA2t7AQAA9H160w>: sieve: msgid=${session}: stored mail into mailbox 'INBOX'
Nov 22 15:00:23 mx postfix/lmtp[371]: 4jXXLb5XcPzNBjN: to=<u4@st.example>, relay=mx[private/dovecot-lmtp], delay=0.13, delays=0.01/0/0.01/0.12, dsn=2.0.0, status=sent (250 2.0.0 <u4@st.example> QUEEL4cDA2t7AQAA9H160w Saved)
Nov 22 15:00:23 mx postfix/qmgr[368]: 4jXXLb5XcPzNBjN: removed`;
	const stored = [["delivered in INBOX: postfix 4jXXLb5XcPzNBjN > dovecot QUEEL4cDA2t7AQAA9H160w"]];

	it("is one though Dovecot reads it without blanks and up to the first bracket", () => {
		// Postfix 3.11.7, Dovecot 2.4.5
		expect(way(queue("a b, from=<x@y> to=<z@w>@x", "<ab,from=<x@y>"))).toEqual(stored);
		expect(way(queue("a b, from=<x@y> to=<z@w>@x", "<other@y>"))).not.toEqual(stored);
	});

	it("is none where sendmail has cut it", () => {
		// sendmail 8.18.2: a hundred characters
		const id = `${"a".repeat(120)}@x`;
		const relay = `
Nov 22 15:00:22 sm sendmail[115]: 6AMF0mTN000115: from=<a@corp.example>, size=1044, class=0, nrcpts=1, msgid=<${id.slice(0, 99)}, proto=ESMTP, daemon=MTA-v4, relay=out.corp.example [192.0.2.1]
Nov 22 15:00:23 sm sendmail[117]: 6AMF0mTN000115: to=<u4@st.example>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=30044, relay=[192.0.2.4] [192.0.2.4], dsn=2.0.0, stat=Sent (Ok: queued as 4jXXLb5XcPzNBjN)`;
		expect(way(queue(id, `<${id}>`), located("sm", relay))).toEqual([
			[`${stored[0]?.[0]}`.replace("postfix", "sendmail 6AMF0mTN000115 > postfix")],
		]);
	});
});

describe("a before-queue filter", () => {
	// Postfix 3.7.11 with `smtpd_proxy_filter` to amavis 2.13, Debian 12; nobody watches the client
	const SESSION = (verb: string, words: string) => `
Nov 22 07:46:13 gw postfix/smtpd[179]: NOQUEUE: client=unknown[192.0.2.1]
Nov 22 07:46:13 gw postfix/smtpd[179]: ${verb}: END-OF-MESSAGE: ${words}; from=<alice@corp.example> to=<u5@a.example> proto=ESMTP helo=<web01.corp.example>`;
	const VERDICT = (words: string, end: string) => `
Nov 22 07:46:13 gw amavis[84]: (00084-04) ${words}, [192.0.2.1]:37081 <alice@corp.example> -> <u5@a.example>,<u6@a.example>, ${end}`;
	const MAIL = "Message-ID: <m@web>, mail_id: QUmBkhrc1vAN, Hits: -, size: 379";

	it("is the first stop before the queue that it names", () => {
		const text = `${SESSION("proxy-accept", "250 2.0.0 from MTA(smtp:[127.0.0.1]:10025): 250 2.0.0 Ok: queued as 5C9E62B0855")}${VERDICT("Passed CLEAN {RelayedInbound}", `${MAIL}, queued_as: 5C9E62B0855, 57 ms`)}
Nov 22 07:46:13 gw postfix/smtpd[182]: 5C9E62B0855: client=unknown[192.0.2.1]
Nov 22 07:46:13 gw postfix/cleanup[183]: 5C9E62B0855: message-id=<m@web>
Nov 22 07:46:13 gw postfix/virtual[184]: 5C9E62B0855: to=<u5@a.example>, relay=virtual, delay=0.03, delays=0.03/0.01/0/0, dsn=2.0.0, status=sent (delivered to maildir)`;
		expect(way(text)).toEqual([["delivered: amavis QUmBkhrc1vAN > postfix 5C9E62B0855"]]);
	});

	it("refused everybody that its line names, in the session that it answered", () => {
		const text = `${SESSION("proxy-reject", "554 5.6.0 Reject, id=00084-04 - BAD HEADER")}${VERDICT("Blocked BAD-HEADER {RejectedInbound,Quarantined}", `quarantine: z/badh-QUmBkhrc1vAN, ${MAIL}, 57 ms`)}`;
		const [journey, ...rest] = trace(located("gw", text));
		expect(rest).toEqual([]);
		expect(journey?.kind).toBe("refused");
		expect(journey?.recipients.map((each) => `${each.recipient} ${each.outcome}`)).toEqual([
			"u5@a.example failed",
			"u6@a.example failed",
		]);
	});

	it("is known by the session alone where it logs nothing itself", () => {
		// a proxy without any log that answers `250 Ok` and passes nothing on, and one that refuses
		const told = (text: string) =>
			trace(located("gw", text)).map(({ kind, recipients }) => [
				kind,
				recipients.map((each) => each.outcome),
			]);
		expect(told(SESSION("proxy-accept", "250 2.7.1 Ok, kept"))).toEqual([["refused", ["quarantined"]]]);
		expect(told(SESSION("proxy-reject", "554 5.7.1 content refused"))).toEqual([["refused", ["failed"]]]);
		expect(told(SESSION("proxy-accept", "250 2.0.0 Ok: queued as 5C9E62B0855"))).toEqual([]);
	});

	it("kept the message from everybody that its line names", () => {
		const text = `${SESSION("proxy-accept", "250 2.7.0 Ok, discarded, id=00084-04 - BANNED: setup.exe")}${VERDICT("Blocked BANNED (setup.exe) {DiscardedInbound,Quarantined}", `quarantine: Q/banned-QUmBkhrc1vAN, ${MAIL}, 57 ms`)}`;
		expect(way(text).flat()).toEqual([
			"quarantined: amavis QUmBkhrc1vAN",
			"quarantined: amavis QUmBkhrc1vAN",
		]);
	});
});
