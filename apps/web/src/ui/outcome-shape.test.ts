import { describe, expect, it } from "vitest";
import { markOf, wordOf } from "./outcome-shape.ts";

describe("the mark of an outcome", () => {
	it("tells put off at the door from refused for good", () => {
		expect(markOf("failed", { cause: "greylisted", permanent: false })).toBe("put-off");
		expect(markOf("failed", { cause: "user-unknown", permanent: true })).toBe("failed");
		expect(markOf("failed", undefined)).toBe("failed");
		expect(markOf("delayed", { cause: "greylisted", permanent: false })).toBe("delayed");
	});

	it("tells the junk folder from the mailbox, in one word", () => {
		const mark = markOf("delivered", { cause: "filed-as-junk", permanent: false });
		expect([mark, wordOf(mark)]).toEqual(["junk", "delivered"]);
	});
});
