/**
 * Shows what golden cases would change; with `--update` writes it. `node src/golden/update.ts [--update] [part of a name]`
 * Read the diff before you approve it: the files are what the parsers promise.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { listCases, readApproved, readEvents } from "./cases.ts";

const write = process.argv.includes("--update");
const part = process.argv.slice(2).find((word) => !word.startsWith("--")) ?? "";

/** One event a line, so that a diff shows lines of the log. */
function print(events: readonly object[]): string[] {
	return events.map((event) => JSON.stringify(event));
}

let changed = 0;
for (const { name, folder } of listCases()) {
	if (!name.includes(part)) continue;
	const [before, after] = [print(readApproved(folder) ?? []), print(readEvents(folder))];
	if (before.join("\n") === after.join("\n")) continue;
	changed++;
	console.log(`\n${name}`);
	for (let line = 0; line < Math.max(before.length, after.length); line++) {
		if (before[line] === after[line]) continue;
		if (before[line] !== undefined) console.log(`- ${line + 1}: ${before[line]}`);
		if (after[line] !== undefined) console.log(`+ ${line + 1}: ${after[line]}`);
	}
	if (write) writeFileSync(join(folder, "events.json"), `[\n\t${after.join(",\n\t")}\n]\n`);
}
console.log(changed === 0 ? "nothing changed" : `${changed} cases ${write ? "written" : "differ; --update writes them"}`);
process.exitCode = changed > 0 && !write ? 1 : 0;
