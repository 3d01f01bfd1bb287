import { describe, expect, it } from "vitest";
import { createLineReader } from "./read-line.ts";

const reader = createLineReader({ zone: "Asia/Tokyo", now: Date.parse("2026-11-22T12:00:00Z") });

const MESSAGE = "4B16140000: removed";
const LOCAL = "2026-11-22T11:38:16+09:00";
const BARE = `Nov 22 11:38:16 tu8 postfix/qmgr[12]: ${MESSAGE}`;
const ISO = `2026-11-22T11:38:16.123456+09:00 tu8 postfix/qmgr[12]: ${MESSAGE}`;
const DOCKER = "2026-11-22T02:38:16.123456789Z";
const CONTAINED = "2026-11-22T02:38:16.123456789+00:00";

describe("a line of a log", () => {
	it.each([
		["docker logs -t", `${DOCKER} ${BARE}`, CONTAINED],
		["docker logs -t of a log with zones", `${DOCKER} ${ISO}`, CONTAINED],
		["docker compose logs", `mail-1  | ${BARE}`, LOCAL],
		["docker compose logs -t", `mail-1  | ${DOCKER} ${BARE}`, CONTAINED],
		["docker's json-file", JSON.stringify({ log: `${BARE}\n`, stream: "stdout", time: DOCKER }), CONTAINED],
		["a container's log of Kubernetes", `${DOCKER} stdout F ${BARE}`, CONTAINED],
		["grep over several files", `/var/log/mail.log.1:${BARE}`, LOCAL],
		["grep -n", `mail.log:12:${BARE}`, LOCAL],
		["counted octets", `77 <22>1 2026-11-22T11:38:16+09:00 tu8 postfix/qmgr 12 - - ${MESSAGE}`, LOCAL],
		["the year first", `2026 ${BARE}`, LOCAL],
		["ctime(3)", `Sun Nov 22 11:38:16 2026 tu8 postfix/qmgr[12]: ${MESSAGE}`, LOCAL],
		["no zone", `2026-11-22T11:38:16.123 tu8 postfix/qmgr[12]: ${MESSAGE}`, "2026-11-22T11:38:16.123+09:00"],
		[
			"a comma before the fraction",
			`2026-11-22T02:38:16,123Z tu8 postfix/qmgr[12]: ${MESSAGE}`,
			"2026-11-22T02:38:16.123+00:00",
		],
		["a blank before the time of day", `2026-11-22 11:38:16+09:00 tu8 postfix/qmgr[12]: ${MESSAGE}`, LOCAL],
		["tabs", `Nov 22 11:38:16\ttu8\tpostfix/qmgr[12]:\t${MESSAGE}`, LOCAL],
		["a hole of zero bytes before it", `\0\0\0${BARE}`, LOCAL],
		["zero bytes and a carriage return behind it", `${BARE}\0\r`, LOCAL],
		["blanks before it", `  ${BARE}`, LOCAL],
	])("is read in %s", (_, line, at) => {
		expect(reader.read(line)).toEqual({
			header: { at, host: "tu8", program: "postfix/qmgr", pid: 12 },
			message: MESSAGE,
		});
	});

	it.each([
		["OpenWrt's logread", `Sun Nov 22 11:38:16 2026 mail.info postfix/qmgr[12]: ${MESSAGE}`, LOCAL],
		["a severity in capitals", `2026-11-22T11:38:16+09:00 INFO    postfix/qmgr[12]: ${MESSAGE}`, LOCAL],
		["a container's log without a header", `${DOCKER} stderr F postfix/qmgr[12]: ${MESSAGE}`, CONTAINED],
	])("names no host in %s", (_, line, at) => {
		expect(reader.read(line)).toEqual({
			header: { at, program: "postfix/qmgr", pid: 12 },
			message: MESSAGE,
		});
	});

	it("names a host by its IPv6 address: 2001 is no year", () => {
		expect(reader.read(BARE.replace("tu8", "2001:db8::1"))?.header.host).toBe("2001:db8::1");
	});

	it("is dovecot's without host and pid", () => {
		for (const head of [
			"Nov 22 11:38:16",
			"2026-11-22T11:38:16+09:00",
			"2026-11-22T11:38:16+09:00 INFO    ",
		]) {
			expect(reader.read(`${head} dovecot: lmtp(u): saved`)).toMatchObject({
				header: { program: "dovecot" },
				message: "lmtp(u): saved",
			});
		}
	});

	it("has the header of its host, whatever stands in its words", () => {
		const words = `4B16140000: ${DOCKER} stdout F ${BARE}`;
		expect(reader.read(`Nov 22 11:38:16 tu8 postfix/cleanup[12]: ${words}`)).toMatchObject({
			header: { at: LOCAL, program: "postfix/cleanup" },
			message: words,
		});
	});

	it("has none where only its words look like one", () => {
		for (const line of [
			"status=sent (250 2.0.0 Ok)",
			"mail | Ok",
			`to=<a@b>, ${BARE}`,
			'{"log":1,"time":""}',
			"{",
		]) {
			expect(reader.read(line)).toBeUndefined();
		}
	});
});
