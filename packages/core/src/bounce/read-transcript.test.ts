import { expect, it } from "vitest";
import { readBounceText } from "./index.ts";

it("a server that refuses and then drops the line is told by its refusal", () => {
	const text = `   ----- Transcript of session follows -----
While talking to mx.example.net:
>>> DATA
<<< 554 5.7.1 Your host is blacklisted here
421 mx.example.net (smtp)... Deferred: Connection reset by peer during result wait with mx.example.net
554 <jiro@example.net>... Remote protocol error: Connection reset by peer during result wait with mx.example.net

   ----- Unsent message follows -----
`;
	expect(readBounceText(text)).toMatchObject([
		{
			recipient: "jiro@example.net",
			replyCode: 554,
			status: "5.7.1",
			reason: "blocked",
			remoteMta: "mx.example.net",
		},
	]);
});

it("what another server said before is not its answer", () => {
	const text = `   ----- Transcript of session follows -----
While talking to mx.example.org:
>>> DATA
<<< 550 5.7.1 no
550 <saburo@example.org>... Service refused
554 <jiro@example.net>... Remote protocol error: Connection reset by peer during greeting wait with mx.example.net
`;
	const reports = readBounceText(text);
	const jiro = reports.find(({ recipient }) => recipient === "jiro@example.net");
	expect(jiro).toMatchObject({ cause: "connection-lost" });
});
