import { expect, it } from "vitest";
import { parseLine } from "../../parse/index.ts";
import type { LocatedEvent } from "../hop/located-event.ts";
import { foldQueue } from "./fold.ts";

const ID = "1xV4k8-00001U-2f";
/** exim 4.96 with `log_file_path = syslog : /var/log/exim4/%slog`, as rsyslog and exim itself wrote it */
const WORDS = [
	`2026-11-22 10:24:20 ${ID} <= alice@corp.example H=out.corp.example [127.0.1.1] P=esmtp S=611 id=Lx1-002.fd4ae5bd@web01.corp.example`,
	`2026-11-22 10:24:20 ${ID} => u2@a.example R=static T=remote_smtp H=127.0.1.21 [127.0.1.21] C="250 2.0.0 6AMAOKV0000107 Message accepted for delivery"`,
	`2026-11-22 10:24:20 ${ID} == u3@a.example R=static T=remote_smtp defer (-53): retry time not reached for any host for 'a.example'`,
	`2026-11-22 10:24:21 ${ID} Completed`,
];
const STAMPS = ["20.304718", "20.655193", "20.655201", "21.001377"];
const FORMATS: Record<string, (words: string, i: number) => string> = {
	mainlog: (words) => words,
	"mail.log": (words, i) => `Nov 22 10:24:${STAMPS[i]?.slice(0, 2)} mx exim[78]: ${words}`,
	"mail.rfc3339.log": (words, i) => `2026-11-22T10:24:${STAMPS[i]}+00:00 mx exim[78]: ${words}`,
	"mail.rfc5424.log": (words, i) => `<22>1 2026-11-22T10:24:${STAMPS[i]}+00:00 mx exim 78 - - ${words}`,
};

function linesOf(file: string): LocatedEvent[] {
	const options = { zone: "UTC", now: Date.parse("2026-11-22T12:00:00Z") };
	return WORDS.map((words, order) => ({
		host: "mx",
		ref: `mx:${file}:${order + 1}`,
		order,
		event: parseLine(FORMATS[file]?.(words, order) ?? "", options),
	}));
}

const files = Object.keys(FORMATS);
it.each(files.flatMap((one) => files.filter((other) => other > one).map((other) => [one, other])))(
	"%s and %s tell of one stay in the queue",
	(one = "", other = "") => {
		const [hop, ...rest] = foldQueue(`mx ${ID}`, [...linesOf(one), ...linesOf(other)]);
		expect(rest).toEqual([]);
		expect(hop?.attempts.map(({ action }) => action)).toEqual(["relayed", "delayed"]);
		expect(hop?.refs).toHaveLength(2 * WORDS.length);
		expect(hop?.state?.kind).toBe("removed");
	},
);

it("keeps what was said again later, in a file of its own", () => {
	const [, , deferred] = linesOf("mail.log");
	const later = linesOf("mainlog").map(({ event, ...each }) => ({
		...each,
		event: { ...event, at: event.at?.replace("10:24", "10:39") } as LocatedEvent["event"],
	}));
	const again = later[2];
	if (!deferred || !again) throw new Error("no such line");
	expect(foldQueue(`mx ${ID}`, [deferred, again])[0]?.attempts).toHaveLength(2);
});

it("tells the finer of two times", () => {
	const [hop] = foldQueue(`mx ${ID}`, [...linesOf("mainlog"), ...linesOf("mail.rfc3339.log")]);
	expect(Math.floor(hop?.attempts[0]?.at ?? 0)).toBe(Date.parse("2026-11-22T10:24:20.655Z"));
});
