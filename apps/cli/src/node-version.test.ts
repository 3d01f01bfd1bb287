import { expect, test } from "vitest";
import { complaintAbout } from "./node-version.ts";

test("a Node that is too old is named with what to do, in one line", () => {
	expect(complaintAbout("26.10.0", "/usr/bin/node")).toBe("");
	expect(complaintAbout("24.0.0", "/usr/bin/node")).toBe("");
	for (const old of ["23.11.1", "20.20.2", "9.0.0"]) {
		expect(complaintAbout(old, "/usr/bin/node")).toMatch(
			/^mailtrail: needs Node 24.*\/usr\/bin\/node is [\d.]+; .+\n$/,
		);
	}
});
