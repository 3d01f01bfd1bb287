import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

it("is no message where exim read nobody's name, as of its own answer to a bounce", () => {
	const line = (text: string) => `2026-11-23T07:26:29+00:00 mx exim[283]: 1xVORY-00004Z-3C ${text}`;
	const lines = [
		line("1xVORY-00004Z-3C no recipients found in headers"),
		line(
			"Error while reading message with no usable sender address (R=1xVORY-00002C-0k): no recipient addresses",
		),
	];
	expect(trace(located("mx", lines.join("\n")))).toEqual([]);
	const more = line("== u2@x.example R=lda T=dovecot_lda defer (0): no room");
	expect(trace(located("mx", [...lines, more].join("\n")))).toHaveLength(1);
});

it("is no message where exim took nothing, for the connection was lost after the text", () => {
	const line =
		"2026-11-23T06:42:03+00:00 mx exim[1514]: 1xVNkZ-0000OQ-2T SMTP connection lost after final dot H=re.corp.example (relay.corp.example) [192.0.2.2] P=esmtp";
	expect(trace(located("mx", line))).toEqual([]);
});
