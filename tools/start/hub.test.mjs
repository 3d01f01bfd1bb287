/** What `npm start` advises when the hub could not start: each of the hub's own words gets the way out that fits it. */
import { expect, test } from "vitest";
import { adviceFor } from "./hub.mjs";

test("a taken port and taken data have each their own way out", () => {
	expect(adviceFor("mailtrail-hub: port 8025 is in use; stop what uses it")).toContain("--port N");
	expect(adviceFor("mailtrail-hub: another hub is running on /var/lib/mailtrail; stop it")).toContain(
		"--data DIR",
	);
	expect(adviceFor("")).toContain("ended from outside");
});
