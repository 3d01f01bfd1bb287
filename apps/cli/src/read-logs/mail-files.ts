/**
 * What somebody names as mail → files with messages: a maildir stands for the files of its `new` and `cur`, another
 * folder for the files in it, a pattern for what it finds. No name at all is standard input.
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { unreadable } from "../failure.ts";
import { expandPaths } from "./expand-paths.ts";

export async function mailFiles(words: string[]): Promise<string[]> {
	if (words.length === 0) return ["-"];
	const files: string[] = [];
	for (const path of await expandPaths(words)) {
		if (path === "-" || !(await isFolder(path))) files.push(path);
		else files.push(...(await filesOf(path)));
	}
	return files;
}

async function isFolder(path: string): Promise<boolean> {
	try {
		return (await stat(path)).isDirectory();
	} catch (error) {
		throw unreadable(path, error);
	}
}

/** maildir(5): messages are in `new` and `cur`, what is in `tmp` is not there yet */
async function filesOf(folder: string): Promise<string[]> {
	const entries = await list(folder);
	const folders = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
	if (folders.includes("cur") || folders.includes("new")) {
		const parts = folders.filter((name) => name === "new" || name === "cur").sort();
		const found = await Promise.all(parts.map((name) => plainFiles(join(folder, name))));
		// the unique names begin with the time of delivery
		return found
			.flat()
			.sort((a, b) => compare(a.name, b.name))
			.map(({ path }) => path);
	}
	return (await plainFiles(folder)).map(({ path }) => path).sort(compare);
}

async function plainFiles(folder: string): Promise<{ name: string; path: string }[]> {
	return (await list(folder))
		.filter((entry) => entry.isFile() && !entry.name.startsWith("."))
		.map(({ name }) => ({ name, path: join(folder, name) }));
}

async function list(folder: string) {
	try {
		return await readdir(folder, { withFileTypes: true });
	} catch (error) {
		throw unreadable(folder, error);
	}
}

function compare(a: string, b: string): number {
	return a < b ? -1 : a > b ? 1 : 0;
}
