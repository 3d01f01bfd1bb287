/** One process of a mail server serves a client for hours: its lines that tell of no message are not looked for in older slices. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { batchesOf } from "../../../testing/mail-traffic.ts";
import { toLineBatch } from "../../contract-tests.ts";
import { rebuildView } from "../care/rebuild-view.ts";
import { Slice } from "../slice/slice.ts";
import { fileOf, sliceNumbers, slicesDir } from "../slice/slice-files.ts";
import { openSqliteStore } from "../sqlite-store.ts";

const PER_SLICE = 50;

it("asks no older slice for the lines of a session that makes no message", async () => {
	const dir = mkdtempSync(join(tmpdir(), "mailtrail-quiet-"));
	const store = openSqliteStore(dir, { linesPerSlice: PER_SLICE });
	const asked = vi.spyOn(Slice.prototype, "hasLinesOf");
	try {
		const lines = Array.from({ length: 4 * PER_SLICE }, (_, i) => {
			const second = String(i % 60).padStart(2, "0");
			const said = i % 2 === 0 ? "connect" : "disconnect";
			return `2026-03-02T10:0${Math.floor(i / 60)}:${second}+00:00 in postfix/smtpd[77]: ${said} from gw.example[192.0.2.1]`;
		});
		for (const batch of batchesOf(lines, PER_SLICE)) await store.commit(toLineBatch("in", batch));
		await store.settled();
		expect((await store.info()).slices.length).toBeGreaterThan(2);
		expect(asked).not.toHaveBeenCalled();
		const folder = slicesDir(dir);
		const files = sliceNumbers(folder).map((no) => ({ no, path: join(folder, fileOf(no)) }));
		await store.close();
		// nor when all hops are made anew
		rebuildView(files, () => {}, true);
		expect(asked).not.toHaveBeenCalled();
	} finally {
		asked.mockRestore();
		rmSync(dir, { recursive: true });
	}
});
