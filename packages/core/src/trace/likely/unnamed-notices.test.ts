import { describe, expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

// OpenSMTPD 6.8 as a relay: nothing in the lines of the notice names the message that it is about
const failed = (id: string, at: string, to = "ann@a.example") => `
2026-11-22T07:50:${at}+00:00 edge smtpd[70]: 8f5171491540ede1 smtp message msgid=${id} size=961 nrcpt=1 proto=ESMTP
2026-11-22T07:50:${at}+00:00 edge smtpd[70]: 8f5171491540ede1 smtp envelope evpid=${id}94013dc8 from=<bob@corp.test> to=<${to}>
2026-11-22T07:50:${at}+00:00 edge smtpd[70]: 8f5171076489a621 mta delivery evpid=${id}94013dc8 from=<bob@corp.test> to=<${to}> rcpt=<-> source="127.0.0.1" relay="192.0.2.18 (mx.a.example)" delay=1s result="PermFail" stat="550 5.1.1 <${to}>: Recipient address rejected: User unknown"`;
const notice = (id: string, at: string, to = "bob@corp.test") => `
2026-11-22T07:50:${at}+00:00 edge smtpd[70]: 8f5171539c1374cf smtp message msgid=${id} size=2297 nrcpt=1 proto=ESMTP
2026-11-22T07:50:${at}+00:00 edge smtpd[70]: 8f5171539c1374cf smtp envelope evpid=${id}841bc454 from=<> to=<${to}>
2026-11-22T07:50:${at}+00:00 edge smtpd[70]: 8f51713422825b6c mta delivery evpid=${id}841bc454 from=<> to=<${to}> rcpt=<-> source="127.0.0.1" relay="192.0.2.2 (corp.test)" delay=0s result="Ok" stat="250 2.0.0 Ok: queued as 4791A2B1003"`;

/** `child of parent` by queue id. */
const joins = (text: string) =>
	trace(located("edge", text)).flatMap(({ id, parent, bounces }) => {
		for (const { journeyId } of bounces) expect(journeyId).toContain("/");
		return parent ? [`${id.split("/")[1]} of ${parent.journeyId.split("/")[1]}`] : [];
	});

describe("a notice that names no message", () => {
	it("is about the one that failed a second before", () => {
		expect(joins(failed("fa214465", "16.237") + notice("ec6c50b3", "17.239"))).toEqual([
			"ec6c50b3 of fa214465",
		]);
	});

	it("names the recipients that failed", () => {
		const journeys = trace(located("edge", failed("fa214465", "16.237") + notice("ec6c50b3", "17.239")));
		expect(journeys[0]?.bounces).toMatchObject([{ recipient: "ann@a.example", childQueueId: "ec6c50b3" }]);
	});

	it("is one of two where a message failed for one at once and for another at the end of its time", () => {
		const expired = `
2026-11-22T07:52:40.062+00:00 edge smtpd[71]: 8f5171076489a699 mta delivery evpid=fa21446594013dc9 from=<bob@corp.test> to=<eve@b.example> rcpt=<-> source="127.0.0.1" relay="192.0.2.19 (mx.b.example)" delay=1m24s result="PermFail" stat="550 5.1.1 User unknown"`;
		const late = notice("ed6c50b3", "41.074").replaceAll("T07:50", "T07:52");
		const journeys = trace(
			located("edge", failed("fa214465", "16.237") + notice("ec6c50b3", "17.239") + expired + late),
		);
		expect(journeys[0]?.bounces).toMatchObject([
			{ recipient: "ann@a.example", childQueueId: "ec6c50b3" },
			{ recipient: "eve@b.example", childQueueId: "ed6c50b3" },
		]);
	});

	it("tells of nobody who had failed long before, though that notice is not known", () => {
		const expired = `
2026-11-22T07:52:40.062+00:00 edge smtpd[71]: 8f5171076489a699 mta delivery evpid=fa21446594013dc9 from=<bob@corp.test> to=<eve@b.example> rcpt=<-> source="127.0.0.1" relay="192.0.2.19 (mx.b.example)" delay=1m24s result="PermFail" stat="550 5.1.1 User unknown"`;
		const late = notice("ed6c50b3", "41.074").replaceAll("T07:50", "T07:52");
		const journeys = trace(located("edge", failed("fa214465", "16.237") + expired + late));
		expect(journeys[0]?.bounces.map(({ recipient }) => recipient)).toEqual(["eve@b.example"]);
	});

	it.each([
		["another sender's", notice("ec6c50b3", "17.239", "eve@corp.test")],
		["minutes later", notice("ec6c50b3", "17.239").replaceAll("T07:50", "T07:56")],
		["earlier", notice("ec6c50b3", "15.239")],
	])("is not joined: %s", (_why, other) => {
		expect(joins(failed("fa214465", "16.237") + other)).toEqual([]);
	});

	it("is told apart by the exact second where one sender's messages fail one after the other", () => {
		const both = failed("fa214465", "16.237") + failed("fb214465", "16.937");
		expect(joins(both + notice("ec6c50b3", "17.239") + notice("ed6c50b3", "17.940"))).toEqual([
			"ec6c50b3 of fa214465",
			"ed6c50b3 of fb214465",
		]);
	});

	it("is joined with neither of two that failed at once", () => {
		const both = failed("fa214465", "16.237") + failed("fb214465", "16.238");
		expect(joins(both + notice("ec6c50b3", "17.239"))).toEqual([]);
	});

	it("belongs to the first of as many that failed one after the other, and the next one to the next", () => {
		const both = failed("fa214465", "16.237") + failed("fb214465", "16.538");
		expect(joins(both + notice("ec6c50b3", "17.239") + notice("ed6c50b3", "17.240"))).toEqual([
			"ec6c50b3 of fa214465",
			"ed6c50b3 of fb214465",
		]);
	});

	// OpenSMTPD 6.8.0p2 wrote the notice of the one that failed 0.1 ms later first
	it("is told by its size where several failed at once, and is nobody's where these are the same", () => {
		const sized = (text: string, size: number) => text.replace(/size=\d+/, `size=${size}`);
		const both = (second: number) =>
			failed("fa214465", "16.237") + sized(failed("fb214465", "16.237", "joanna@a.example"), second);
		const notices = (first: number, second: number) =>
			sized(notice("ec6c50b3", "17.239"), first) + sized(notice("ed6c50b3", "17.240"), second);
		// an address that is three letters longer stands twice in the notice, and once more in the answer
		const [one, other] = [961 + 1336, 950 + 1336 + 9];
		const swapped = ["ec6c50b3 of fb214465", "ed6c50b3 of fa214465"];
		expect(joins(both(950) + notices(other, one)).sort()).toEqual(swapped);
		expect(joins(both(950) + notices(one, other)).sort()).toEqual([
			"ec6c50b3 of fa214465",
			"ed6c50b3 of fb214465",
		]);
		expect(joins(both(961 - 9) + notices(one, one))).toEqual([]);
		expect(joins(both(950) + notices(one, other + 40))).toEqual([]);
	});

	it("belongs to none where the session that began second was done first, unless the sizes tell", () => {
		const both = failed("fa214465", "16.237") + failed("fb214465", "16.238");
		const second = notice("ed6c50b3", "17.239").replaceAll("8f517153", "8f517154");
		expect(joins(both + second + notice("ec6c50b3", "17.240"))).toEqual([]);
		const big = (text: string) => text.replace(/size=\d+/, "size=60000");
		const told = big(failed("fa214465", "16.237")) + failed("fb214465", "16.238");
		expect(joins(told + big(second).replace("60000", "61400") + notice("ec6c50b3", "17.240")).sort()).toEqual(
			["ec6c50b3 of fb214465", "ed6c50b3 of fa214465"],
		);
	});

	it("belongs to none where their order is not that of the sizes", () => {
		const big = (text: string, size: number) => text.replace(/size=\d+/, `size=${size}`);
		const both = big(failed("fa214465", "16.237"), 60_000) + failed("fb214465", "16.238");
		const notices = notice("ec6c50b3", "17.239") + big(notice("ed6c50b3", "17.240"), 61_400);
		expect(joins(both + notices)).toEqual([]);
	});

	it("is not joined beside another one that may be his, of which a line is lost", () => {
		const both = notice("ec6c50b3", "17.239") + notice("ed6c50b3", "17.240");
		const lost = both.replace(/^.*envelope evpid=ed6c50b3.*$/m, "").replace("size=2297", "size=2417");
		expect(joins(`${failed("fa214465", "16.237")}${lost.replace(/\n\n/, "\n")}`)).toEqual([]);
	});

	it("may begin with the second in whose first moment the failure is written", () => {
		expect(joins(failed("fa214465", "16.003") + notice("ec6c50b3", "16.017"))).toEqual([
			"ec6c50b3 of fa214465",
		]);
	});

	it("is not joined in the very second of the failure", () => {
		expect(joins(failed("fa214465", "16.237") + notice("ec6c50b3", "16.939"))).toEqual([]);
	});
});
