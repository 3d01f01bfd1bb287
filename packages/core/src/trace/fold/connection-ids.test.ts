import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Sendmail 8.17.1.9 at LogLevel 15: ids of connections that brought nothing, and of one that brought a message. */
const SENDMAIL = `
Nov 22 07:36:13 edge sm-mta[549]: 6AM7aDuh000549: <-- EHLO mx.c.example
Nov 22 07:36:13 edge sm-mta[549]: 6AM7aDuh000549: Milter (tiny): quit filter
Nov 22 07:31:34 edge sm-mta[273]: 6AM7VXYH000273: Milter (gone): error connecting to filter: Connection refused by 127.0.1.3
Nov 22 07:31:34 edge sm-mta[273]: 6AM7VXYH000273: mx.b.example [127.0.1.12] did not issue MAIL/EXPN/VRFY/ETRN during connection to MTA-v4
Nov 22 07:32:26 edge sm-mta[300]: 6AM7WQvQ000300: from=<a@client.example>, size=101, class=0, nrcpts=1, msgid=<m@x>, proto=ESMTP, daemon=MTA-v4, relay=mx.b.example [127.0.1.12]
`;

it("an id that sendmail gave a connection without a message is no journey", () => {
	expect(trace(located("edge", SENDMAIL)).map(({ id }) => id.split("/")[1])).toEqual(["6AM7WQvQ000300"]);
});
