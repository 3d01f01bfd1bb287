import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

it("is no message where exim took nothing, for the connection was lost after the text", () => {
	const line =
		"2026-11-23T06:42:03+00:00 mx exim[1514]: 1xVNkZ-0000OQ-2T SMTP connection lost after final dot H=re.corp.example (relay.corp.example) [192.0.2.2] P=esmtp";
	expect(trace(located("mx", line))).toEqual([]);
});
