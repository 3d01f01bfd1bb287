/** What is taken out of an answer beside its words. */
import { expect, it } from "vitest";
import { readReply } from "./read-reply.ts";

it.each([
	["host mx said: 550 blocked by Exim 4.96.2", undefined],
	["550 not taken (Dovecot/2.3.19)", undefined],
	["554 refused by mail filter version 5.1.1", undefined],
	["554 refused by gate v5.1.1, 5.7.1 no spam", "5.7.1"],
	["550 User unknown (5.1.1)", "5.1.1"],
	["550-5.7.26 This mail has been blocked", "5.7.26"],
	["service 4.2.1 not available", "4.2.1"],
])("%s has the status %s", (reply, status) => {
	expect(readReply({ reply }).status).toBe(status);
});
