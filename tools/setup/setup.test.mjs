import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { withLock } from "./lock.mjs";
import { adviceFor, runStep, StepFailed } from "./step.mjs";
import { sourcesFingerprint } from "./workspace.mjs";

const folder = mkdtempSync(join(tmpdir(), "mailtrail-setup-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("two at a time take turns", async () => {
	const lock = join(folder, "turns.lock");
	let inside = 0;
	const work = () =>
		withLock(lock, async () => {
			inside += 1;
			expect(inside).toBe(1);
			await sleep(20);
			inside -= 1;
		});
	await Promise.all([work(), work(), work()]);
	expect(existsSync(lock)).toBe(false);
});

test("a lock whose owner is gone is taken over, and is released when the work fails", async () => {
	const lock = join(folder, "stale.lock");
	// no kernel gives out this pid
	writeFileSync(lock, "2147483646");
	await expect(withLock(lock, () => Promise.reject(new Error("work")))).rejects.toThrow("work");
	expect(existsSync(lock)).toBe(false);
	expect(await withLock(lock, async () => readFileSync(lock, "utf8"))).toBe(String(process.pid));
});

test("a failed step tells its last lines and what to do", async () => {
	const script =
		"for (let n = 1; n < 100; n++) console.log('line ' + n); console.error('npm error code ENOTFOUND'); process.exit(3)";
	const failed = await runStep("trying", process.execPath, ["-e", script]).catch((error) => error);
	expect(failed).toBeInstanceOf(StepFailed);
	expect(failed.message).toContain("trying failed");
	expect(failed.message).toContain("line 99");
	expect(failed.message).not.toContain("line 60\n");
	expect(failed.message).toContain("check the network");
});

test("causes that a person can do something about", () => {
	expect(adviceFor("ENOSPC: no space left on device")).toContain("disk is full");
	expect(adviceFor("EACCES: permission denied, mkdir")).toContain("may not write");
	expect(adviceFor("error TS2322")).toContain("The lines above");
});

test("an edited, new or removed source changes the fingerprint, a test or a build result does not", () => {
	const root = join(folder, "root");
	for (const path of ["packages/core/src", "apps/hub/dist"]) mkdirSync(join(root, path), { recursive: true });
	for (const name of [
		"pnpm-lock.yaml",
		"turbo.json",
		"tsconfig.base.json",
		"packages/core/package.json",
		"apps/hub/package.json",
	]) {
		writeFileSync(join(root, name), "{}");
	}
	const before = sourcesFingerprint(root);
	writeFileSync(join(root, "packages/core/src/a.test.ts"), "");
	writeFileSync(join(root, "apps/hub/dist/hub.mjs"), "");
	expect(sourcesFingerprint(root)).toBe(before);
	const source = join(root, "packages/core/src/a.ts");
	writeFileSync(source, "");
	const added = sourcesFingerprint(root);
	expect(added).not.toBe(before);
	utimesSync(source, 1, 1);
	expect(sourcesFingerprint(root)).not.toBe(added);
});
