import { describe, expect, it } from "vitest";
import { located, trace } from "./tracing.testing.ts";

/** OpenSMTPD 6.8.0p2: two sessions of one process at once; the client stands on the line of its connecting only. */
const OPENSMTPD = `
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp connected address=127.0.1.9 host=client.example
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp connected address=127.0.1.2 host=relay1.corp.example
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp failed-command command="" result="550 no, "you" not"
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp failed-command command="MAIL FROM:<spammer@client.example>" result="554 5.7.1 sender blocked"
Nov 22 07:34:02 mx smtpd[177]: cf719342cb87de05 smtp disconnected reason=quit
Nov 22 07:34:02 mx smtpd[177]: cf71935a55f05b3a smtp disconnected reason=disconnect
`;

describe("refusals of a program whose lines share a session's id", () => {
	it("are one journey per session, with the client that connected", () => {
		const journeys = trace(located("mx", OPENSMTPD));
		expect(journeys.map(({ kind, client, sender }) => ({ kind, ip: client?.ip, sender }))).toEqual([
			{ kind: "refused", ip: "127.0.1.2", sender: undefined },
			{ kind: "refused", ip: "127.0.1.9", sender: "spammer@client.example" },
		]);
	});
});
