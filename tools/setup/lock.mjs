/**
 * One setup at a time: a lock file that holds the pid of its owner. A second run waits for the first and then finds
 * everything done; a lock whose owner is gone is taken over.
 */
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 200;

/** @template T @param {string} path @param {() => Promise<T>} work @returns {Promise<T>} */
export async function withLock(path, work) {
	await take(path);
	const release = () => rmSync(path, { force: true });
	const interrupted = (signal) => {
		release();
		process.exit(signal === "SIGINT" ? 130 : 143);
	};
	process.once("SIGINT", interrupted);
	process.once("SIGTERM", interrupted);
	try {
		return await work();
	} finally {
		process.off("SIGINT", interrupted);
		process.off("SIGTERM", interrupted);
		release();
	}
}

async function take(path) {
	let said = false;
	for (;;) {
		try {
			writeFileSync(path, String(process.pid), { flag: "wx" });
			return;
		} catch (error) {
			if (error.code !== "EEXIST") throw error;
		}
		const owner = ownerOf(path);
		if (owner !== undefined && !isAlive(owner)) {
			breakLock(path);
			continue;
		}
		if (!said && owner !== undefined) {
			process.stderr.write(`mailtrail: another setup is running (pid ${owner}), waiting for it …\n`);
			said = true;
		}
		await sleep(POLL_MS);
	}
}

/** A rename is atomic: of several that find the owner dead, one takes the lock away, and it looks again before it does. */
function breakLock(path) {
	const aside = `${path}.${process.pid}`;
	try {
		renameSync(path, aside);
	} catch {
		return;
	}
	const owner = ownerOf(aside);
	if (owner !== undefined && isAlive(owner)) renameSync(aside, path);
	else rmSync(aside, { force: true });
}

/** undefined: gone meanwhile, or its owner has not written its pid yet */
function ownerOf(path) {
	try {
		const pid = Number(readFileSync(path, "utf8"));
		return Number.isInteger(pid) && pid > 0 ? pid : undefined;
	} catch {
		return undefined;
	}
}

function isAlive(pid) {
	try {
		process.kill(pid, 0);
		return true;
	} catch (error) {
		return error.code === "EPERM";
	}
}
