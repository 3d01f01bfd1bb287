/**
 * The logs over which our figures are held against pflogsumm's: the golden cases of Postfix, the hosts of the sample chain that
 * run it, and logs of real runs that lie here. `recorded/` holds what pflogsumm printed for each, under the log's digest: a
 * log that has changed since has to be recorded again before it counts (golden cases grow, the runs here do not).
 */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Case {
	/** `golden-header-checks` */
	name: string;
	log: string;
	/** where what pflogsumm printed is kept */
	report: string;
}

const GOLDEN = join(import.meta.dirname, "../../golden/postfix");
const SAMPLES = join(import.meta.dirname, "../../../../../samples/relay-chain");
const RUNS = join(import.meta.dirname, "runs");
export const RECORDED = join(import.meta.dirname, "recorded");

export function listCases(): Case[] {
	return [
		...readdirSync(GOLDEN).map((name) => caseOf(`golden-${name}`, join(GOLDEN, name, "input.log"))),
		...["sub", "relay1", "da", "df", "dh"].map((name) =>
			caseOf(`sample-${name}`, join(SAMPLES, name, "mail.log")),
		),
		...(existsSync(RUNS) ? readdirSync(RUNS) : [])
			.filter((name) => name.endsWith(".log"))
			.map((name) => caseOf(`run-${name.slice(0, -4)}`, join(RUNS, name))),
	];
}

function caseOf(name: string, log: string): Case {
	return { name, log, report: join(RECORDED, `${name}.txt`) };
}

/** The first line of a recording. */
export function headline(log: string, version: string): string {
	return `${version}, sha256 ${createHash("sha256").update(readFileSync(log)).digest("hex")}`;
}

/** What pflogsumm printed for the log as it is now; undefined where nobody has recorded it. */
export function readReportOf({ log, report }: Case): string | undefined {
	if (!existsSync(report)) return undefined;
	const text = readFileSync(report, "utf8");
	const [first = ""] = text.split("\n", 1);
	return first === headline(log, first.split(",")[0] ?? "") ? text : undefined;
}
