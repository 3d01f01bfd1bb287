import { expect, test } from "vitest";
import { parseQuery } from "../query/index.ts";
import { queryNeedles } from "./query-needles.ts";

const needlesOf = (text: string, hosts = ["mx1"]) =>
	queryNeedles(parseQuery(text, { now: 0, zone: "UTC" }), hosts);

/** As exim and sendmail (deliver.c, logdelivery) write them: all that the line says of a recipient whose address we put together. */
const WITHOUT_DOMAIN = {
	"exim's local delivery": "1vMjKl-000000001Xy-2a => u4 <chain@c5.example> R=localuser T=local_delivery",
	"a user of sendmail's alias": "6AMAxZ4G000220: to=u4, delay=00:00:00, xdelay=00:00:00, mailer=local",
	"the last of several": "6AMAxZ4G000220: to=u1,u4, delay=00:00:00, xdelay=00:00:00, mailer=local",
	"one between others": "6AMAxZ4G000220: to=u1,u4,u2, delay=00:00:00, xdelay=00:00:00, mailer=local",
	"one whose own aliases do not count": "6AMAxZ4G000220: to=\\\\u4, delay=00:00:00, mailer=local",
	"one in brackets": "6AMAxZ4G000220: to=<u4>, delay=00:00:00, mailer=local",
};

for (const [name, line] of Object.entries(WITHOUT_DOMAIN))
	test(`an address is looked for as its local part too: ${name}`, () => {
		expect(needlesOf("u4@c5.example")?.some((needle) => line.includes(needle))).toBe(true);
		expect(needlesOf("u5@c5.example")?.some((needle) => line.includes(needle))).toBe(false);
	});

test("the most telling of several terms is looked for", () => {
	expect(needlesOf("from:alice@corp.example queue:4B16140000")).toEqual(["4B16140000"]);
	expect(needlesOf("ip:192.0.2.7 domain:corp.example")).toEqual(["192.0.2.7"]);
});

test("of several addresses each is looked for, and where one has no text of its own all lines are read", () => {
	const needles = needlesOf("to:anna@example.com,bo@example.org");
	expect(needles).toContain("anna@example.com");
	expect(needles).toContain("bo@example.org");
	expect(needlesOf("to:anna@example.com,*@example.org")).toBeUndefined();
});

test("of a pattern its longest part", () => {
	expect(needlesOf("domain:mail.*.corp.example")).toEqual([".corp.example"]);
});

test("what no single line says needs all lines", () => {
	for (const text of [
		"status:failed",
		"-from:alice@corp.example",
		"to:*@corp.example",
		"ip:2001:db8::1",
		"ip:192.0.2.0/24",
	])
		expect(needlesOf(text), text).toBeUndefined();
});
