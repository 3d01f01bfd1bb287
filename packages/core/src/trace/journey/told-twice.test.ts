import { describe, expect, it } from "vitest";
import type { Journey } from "../index.ts";
import { located, trace } from "../tracing.testing.ts";

// exim 4.96, as Debian sets it up: mainlog, without +pid
const own = (second: string, to: string, client = "192.0.2.9") =>
	`2026-11-22 02:52:${second} H=(mail) [${client}] F=<s@a.example> rejected RCPT <${to}>: User unknown`;
const bySyslog = (second: string, to: string) =>
	`2026-11-22T02:52:${second}.418+00:00 mx exim[64]: ${own(second, to)}`;

const refused = (journeys: Journey[]) =>
	journeys.map(
		({ kind, recipients }) =>
			`${kind} ${recipients.map(({ recipient, outcome }) => `${recipient} ${outcome}`).join(", ")}`,
	);
const mainlog = (...lines: string[]) =>
	located("mx", lines.join("\n")).map((line) => ({ ...line, ref: line.ref.replace("mail.log", "mainlog") }));
const mailLog = (...lines: string[]) => located("mx", lines.join("\n"));

describe("a refusal in exim's own log, which names no process", () => {
	it("is told, each recipient for itself", () => {
		expect(refused(trace(mainlog(own("10", "g@b.example"), own("11", "h@b.example"))))).toEqual([
			"refused g@b.example failed",
			"refused h@b.example failed",
		]);
	});

	it("is told once where syslog has it too, with the session that syslog knows", () => {
		const lines = ["g@b.example", "h@b.example"];
		const both = trace(
			mainlog(...lines.map((to) => own("10", to))),
			mailLog(...lines.map((to) => bySyslog("10", to))),
		);
		expect(refused(both)).toEqual(["refused g@b.example failed, h@b.example failed"]);
	});

	it.each([
		["of another client", own("10", "g@b.example", "192.0.2.10")],
		["of another moment", own("50", "g@b.example")],
		["of another recipient", own("10", "h@b.example")],
	])("%s is another one", (_, line) => {
		expect(trace(mainlog(line), mailLog(bySyslog("10", "g@b.example")))).toHaveLength(2);
	});

	it("is told once where the two logs write it in different minutes, and in different zones", () => {
		const late = own("59", "g@b.example");
		const next =
			"2026-11-22T11:53:00.118+09:00 mx exim[64]: H=(mail) [192.0.2.9] F=<s@a.example> rejected RCPT <g@b.example>: User unknown";
		expect(refused(trace(mainlog(late), mailLog(next)))).toEqual(["refused g@b.example failed"]);
	});
});
