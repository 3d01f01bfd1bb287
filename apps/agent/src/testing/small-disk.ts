/**
 * A small disk of its own for an agent's state, that can be full: a tmpfs, which takes root to mount. Where it cannot be mounted the
 * agent has a folder of this machine's disk, which is never full, and that is said once.
 */
import { spawnSync } from "node:child_process";
import {
	closeSync,
	existsSync,
	mkdirSync,
	openSync,
	readdirSync,
	rmSync,
	writeFileSync,
	writeSync,
} from "node:fs";
import { join } from "node:path";

export interface SmallDisk {
	/** Writes a file that has to be there, if it is not yet. */
	writeFirst(name: string, text: string): void;
	fill(isFull: boolean): void;
	/** removes all that is on it */
	wipe(): void;
	end(): void;
}

/** An archive is expanded only where 256 MiB stay free. */
const SIZE = "320m";
const FILLER = "filler";
const PIECE = Buffer.alloc(1 << 16);
/** what a new enrolment leaves, too */
const FIRST = ["enrolment.json", "agent.toml"];
let isSaid = false;

export function smallDisk(folder: string): SmallDisk {
	mkdirSync(folder, { recursive: true });
	const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${SIZE}`, "tmpfs", folder]);
	const isMounted = status === 0;
	if (!isMounted && !isSaid)
		process.stderr.write(
			"no tmpfs can be mounted here (that takes root): the executable's disk is never full\n",
		);
	isSaid ||= !isMounted;
	return {
		writeFirst(name, text) {
			const path = join(folder, name);
			if (!existsSync(path)) writeFileSync(path, text, { mode: 0o600 });
		},
		fill(isFull) {
			if (!isMounted) return;
			if (isFull) fillUp(join(folder, FILLER));
			else rmSync(join(folder, FILLER), { force: true });
		},
		wipe() {
			for (const name of readdirSync(folder))
				if (name !== FILLER && !FIRST.includes(name))
					rmSync(join(folder, name), { recursive: true, force: true });
		},
		end() {
			if (isMounted) spawnSync("umount", [folder]);
		},
	};
}

/** Writes until there is no room for a byte. */
function fillUp(path: string): void {
	const fd = openSync(path, "a");
	try {
		for (let piece = PIECE; piece.length > 0; ) {
			try {
				writeSync(fd, piece);
			} catch {
				piece = piece.subarray(0, piece.length >> 1);
			}
		}
	} finally {
		closeSync(fd);
	}
}
