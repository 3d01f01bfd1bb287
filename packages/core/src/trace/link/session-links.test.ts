/** OpenSMTPD 6.8.0p2 → Dovecot 2.3.19 on another host, `relay host lmtp://`, one message to three mailboxes: all three lie in their folders. */
import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

const RELAY = `
2026-11-22T19:53:35.205324+00:00 op smtpd[71]: 7894173544b6d19a smtp message msgid=9620e555 size=547 nrcpt=3 proto=ESMTP
2026-11-22T19:53:35.205353+00:00 op smtpd[71]: 7894173544b6d19a smtp envelope evpid=9620e555e7bf0e6f from=<alice@corp.example> to=<u1@oplm.example>
2026-11-22T19:53:35.205355+00:00 op smtpd[71]: 7894173544b6d19a smtp envelope evpid=9620e555834ace51 from=<alice@corp.example> to=<u2@oplm.example>
2026-11-22T19:53:35.205358+00:00 op smtpd[71]: 7894173544b6d19a smtp envelope evpid=9620e55580d36ceb from=<alice@corp.example> to=<u7@oplm.example>
2026-11-22T19:53:36.001639+00:00 op smtpd[71]: 7894172b68889565 mta delivery evpid=9620e55580d36ceb from=<alice@corp.example> to=<u7@oplm.example> rcpt=<-> source="192.0.2.2" relay="192.0.2.41 (st.corp.example)" delay=0s result="Ok" stat="250 2.0.0 <u7@oplm.example> cMPtFj1IA2uOAQAA9H160w:T7 Saved"
2026-11-22T19:53:36.001705+00:00 op smtpd[71]: 7894172b68889565 mta delivery evpid=9620e555834ace51 from=<alice@corp.example> to=<u2@oplm.example> rcpt=<-> source="192.0.2.2" relay="192.0.2.41 (st.corp.example)" delay=0s result="TempFail" stat="Remote host sent too much data"
2026-11-22T19:53:36.001708+00:00 op smtpd[71]: 7894172b68889565 mta delivery evpid=9620e555e7bf0e6f from=<alice@corp.example> to=<u1@oplm.example> rcpt=<-> source="192.0.2.2" relay="192.0.2.41 (st.corp.example)" delay=0s result="TempFail" stat="Remote host sent too much data"
2026-11-22T19:54:00.452309+00:00 op smtpd[72]: relay: Expire for 9620e555834ace51: from=<alice@corp.example>, to=<u2@oplm.example>, rcpt=<->, delay=25s, stat=Envelope expired
2026-11-22T19:54:00.452966+00:00 op smtpd[72]: relay: Expire for 9620e555e7bf0e6f: from=<alice@corp.example>, to=<u1@oplm.example>, rcpt=<->, delay=25s, stat=Envelope expired`;
const STORE = `
2026-11-22T19:53:35.974948+00:00 st dovecot: lmtp(u7@oplm.example)<398><cMPtFj1IA2uOAQAA9H160w:T7>: sieve: msgid=<Lk1-009.eda476c2@web01>: fileinto action: stored mail into mailbox 'Junk'
2026-11-22T19:53:35.989125+00:00 st dovecot: lmtp(u2@oplm.example)<398><cMPtFj1IA2uOAQAA9H160w:T7:R2>: sieve: msgid=<Lk1-009.eda476c2@web01>: stored mail into mailbox 'INBOX'
2026-11-22T19:53:36.001173+00:00 st dovecot: lmtp(u1@oplm.example)<398><cMPtFj1IA2uOAQAA9H160w:T7:R3>: sieve: msgid=<Lk1-009.eda476c2@web01>: stored mail into mailbox 'INBOX'`;
const told = (relay: string, store: string) =>
	trace(located("op", relay), located("st", store)).map(({ recipients }) =>
		recipients.map(({ recipient, outcome, mailbox, path }) => [
			recipient,
			outcome,
			mailbox,
			path.map(({ queueId }) => queueId?.slice(-8)).join(" > "),
		]),
	);

it("puts the mailboxes of one transaction behind the tries whose answers the client did not count", () => {
	expect(told(RELAY, STORE)).toEqual([
		[
			["u7@oplm.example", "delivered", "Junk", "9620e555 > H160w:T7"],
			["u2@oplm.example", "delivered", "INBOX", "9620e555 > 0w:T7:R2"],
			["u1@oplm.example", "delivered", "INBOX", "9620e555 > 0w:T7:R3"],
		],
	]);
});

it("and nobody else's: another user, or a transaction of which no answer is known", () => {
	const other = told(RELAY, STORE.replace("lmtp(u2@oplm.example)", "lmtp(u4@oplm.example)"));
	expect(other[0]?.map(([recipient, outcome]) => [recipient, outcome])).toEqual([
		["u2@oplm.example", "failed"],
		["u7@oplm.example", "delivered"],
		["u1@oplm.example", "delivered"],
	]);
	// as Dovecot 2.3.13 numbers them
	expect(told(RELAY, STORE.replace(/:R(?=\d>)/g, ":"))).toHaveLength(1);
	expect(told(RELAY.replace(/^.*result="Ok".*$/m, "").replace("\n\n", "\n"), STORE)).toHaveLength(4);
});
