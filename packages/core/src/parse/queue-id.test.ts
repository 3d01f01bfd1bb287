import { describe, expect, it } from "vitest";
import { endOfPostfixQueueId, isQueueId } from "./queue-id.ts";

describe("isQueueId", () => {
	it.each([
		["Postfix, short", "8B84D8D1CF"],
		["Postfix, the shortest", "1A2B3C"],
		["Postfix, long", "4jXCq739h9znF1p"],
		["sendmail", "6AM2bBcr001323"],
		["exim to 4.96", "1xUxQK-000012-1g"],
		["exim since 4.97", "1xUxQK-00000000012-1gAb"],
		["OpenSMTPD", "995fb2a7"],
	])("%s: %s", (_mta, id) => {
		expect(isQueueId(id)).toBe(true);
	});

	it.each([
		"",
		"12345",
		"DEADBEEF",
		"deliver",
		"message",
		"995fb2a",
		"x995fb2a7",
		"995fb2a7x",
		"1xUxQK-000012-1gz",
		"x1xUxQK-000012-1g",
		"8B84D8D1CF.1",
		"<8B84D8D1CF>",
		"x6AM2bBcr00132",
		"KEHEHfNUAmuqAAAAZN5P0Q",
		"0102018c0102018c0102018c0102018c",
	])("not %s", (word) => {
		expect(isQueueId(word)).toBe(false);
	});
});

describe("endOfPostfixQueueId", () => {
	it("takes ids that people changed before they showed a log, and no plain word", () => {
		for (const id of ["8B84D8D1CF", "4jXCq739h9znF1p", "ABCDEF", "xxxxxx12", "a1".repeat(12)])
			expect(endOfPostfixQueueId(`${id}: removed`)).toBe(id.length);
		for (const word of [
			"warning",
			"reject",
			"A1",
			"disconnect",
			"x-12345",
			"4jXCq739h9znF1p ",
			"a1".repeat(13),
		])
			expect(endOfPostfixQueueId(`${word}: removed`)).toBe(-1);
	});

	it("takes none that no colon ends", () => {
		for (const text of ["8B84D8D1CF", "8B84D8D1CF removed", "", ": x", "12345", `${"ABCDEF".repeat(4)}: x`])
			expect(endOfPostfixQueueId(text)).toBe(-1);
	});
});
