import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { installCommand, type Way, waysOf } from "./install-command.ts";

const sha256 = "a".repeat(64);
const file = (name: string) => ({ name, size: 1, sha256 });
const NAMES = [
	"mailtrail-agent-0.1.0-1.x86_64.rpm",
	"mailtrail-agent-0.1.0-linux-x64.tar.gz",
	"mailtrail-agent-linux-x64",
	"mailtrail-agent_0.1.0_amd64.deb",
	"mailtrail-agent-install.sh",
];
const HUB = { origin: "https://hub.example.net", token: "T-1.fp-x_y" };

describe("adding a host", () => {
	it("offers what the hub has: what fits every machine, then packages", () => {
		const names = waysOf(NAMES.map(file)).map((way) => ("file" in way ? way.file.name : way.kind));
		expect(names).toEqual([NAMES[4], NAMES[3], NAMES[0], NAMES[2], "installed", "copy"]);
		expect(waysOf([])).toHaveLength(2);
	});

	it.each([false, true])("is one line that a shell takes, whichever way (pinned: %s)", (pinned) => {
		for (const way of waysOf(NAMES.map(file))) {
			const command = installCommand(way, { ...HUB, pinned });
			expect(command).not.toContain("\n");
			expect(command).toContain(HUB.origin);
			expect(command).toContain(HUB.token);
			if (way.kind !== "script")
				expect(command).toContain(`mailtrail-agent enrol ${HUB.origin} --token ${HUB.token}`);
			execFileSync("sh", ["-nc", command]);
		}
	});

	it("installs nothing that has another sum", () => {
		for (const [name, run] of [
			[NAMES[3]!, "dpkg"],
			[NAMES[4]!, "sh mailtrail"],
		] as const) {
			const [way] = waysOf([file(name)]) as [Way];
			const steps = installCommand(way, HUB).split(" && ");
			const checked = steps.findIndex((step) => step.includes(`${sha256}  ${name}`));
			expect(checked).toBeGreaterThan(0);
			expect(steps.findIndex((step) => step.startsWith(run))).toBeGreaterThan(checked);
		}
	});

	it("takes a certificate unseen only where the token carries its fingerprint", () => {
		const [way] = waysOf([file(NAMES[4]!)]) as [Way];
		expect(installCommand(way, HUB)).toContain("curl -fsSO ");
		expect(installCommand(way, { ...HUB, pinned: true })).toContain("curl -fsSkO ");
	});
});
