import { describe, expect, it } from "vitest";
import { linkCommand } from "./link-command.ts";

describe("the command that prints a sign-in link", () => {
	it("is npm's in the repository, and Node's where the hub was installed", () => {
		expect(linkCommand("/home/kato/mailtrail/apps/hub/dist/mailtrail-hub.mjs", "/home/kato/data")).toBe(
			"npm run -s mailtrail-hub -- link --data /home/kato/data",
		);
		expect(linkCommand("/usr/lib/mailtrail/mailtrail-hub.mjs", "/var/lib/mailtrail")).toBe(
			"node /usr/lib/mailtrail/mailtrail-hub.mjs link --data /var/lib/mailtrail",
		);
	});

	it("holds together in a shell whatever the folder is called", () => {
		expect(linkCommand("/usr/lib/mailtrail/mailtrail-hub.mjs", "/srv/kato's mail")).toBe(
			"node /usr/lib/mailtrail/mailtrail-hub.mjs link --data '/srv/kato'\\''s mail'",
		);
	});
});
