/** `import` and `store …` as somebody runs them: on files, on a store that a hub may have open, and with what they refuse. */
import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { UsageError } from "../config.ts";
import { openSqliteStore } from "../store/sqlite/sqlite-store.ts";
import { mailTraffic } from "../testing/mail-traffic.ts";
import { care } from "./care.ts";

let dir: string;
let data: string;
beforeEach(() => {
	dir = mkdtempSync(join(tmpdir(), "mailtrail-care-"));
	data = join(dir, "data");
});
afterEach(() => {
	vi.restoreAllMocks();
	rmSync(dir, { recursive: true });
});

async function run(...args: string[]): Promise<{ status: number; out: string }> {
	let out = "";
	const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
		out += String(text);
		return true;
	});
	vi.spyOn(process.stderr, "write").mockImplementation(() => true);
	try {
		return { status: await care(args, {}), out };
	} finally {
		write.mockRestore();
	}
}

function logFile(name: string, lines: string[]): string {
	const path = join(dir, name);
	writeFileSync(path, `${lines.join("\n")}\n`);
	return path;
}

const { out: lines } = mailTraffic(0, 40);
const into = (...files: string[]) => run("import", "--data", data, "--host", "out", "--tz", "UTC", ...files);

describe("import", () => {
	it("takes a log once, whatever its name and packing, and goes on where it has grown", async () => {
		const path = logFile("mail.log", lines.slice(0, 100));
		expect((await into(path)).out).toMatch(/^100 lines of out stored, 0 not understood/);
		const packed = join(dir, "mail.log.1.gz");
		writeFileSync(packed, gzipSync(`${lines.slice(0, 100).join("\n")}\n`));
		expect((await into(packed)).out).toMatch(/^0 lines/);
		appendFileSync(path, `${lines.slice(100).join("\n")}\n`);
		expect((await into(path)).out).toMatch(/^100 lines/);
		const exported = await run("store", "export", "--data", data);
		expect(exported.out.trimEnd().split("\n")).toEqual(lines);
		const store = openSqliteStore(data);
		expect(await store.findHops({ limit: 100 })).toHaveLength(40);
		await store.close();
	});

	it("says what is missing", async () => {
		await expect(run("import", "--data", data, "x.log")).rejects.toThrow("--host NAME");
		await expect(into(join(dir, "none.log"))).rejects.toThrow("there is no such file");
		await expect(run("store", "check", "--data", join(dir, "none"))).rejects.toThrow(UsageError);
	});
});

describe("store", () => {
	it("backs up while a hub has it open, and the copy is whole", async () => {
		await into(logFile("mail.log", lines));
		const store = openSqliteStore(data);
		const copy = join(dir, "copy");
		expect((await run("store", "backup", "--data", data, "--to", copy)).status).toBe(0);
		await store.close();
		expect(await run("store", "check", "--data", copy)).toEqual({
			status: 0,
			out: "ok       000001.db  200 lines, 40 hops\n",
		});
		const again = openSqliteStore(copy);
		expect((await again.counts()).get("out")?.lines).toBe(200);
		await again.close();
		await expect(run("store", "backup", "--data", data, "--to", copy)).rejects.toThrow("exists");
	});

	it("exports a span, of one host, as JSON with the line's name", async () => {
		await into(logFile("mail.log", lines));
		const one = await run(
			"store",
			"export",
			"--data",
			data,
			"--until",
			"2026-03-02T08:00:00Z",
			"--format",
			"jsonl",
		);
		expect(
			one.out
				.trimEnd()
				.split("\n")
				.map((each) => JSON.parse(each).raw),
		).toEqual(lines.slice(0, 5));
		expect((await run("store", "export", "--data", data, "--host", "none")).status).toBe(1);
	});

	it("finds a damaged file and makes a view anew", async () => {
		await into(logFile("mail.log", lines));
		expect((await run("store", "rebuild", "--data", data)).out).toBe("1 parts made anew from their lines\n");
		expect((await run("store", "check", "--data", data)).status).toBe(0);
		truncateSync(join(data, "slices", "000001.db"), 9_000);
		const found = await run("store", "check", "--data", data, "--json");
		expect(found.status).toBe(1);
		expect(JSON.parse(found.out).problem).toBeTruthy();
	});

	it("calls what a newer hub wrote no damage: nothing of it is touched", async () => {
		await into(logFile("mail.log", lines));
		const slice = new DatabaseSync(join(data, "slices", "000001.db"));
		slice.exec("UPDATE meta SET value = 99 WHERE name = 'version'");
		slice.close();
		const newer = "000001.db was written by a newer mailtrail-hub";
		await expect(run("store", "check", "--data", data)).rejects.toThrow(newer);
		await expect(into(logFile("more.log", lines))).rejects.toThrow(newer);
	});
});
