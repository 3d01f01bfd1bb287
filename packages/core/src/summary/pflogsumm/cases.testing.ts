/**
 * The logs over which our figures are held against pflogsumm's: the golden cases of Postfix, the hosts of the sample chain that
 * run it, and logs of real runs that lie here. `recorded/` holds what pflogsumm printed for each.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Case {
	/** `golden-header-checks` */
	name: string;
	log: string;
	/** what pflogsumm printed; absent where nobody has recorded it */
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

export function readReportOf({ report }: Case): string | undefined {
	return existsSync(report) ? readFileSync(report, "utf8") : undefined;
}
