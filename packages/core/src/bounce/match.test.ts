import { describe, expect, it } from "vitest";
import type { Journey } from "../trace/index.ts";
import { matchBounce } from "./match.ts";

function journey(id: string, change: Partial<Journey> = {}, queueId = "4jXHYY600rzJjj5"): Journey {
	return {
		id,
		kind: "message",
		messageIds: ["m1@example.com"],
		sender: "taro@example.com",
		recipients: [
			{
				recipient: "jiro@example.net",
				original: "info@example.com",
				outcome: "failed",
				path: [
					{
						host: "mx1",
						mta: "postfix",
						queueId,
						receivedAt: "2026-11-03T10:00:01+09:00",
						lines: ["mx1:mail.log:1"],
					},
				],
				attempts: [],
			},
		],
		bounces: [],
		notices: [],
		...change,
	};
}

const REPORT = {
	queueId: "4jXHYY600rzJjj5",
	originalMessageId: "m1@example.com",
	recipient: "jiro@example.net",
	originalSender: "taro@example.com",
	arrivalDate: "Tue,  3 Nov 2026 10:00:00 +0900 (JST)",
};

describe("a bounce finds its journey", () => {
	it("by the queue id at the host that reports: proven", () => {
		const found = matchBounce(REPORT, [journey("a"), journey("b", {}, "52BDA21E21F")]);
		expect(found).toMatchObject({ journey: { id: "a" }, via: "queue-id", confidence: "proven" });
		expect(found?.recipient?.recipient).toBe("jiro@example.net");
	});

	it("by Message-ID and recipient, also the one first given: likely", () => {
		const { queueId: _, ...report } = REPORT;
		expect(matchBounce({ ...report, recipient: "INFO@example.com" }, [journey("a")])).toMatchObject({
			via: "message-id",
			confidence: "likely",
		});
	});

	it("by the second of arrival, sender and recipient", () => {
		const { recipient, originalSender, arrivalDate } = REPORT;
		const report = { recipient, originalSender, arrivalDate };
		expect(matchBounce(report, [journey("a")])).toMatchObject({ via: "arrival", confidence: "likely" });
		expect(matchBounce({ ...report, originalSender: "other@example.com" }, [journey("a")])).toBeUndefined();
		expect(
			matchBounce({ ...report, arrivalDate: "Tue, 3 Nov 2026 10:00:09 +0900" }, [journey("a")]),
		).toBeUndefined();
	});

	it("not where something speaks against it: a queue id is used again, a Message-ID is forged", () => {
		expect(matchBounce(REPORT, [journey("a", { messageIds: ["other@example.com"] })])).toBeUndefined();
		expect(matchBounce({ ...REPORT, recipient: "saburo@example.net" }, [journey("a")])).toBeUndefined();
	});

	it("not where two fit equally well", () => {
		const { queueId: _, ...report } = REPORT;
		expect(matchBounce(report, [journey("a"), journey("b")])).toBeUndefined();
	});
});
