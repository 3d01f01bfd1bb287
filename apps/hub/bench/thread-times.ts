/** How busy a process' threads have been, by the names of the threads; on Linux. */
import { readdirSync, readFileSync } from "node:fs";

/** milliseconds of user and system time; threads of one name together, those that have ended not at all */
export type ThreadTimes = ReadonlyMap<string, number>;

/** proc(5): fields 14 and 15 of stat, in hundredths of a second */
const TICK_MS = 10;

export function threadTimes(pid: number): ThreadTimes {
	const byName = new Map<string, number>();
	for (const thread of readdirSync(`/proc/${pid}/task`)) {
		const stat = read(`/proc/${pid}/task/${thread}/stat`);
		if (stat === undefined) continue;
		const name = stat.slice(stat.indexOf("(") + 1, stat.lastIndexOf(")"));
		const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
		const ms = (Number(fields[11]) + Number(fields[12])) * TICK_MS;
		byName.set(name, (byName.get(name) ?? 0) + ms);
	}
	return byName;
}

/** Undefined where the thread has ended meanwhile. */
function read(file: string): string | undefined {
	try {
		return readFileSync(file, "utf8");
	} catch {
		return undefined;
	}
}
