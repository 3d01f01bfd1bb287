import { describe, expect, it } from "vitest";
import { fold, located, trace } from "../tracing.testing.ts";

/** OpenSMTPD 6.8.0p2: two sessions at once, one of two messages; the second line of each is `smtp tls …`. */
const TWO_SESSIONS = `
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp connected address=192.0.2.3 host=edge.corp.example
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp connected address=2001:DB8::9 host=<unknown>
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp message msgid=ebb9118d size=700 nrcpt=1 proto=ESMTP
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp envelope evpid=ebb9118d664aed5e from=<alice@corp.example> to=<u1@c.example>
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp message msgid=11c0a2fe size=701 nrcpt=1 proto=ESMTP
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp envelope evpid=11c0a2fe664aed5e from=<bob@corp.example> to=<u2@c.example>
Nov 22 07:45:02 mx smtpd[177]: cf719342cb87de05 smtp message msgid=2d3ddd22 size=702 nrcpt=1 proto=ESMTP
Nov 22 07:45:02 mx smtpd[177]: cf719342cb87de05 smtp envelope evpid=2d3ddd22b845e44f from=<alice@corp.example> to=<u3@c.example>
Nov 22 07:45:02 mx smtpd[177]: cf719342cb87de05 smtp disconnected reason=quit`;

const clients = (text: string) =>
	trace(located("mx", text)).map(({ id, kind, client }) => [id.split("/")[1], kind, client]);

describe("a message that OpenSMTPD took", () => {
	it("has the client that the session named when it began", () => {
		expect(clients(TWO_SESSIONS)).toEqual([
			["11c0a2fe", "message", { ip: "2001:db8::9" }],
			["ebb9118d", "message", { name: "edge.corp.example", ip: "192.0.2.3" }],
			["2d3ddd22", "message", { name: "edge.corp.example", ip: "192.0.2.3" }],
		]);
	});

	it("has none where that line is missing", () => {
		const lines = TWO_SESSIONS.split("\n").filter((line) => !line.includes("connected address=192"));
		expect(clients(lines.join("\n")).map(([, , client]) => client)).toEqual([
			{ ip: "2001:db8::9" },
			undefined,
			undefined,
		]);
	});

	it("has none of a session with another message under the same id, months before", () => {
		const [before, after] = [0, 1].map((session) =>
			TWO_SESSIONS.split("\n")
				.filter((line) => line.includes("cf719342") || line === "")
				.slice(session === 0 ? 0 : 2)
				.join("\n")
				.replaceAll("cf719342", session === 0 ? "aaaaaaaa" : "cf719342")
				.replaceAll("Nov 22", session === 0 ? "Mar 22" : "Nov 22"),
		);
		const told = clients(`${before}\n${after}`);
		expect(told).toHaveLength(4);
		expect(told.filter(([, , client]) => client === undefined)).toHaveLength(2);
	});

	it("shows the lines with its own id only", () => {
		const hops = fold(located("mx", TWO_SESSIONS)).filter(({ queueId }) => queueId !== undefined);
		const numbers = hops.map(({ refs }) => refs.map((ref) => Number(ref.split(":")[2])));
		expect(numbers).toEqual([
			[4, 5],
			[6, 7],
			[8, 9],
		]);
	});
});

describe("what Postfix gave a queue id before it came", () => {
	const at = (second: string, rest: string) => `2026-11-23T07:15:${second}+00:00 mx postfix/${rest}`;
	const line = at("04.869", "smtpd[214]: 4jXxzD69V2zM2R8: client=unknown[192.0.2.4]");
	const session = (counts: string) => [
		at("04.867", "smtpd[214]: connect from unknown[192.0.2.4]"),
		line,
		at("04.870", `smtpd[214]: disconnect from unknown[192.0.2.4] ${counts}`),
	];
	const ids = (lines: string[]) => trace(located("mx", lines.join("\n"))).map(({ id }) => id.split("/")[1]);

	it("is no message where the client sent no text: an address was verified", () => {
		expect(ids(session("ehlo=1 mail=1 rcpt=1 rset=1 quit=1 commands=5"))).toEqual([]);
	});

	it("may be one where text came, where nobody counted, and where other lines tell of it", () => {
		expect(ids(session("ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"))).toEqual(["4jXxzD69V2zM2R8"]);
		expect(ids([line])).toEqual(["4jXxzD69V2zM2R8"]);
		const more = at("04.900", "cleanup[215]: 4jXxzD69V2zM2R8: message-id=<m@web>");
		expect(ids([...session("ehlo=1 mail=1 rcpt=1 quit=1 commands=4"), more])).toEqual(["4jXxzD69V2zM2R8"]);
	});
});
