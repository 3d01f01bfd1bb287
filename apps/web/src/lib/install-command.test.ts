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
];
const HUB = "https://hub.example.net";

describe("adding a host", () => {
	it("offers what the hub has, packages first", () => {
		const names = waysOf(NAMES.map(file)).map((way) => (way.kind === "download" ? way.file.name : way.kind));
		expect(names).toEqual(["installed", "copy", NAMES[3], NAMES[0], NAMES[2]]);
		expect(waysOf([])).toHaveLength(2);
	});

	it("is one line that a shell takes, whichever way", () => {
		for (const way of waysOf(NAMES.map(file))) {
			const command = installCommand(way, HUB, "T-1.fp-x_y");
			expect(command).not.toContain("\n");
			expect(command).toContain(`mailtrail-agent enrol ${HUB} --token T-1.fp-x_y`);
			execFileSync("sh", ["-nc", command]);
		}
	});

	it("installs nothing that has another sum", () => {
		const way: Way = { kind: "download", file: file(NAMES[3]!) };
		const steps = installCommand(way, HUB, "T").split(" && ");
		expect(steps.findIndex((step) => step.includes(`${sha256}  ${NAMES[3]}`))).toBeLessThan(
			steps.findIndex((step) => step.startsWith("dpkg")),
		);
		expect(steps.at(-1)).toBe("systemctl enable --now mailtrail-agent");
	});
});
