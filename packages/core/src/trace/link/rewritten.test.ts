import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

// Postfix with `header_checks` that hold everything for MailScanner 5 (mailscanner.info, ConfigMSPostfix.pm); its line as Postfix.pm writes it
const log = (next: string) => `
Nov 22 03:00:00 mx postfix/smtpd[1]: 5B1F1A0F6: client=out.corp.example[192.0.2.1]
Nov 22 03:00:00 mx postfix/cleanup[2]: 5B1F1A0F6: hold: header Received: from out.corp.example (out.corp.example [192.0.2.1])??by mx (Postfix) with ESMTP id 5B1F1A0F6 from out.corp.example[192.0.2.1]; from=<a@x.example> to=<b@corp.example> proto=ESMTP helo=<out.corp.example>
Nov 22 03:00:00 mx postfix/cleanup[2]: 5B1F1A0F6: message-id=<m@x.example>
Nov 22 03:00:03 mx MailScanner[90]: Requeue: 5B1F1A0F6.A9C3E to ${next}
Nov 22 03:00:03 mx postfix/qmgr[3]: 7C2D81A0F6: from=<a@x.example>, size=800, nrcpt=1 (queue active)
Nov 22 03:00:04 mx postfix/virtual[4]: 7C2D81A0F6: to=<b@corp.example>, relay=virtual, delay=4, delays=4/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)
Nov 22 03:00:04 mx postfix/qmgr[3]: 7C2D81A0F6: removed`;
const told = (text: string) =>
	trace(located("mx", text)).map(({ recipients, notices }) => [
		...recipients.map((each) => `${each.outcome} ${each.path.map(({ queueId }) => queueId).join(" > ")}`),
		...notices.map(({ code }) => code),
	]);

it("follows what MailScanner wrote into the queue anew, which is no stop and no longer held", () => {
	expect(told(log("7C2D81A0F6"))).toEqual([["delivered 5B1F1A0F6"]]);
});

it("joins nothing where it names an id that nobody logged", () => {
	expect(told(log("7C2D81A0F7"))).toHaveLength(2);
});
