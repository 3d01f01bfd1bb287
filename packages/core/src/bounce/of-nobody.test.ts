/** Mail without a sender (RFC 5321 section 4.5.5), of programs that are not known by name: servers write so, and shops. */
import { expect, it } from "vitest";
import { readBounce } from "./index.ts";

function utf8(text: string): Uint8Array {
	const letters = encodeURIComponent(text).replace(/%(..)/g, (_, hex) =>
		String.fromCharCode(Number.parseInt(hex, 16)),
	);
	return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function read(body: string, subject = "Delivery failed") {
	const head = `Return-Path: <>\nFrom: Gate <gate@example.net>\nTo: taro@example.com\nSubject: ${subject}`;
	return readBounce(utf8(`${head}\n\n${body}\n`));
}

it("says of a parcel that it could not be delivered: no bounce", async () => {
	expect(
		await read("Your parcel 12345 could not be delivered: nobody was at home. Ask service@parcel.example"),
	).toEqual([]);
});

it.each([
	"Your parcel 12345 could not be delivered. Please reply to this email or mail service@parcel.example.",
	"Royal Mail: your item could not be delivered because nobody was home. Email help@parcel.example.",
	"Ihr Paket 12345 konnte nicht zugestellt werden. Schreiben Sie eine E-Mail an service@parcel.example.",
	"お荷物をお届けできませんでした。詳しくはメール service@parcel.example までご連絡ください。",
	"Su paquete no se pudo entregar. Envíe un mensaje a service@parcel.example.",
])("asks for a mail about what was not delivered: %s", async (body) => {
	expect(await read(body, "Your delivery failed")).toEqual([]);
});

it.each([
	["what was sent", "Your mail could not be delivered. Nobody reads bob@example.net any more."],
	["what a server said", "This could not be delivered to anybody (bob@example.net): 5.1.1"],
	["whom it could not be delivered to", "Could not be delivered to:\n<bob@example.net>\n"],
])("says %s: a bounce", async (_, body) => {
	expect(await read(body)).toMatchObject([{ recipient: "bob@example.net" }]);
});
