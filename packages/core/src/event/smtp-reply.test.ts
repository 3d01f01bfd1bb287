import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandStage, parseReply } from "./smtp-reply.ts";

/** Any UTF-16 at all: control characters, NUL, lone surrogates. */
const anything = fc.uint16Array({ maxLength: 100 }).map((codes) => String.fromCharCode(...codes));

describe("parseReply", () => {
	it("parts code, enhanced status and words", () => {
		expect(parseReply("250 2.0.0 Ok: queued as D08FF538054")).toEqual({
			code: 250,
			enhanced: "2.0.0",
			text: "Ok: queued as D08FF538054",
		});
		expect(parseReply("250 OK")).toEqual({ code: 250, text: "OK" });
		expect(parseReply("250")).toEqual({ code: 250, text: "" });
		expect(parseReply("5.7.1 Spam message rejected")).toEqual({
			enhanced: "5.7.1",
			text: "Spam message rejected",
		});
	});

	it.each([
		["250 2.0.0", { code: 250, enhanced: "2.0.0", text: "" }],
		[
			"250 2.0.0: 4296f490 Message accepted",
			{ code: 250, enhanced: "2.0.0", text: "4296f490 Message accepted" },
		],
		["421-4.3.0: Try later", { code: 421, enhanced: "4.3.0", text: "Try later" }],
		["2.0.0: 4296f490 Message accepted", { enhanced: "2.0.0", text: "4296f490 Message accepted" }],
		["250 2.0.0:25 Ok", { code: 250, text: "2.0.0:25 Ok" }],
		["250 2.0.0-- Ok", { code: 250, enhanced: "2.0.0", text: "Ok" }],
		["250 2.0.0Ok", { code: 250, text: "2.0.0Ok" }],
		["250 2.0.1234 Ok", { code: 250, text: "2.0.1234 Ok" }],
		["250 3.0.0 Ok", { code: 250, text: "3.0.0 Ok" }],
		["250  2.0.0 Ok", { code: 250, text: "2.0.0 Ok" }],
		["250 4.12.345 Ok ", { code: 250, enhanced: "4.12.345", text: "Ok" }],
		["250", { code: 250, text: "" }],
		["650 2.0.0 Ok", { text: "650 2.0.0 Ok" }],
		["25 2.0.0 Ok", { text: "25 2.0.0 Ok" }],
	])("parts %s", (given, reply) => {
		expect(parseReply(given)).toEqual(reply);
	});

	it("takes who said it, and to which command, out of the words", () => {
		expect(
			parseReply(
				"host mx.a.example[private/dovecot-lmtp] said: 552 5.2.2 <f@a.example> Quota exceeded (mailbox full) (in reply to end of DATA command)",
			),
		).toEqual({
			host: { name: "mx.a.example", path: "private/dovecot-lmtp" },
			command: "EOM",
			code: 552,
			enhanced: "5.2.2",
			text: "<f@a.example> Quota exceeded (mailbox full)",
		});
		expect(parseReply("host mx[192.0.2.1]: refused to talk to me: 554 Local Policy – see x")).toEqual({
			host: { name: "mx", ip: "192.0.2.1" },
			code: 554,
			text: "Local Policy – see x",
		});
	});

	it("joins the lines of one reply", () => {
		expect(parseReply("550-5.1.1 No such 550-5.1.1 user here. 550 5.1.1 See https://x.example").text).toBe(
			"No such user here. See https://x.example",
		);
		expect(parseReply("554-mx.example 554 go away").text).toBe("mx.example go away");
		expect(parseReply("550 the number 550 stays").text).toBe("the number 550 stays");
	});

	it("leaves a quoted reply of another host in the words", () => {
		const text =
			"<u@d>: undeliverable address: host mx[192.0.2.1] said: 550 no (in reply to RCPT TO command)";
		expect(parseReply(`450 4.1.1 ${text}`)).toEqual({ code: 450, enhanced: "4.1.1", text });
	});

	it("gives words that no remote said neither code nor host", () => {
		expect(parseReply("delivered to maildir")).toEqual({ text: "delivered to maildir" });
		expect(parseReply("host without end")).toEqual({ text: "host without end" });
	});

	it("never throws and never loses words that are not structure", () => {
		fc.assert(
			fc.property(anything, (words) => {
				const clean = words.trim();
				fc.pre(!/^\d|^[245]\.|^[-\s]| said: |\)$/.test(clean));
				expect(parseReply(`550 5.1.1 ${clean}`).text).toBe(clean);
			}),
		);
	});
});

describe("commandStage", () => {
	it("knows the words of MTAs, and nothing from the prototype", () => {
		expect(commandStage("RCPT TO command")).toBe("RCPT");
		expect(commandStage("end of DATA command")).toBe("EOM");
		expect(commandStage("END-OF-MESSAGE")).toBe("EOM");
		expect(commandStage("constructor")).toBeUndefined();
	});
});
