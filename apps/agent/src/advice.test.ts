import { afterEach, describe, expect, it, vi } from "vitest";
import { diskAdvice, enrolCommands, startCommand, unreachableAdvice } from "./advice.ts";

const STATE = "/srv/an agent";
const failure = (code: string, message = code) => Object.assign(new Error(message), { code });

afterEach(() => vi.unstubAllEnvs());

describe("commands", () => {
	it("name the state folder, as a shell takes it", () => {
		expect(startCommand(STATE)).toBe("mailtrail-agent run --state '/srv/an agent'");
		expect(enrolCommands(STATE, "https://hub.example/", "mx1")).toBe(
			"on the hub: mailtrail-hub token --host mx1; then here: mailtrail-agent enrol https://hub.example/ --token TOKEN --host mx1 --state '/srv/an agent'",
		);
	});

	it("leave out a state folder that counts by itself", () => {
		vi.stubEnv("MAILTRAIL_AGENT_STATE", STATE);
		expect(startCommand(STATE)).toBe("mailtrail-agent run");
		expect(enrolCommands(STATE)).toMatch(/enrol URL --token TOKEN$/);
	});
});

describe("a hub that does not answer", () => {
	it("that hangs up on plain text may speak TLS", () => {
		const words = "https://hub.example:8025/?";
		expect(unreachableAdvice("http://hub.example:8025/", failure("ECONNRESET", "socket hang up"))).toContain(
			words,
		);
		expect(unreachableAdvice("https://hub.example:8025/", failure("ECONNRESET"))).not.toContain(words);
	});

	it.each([
		[failure("ECONNREFUSED"), "systemctl status mailtrail-hub"],
		[failure("ENOTFOUND"), "getent hosts hub.example"],
		[failure("SELF_SIGNED_CERT_IN_CHAIN"), "mailtrail-hub token --pin URL"],
		[failure("EPROTO", "error:0A00010B:SSL routines::wrong version number"), "http://hub.example:8025/?"],
		[
			failure("", "error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER"),
			"http://hub.example:8025/?",
		],
		[new Error("no answer in time"), "curl -sS https://hub.example:8025/ready"],
	])("%o is met with what to run", (error, words) => {
		expect(unreachableAdvice("https://hub.example:8025/", error)).toContain(words);
	});
});

it("names the disk that is full, and keeps other words", () => {
	expect(diskAdvice("/var/lib/x", failure("ENOSPC"))).toBe("its disk is full: df -h /var/lib/x");
	expect(diskAdvice("/var/lib/x", failure("EROFS", "read-only"))).toBe("read-only");
});
