import { expect, it } from "vitest";
import { fold, located } from "../tracing.testing.ts";

const hops = (text: string) =>
	fold(located("mx", text))
		.map(({ mta, queueId, refs }) => `${mta} ${queueId} ${refs.length}`)
		.sort();

it("parts sendmail's notices of one id, which have no line of their arrival, once their recipient was done with", () => {
	// sendmail 8.17.1, the second of a log put behind the first with its dates shifted
	const day = (date: string) => `
${date} 07:30:28 mx sm-mta[113]: 6AM7USdJ000113: to=<alice@corp.test>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=32000, relay=edge.corp.test. [192.0.2.3], dsn=4.0.0, stat=Deferred: Connection refused
${date} 07:45:28 mx sm-mta[113]: 6AM7USdJ000113: to=<alice@corp.test>, delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=32000, relay=edge.corp.test. [192.0.2.3], dsn=2.0.0, stat=Sent (Ok: queued as 4612C2B09D7)`;
	expect(hops(day("Nov 20") + day("Nov 21"))).toEqual([
		"sendmail 6AM7USdJ000113 2",
		"sendmail 6AM7USdJ000113 2",
	]);
});

it("parts a filter's works of one number by the hours between them, and keeps together what a queue retries for days", () => {
	// amavis 2.13 and Postfix 3.7.11
	const filtered = (date: string) =>
		`${date} 07:30:31 mx amavis[93]: (00093-03) Passed CLEAN {RelayedInbound}, [192.0.2.1]:40000 <a@corp.test> -> <b@east.test>, Queue-ID: 4612C2B09D7, Message-ID: <m@web>, mail_id: 5XLqrYGlkyiq, Hits: -, size: 546, queued_as: 6689D2B09DF, 91 ms`;
	const tried = (date: string, status: string) =>
		`${date} 07:30:31 mx postfix/smtp[7]: 4612C2B09D7: to=<b@east.test>, relay=mx.east.test[192.0.2.9]:25, delay=9, delays=9/0/0/0, dsn=4.0.0, status=${status}`;
	expect(
		hops(
			[
				filtered("Nov 17"),
				tried("Nov 17", "deferred (host mx.east.test[192.0.2.9] said: 450 4.2.0 later)"),
				filtered("Nov 20"),
				tried("Nov 20", "sent (250 Ok)"),
			].join("\n"),
		),
	).toEqual(["amavis 5XLqrYGlkyiq 1", "amavis 5XLqrYGlkyiq 1", "postfix 4612C2B09D7 4"]);
});
