/** Mail without a sender (RFC 5321 section 4.5.5), of programs that are not known by name: servers write so, and shops. */
import { expect, it } from "vitest";
import { readBounce } from "./index.ts";

function read(body: string) {
	const head =
		"Return-Path: <>\nFrom: Gate <gate@example.net>\nTo: taro@example.com\nSubject: Delivery failed";
	return readBounce(Uint8Array.from(`${head}\n\n${body}\n`, (letter) => letter.charCodeAt(0)));
}

it("says of a parcel that it could not be delivered: no bounce", async () => {
	expect(
		await read("Your parcel 12345 could not be delivered: nobody was at home. Ask service@parcel.example"),
	).toEqual([]);
});

it.each([
	["what was sent", "Your mail could not be delivered. Nobody reads bob@example.net any more."],
	["what a server said", "This could not be delivered to anybody (bob@example.net): 5.1.1"],
	["whom it could not be delivered to", "Could not be delivered to:\n<bob@example.net>\n"],
])("says %s: a bounce", async (_, body) => {
	expect(await read(body)).toMatchObject([{ recipient: "bob@example.net" }]);
});
