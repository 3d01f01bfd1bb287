import { afterEach, expect, test, vi } from "vitest";
import { showProgress } from "./progress.ts";

afterEach(() => {
	vi.restoreAllMocks();
	vi.unstubAllGlobals();
});

test("shows how far it is within the terminal's width, clears the line, and leaves Ctrl-C to the system", () => {
	let now = 0;
	let written = "";
	vi.stubGlobal("performance", { now: () => now });
	const stderr = { isTTY: true, columns: 40, write: (text: string) => (written += text) };
	vi.spyOn(process, "stderr", "get").mockReturnValue(stderr as unknown as typeof process.stderr);
	const listeners = process.listenerCount("SIGINT");
	const progress = showProgress("mail.log", 1000e6, () => 450e6);
	progress.moved();
	expect(written).toBe("");
	now = 2000;
	progress.moved();
	const line = "mail.log  [#########-----------]  45 %  450".slice(0, 39);
	expect(written).toBe(`\r\u001b[K${line}`);
	expect(process.listenerCount("SIGINT")).toBe(listeners);
	progress.end();
	expect(written.endsWith("\r\u001b[K")).toBe(true);
});
