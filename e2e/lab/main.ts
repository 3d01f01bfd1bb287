/**
 * `node e2e/lab/main.ts TRUTH JOURNEYS [--unseen HOST,HOST] [--explain N]`: prints the figures; exit status 0 when all is
 * right, 1 when something is not. JOURNEYS is what `mailtrail trace --all --json` printed.
 */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { readJourneys } from "./printed.ts";
import { isPerfect, score } from "./score.ts";
import { readTruth } from "./truth.ts";

const { values, positionals } = parseArgs({
	allowPositionals: true,
	options: { unseen: { type: "string", default: "" }, explain: { type: "string", default: "0" } },
});
const [truth, journeys] = positionals;
if (truth === undefined || journeys === undefined) {
	process.stderr.write("usage: node e2e/lab/main.ts TRUTH JOURNEYS [--unseen HOST,HOST] [--explain N]\n");
	process.exit(2);
}
const unseen = new Set(values.unseen.split(",").filter((host) => host !== ""));
const result = score(
	readTruth(readFileSync(truth, "utf8")),
	readJourneys(readFileSync(journeys, "utf8")),
	unseen,
);
const { faults, ...figures } = result;
const { rows, mailboxes, notices, joined, mailbox, ...others } = figures;
const of: Record<string, string> = { mailbox: `${mailbox}/${mailboxes}`, joined: `${joined}/${notices}` };
for (const name of ["found", "outcome", "original", "path"] as const) of[name] = `${figures[name]}/${rows}`;
process.stdout.write(
	`${Object.entries({ ...others, ...of })
		.map(([name, figure]) => `${name} ${figure}`)
		.join(", ")}\n`,
);
for (const fault of faults.slice(0, Number(values.explain))) process.stdout.write(`- ${fault}\n`);
process.exit(isPerfect(result, unseen.size > 0) ? 0 : 1);
