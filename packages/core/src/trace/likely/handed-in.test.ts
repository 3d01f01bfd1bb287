import { expect, it } from "vitest";
import { located, trace } from "../tracing.testing.ts";

/** Postfix 3.7.11, `content_filter = filt:dummy` with a script that calls sendmail(1): the same message twice, in milliseconds. */
const at = (ms: number, rest: string) => `\n2026-11-23T03:03:06.${ms}+00:00 pf postfix/${rest}`;
const taken = (id: string, ms: number) =>
	at(ms, `smtpd[284]: ${id}: client=out.corp.example[192.0.2.1]`) +
	at(ms, `cleanup[291]: ${id}: message-id=<b2@x>`) +
	at(ms, `qmgr[165]: ${id}: from=<alice@corp.example>, size=505, nrcpt=1 (queue active)`);
/** `running`: how long the script took */
const piped = (id: string, ms: number, running: number) =>
	at(
		ms,
		`pipe[171]: ${id}: to=<u1@pf.example>, relay=filt, delay=${running}, delays=0/0/0/${running}, dsn=2.0.0, status=sent (delivered via filt service)`,
	);
/** `waited`: since postdrop wrote its file */
const again = (id: string, ms: number, waited: number) =>
	at(ms, `pickup[164]: ${id}: uid=5001 from=<alice@corp.example>`) +
	at(ms, `cleanup[360]: ${id}: message-id=<b2@x>`) +
	at(ms, `qmgr[165]: ${id}: from=<alice@corp.example>, size=626, nrcpt=1 (queue active)`) +
	at(
		ms,
		`virtual[383]: ${id}: to=<u1@pf.example>, relay=virtual, delay=${waited}, delays=${waited}/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)`,
	);

const ways = (...lines: string[]) =>
	trace(located("pf", lines.join("")))
		.flatMap(({ recipients }) => recipients.map(({ path }) => path.map(({ queueId }) => queueId).join(" > ")))
		.sort();

it("has no origin where two programs ran when it was handed in, though one had ended when pickup found it", () => {
	const lines = [
		taken("AAAAAA0001", 100),
		taken("BBBBBB0001", 100),
		piped("AAAAAA0001", 200, 0.1),
		again("CCCCCC0001", 210, 0.03),
		piped("BBBBBB0001", 220, 0.12),
	];
	expect(ways(...lines)).toEqual(["AAAAAA0001", "BBBBBB0001", "CCCCCC0001"]);
});

it("comes from the program that ran when it was handed in, though pickup found it while another did", () => {
	const lines = [
		taken("AAAAAA0001", 100),
		piped("AAAAAA0001", 200, 0.1),
		taken("BBBBBB0001", 400),
		again("CCCCCC0001", 450, 0.27),
		piped("BBBBBB0001", 500, 0.1),
	];
	expect(ways(...lines)).toEqual(["AAAAAA0001 > CCCCCC0001", "BBBBBB0001"]);
});
