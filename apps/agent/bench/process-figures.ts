/**
 * What the kernel says of a process: memory and processor time, from /proc (proc(5)). Linux alone. Resident memory is told
 * apart: what the program made (anonymous), and what of its own file is mapped, which the kernel may drop at any time.
 */
import { readFileSync } from "node:fs";

/** Processor time in /proc/PID/stat is counted in these; Linux shows 100 a second to every program (times(2)). */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** Bytes. */
export interface Memory {
	resident: number;
	anonymous: number;
	file: number;
	/** the most that was ever resident */
	peak: number;
}

export function memoryOf(pid: number): Memory {
	const status = readFileSync(`/proc/${pid}/status`, "utf8");
	const bytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * KIB;
	return {
		resident: bytes("VmRSS"),
		anonymous: bytes("RssAnon"),
		file: bytes("RssFile"),
		peak: bytes("VmHWM"),
	};
}

/** Seconds of processor time, user and system, of all threads. */
export function processorSeconds(pid: number): number {
	const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
	// the second field is the program's name in brackets, whatever that holds
	const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
	return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
