import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineReader, isContinuation } from "./index.ts";

/** Any UTF-16 at all: control characters, NUL, lone surrogates. */
const anything = fc.uint16Array({ maxLength: 100 }).map((codes) => String.fromCharCode(...codes));

const reader = (zone: string, now: string) => createLineReader({ zone, now: Date.parse(now) });
const at = (line: string, zone = "Asia/Tokyo", now = "2026-11-22T12:00:00Z") =>
	reader(zone, now).read(line)?.header.at;

describe("times without year and zone", () => {
	it("take the latest year that is not more than a day ahead", () => {
		expect(at("Dec 31 23:59:59 mx a[1]: x", "UTC", "2027-01-02T00:00:00Z")).toBe("2026-12-31T23:59:59+00:00");
		expect(at("Jan  1 00:00:01 mx a[1]: x", "UTC", "2026-12-31T23:59:00Z")).toBe("2027-01-01T00:00:01+00:00");
		expect(at("Nov 23 11:00:00 mx a[1]: x", "UTC", "2026-11-22T12:00:00Z")).toBe("2026-11-23T11:00:00+00:00");
		expect(at("Nov 24 11:00:00 mx a[1]: x", "UTC", "2026-11-22T12:00:00Z")).toBe("2025-11-24T11:00:00+00:00");
		expect(at("Feb 29 11:00:00 mx a[1]: x", "UTC", "2027-11-22T12:00:00Z")).toBe("2024-02-29T11:00:00+00:00");
	});

	it("are the zone's, with its summer time", () => {
		expect(at("Jul  1 12:00:00 mx a[1]: x", "America/New_York")).toBe("2026-07-01T12:00:00-04:00");
		expect(at("Nov 21 21:45:26 mx a[1]: x", "America/New_York")).toBe("2026-11-21T21:45:26-05:00");
		expect(at("Nov 21 21:45:26 mx a[1]: x", "Asia/Kolkata")).toBe("2026-11-21T21:45:26+05:30");
	});

	it("pass the repeated hour twice", () => {
		const log = reader("America/New_York", "2026-11-22T12:00:00Z");
		const times = [
			"Nov  1 01:10:00",
			"Nov  1 01:59:59",
			"Nov  1 01:00:00",
			"Nov  1 01:30:00",
			"Nov  1 02:00:00",
		];
		expect(times.map((time) => log.read(`${time} mx a[1]: x`)?.header.at)).toEqual([
			"2026-11-01T01:10:00-04:00",
			"2026-11-01T01:59:59-04:00",
			"2026-11-01T01:00:00-05:00",
			"2026-11-01T01:30:00-05:00",
			"2026-11-01T02:00:00-05:00",
		]);
	});

	it("in the skipped hour are read as if the clock had not moved", () => {
		expect(at("Mar  8 02:30:00 mx a[1]: x", "America/New_York")).toBe("2026-03-08T03:30:00-04:00");
	});

	it("stand in several dresses", () => {
		expect(at("Nov 5 18:38:12 mx a[1]: x")).toBe("2026-11-05T18:38:12+09:00");
		expect(at("<22>Nov  5 18:38:12 mx a[1]: x")).toBe("2026-11-05T18:38:12+09:00");
		expect(at("Nov  5 18:38:12.123 mx a[1]: x")).toBe("2026-11-05T18:38:12.123+09:00");
		expect(at("Nov  5 2020 18:38:12 mx a[1]: x")).toBe("2020-11-05T18:38:12+09:00");
	});

	it("stand as journalctl prints them", () => {
		expect(at("Sun 2026-11-22 14:00:00 UTC mx a[1]: x")).toBe("2026-11-22T14:00:00+00:00");
		expect(at("Sun 2026-11-22 23:00:00 JST mx a[1]: x")).toBe("2026-11-22T23:00:00+09:00");
		expect(at("Sun 2026-11-22 11:00:00.123456 -03 mx a[1]: x")).toBe("2026-11-22T11:00:00.123456-03:00");
		expect(at("Sun 2026-11-22 19:45:00 +0545 mx a[1]: x")).toBe("2026-11-22T19:45:00+05:45");
		expect(at("Sun 2026-11-22 23:00:00 mx a[1]: x")).toBeUndefined();
		expect(at("Sun 2026-11-42 23:00:00 JST mx a[1]: x")).toBeUndefined();
		expect(at("1795356000.123456 mx a[1]: x")).toBe("2026-11-22T23:00:00.123456+09:00");
		expect(at("1795356000.123456 mx says x")).toBeUndefined();
	});

	it("stand before busybox' priority", () => {
		const read = (line: string) => reader("UTC", "2026-11-22T12:00:00Z").read(line);
		expect(read("Nov 22 11:00:00 mx mail.info a/b[1]: x")).toMatchObject({
			header: { host: "mx", program: "a/b", pid: 1 },
			message: "x",
		});
		expect(read("Nov 22 11:00:00 mx mail.loud a/b[1]: x")?.header.program).toBeUndefined();
		expect(read("Nov 22 11:00:00 mx mail.info: x")?.header.program).toBe("mail.info");
	});

	it("stand before AIX' priority, and a program named mail speaks for itself", () => {
		const read = (line: string) => reader("UTC", "2026-11-22T12:00:00Z").read(line);
		expect(read("Nov 22 11:00:00 mx mail:info sendmail[1]: x")).toMatchObject({
			header: { host: "mx", program: "sendmail", pid: 1 },
			message: "x",
		});
		expect(read("Nov 22 11:00:00 mx mail: info sendmail[1]: x")?.header.program).toBe("mail");
		expect(read("Nov 22 11:00:00 mx mail:loud sendmail[1]: x")?.header.program).toBe("mail");
	});

	it("follow a now that moves on", () => {
		const context = { zone: "UTC", now: Date.parse("2026-12-30T00:00:00Z") };
		const log = createLineReader(context);
		expect(log.read("Jan  5 00:00:00 mx a[1]: x")?.header.at).toBe("2026-01-05T00:00:00+00:00");
		context.now = Date.parse("2027-01-05T00:00:00Z");
		expect(log.read("Jan  5 00:00:00 mx a[1]: x")?.header.at).toBe("2027-01-05T00:00:00+00:00");
	});
});

describe("headers", () => {
	const read = (line: string) => reader("Asia/Tokyo", "2026-11-22T12:00:00Z").read(line);

	it("RFC 3164: host, tag, pid", () => {
		expect(read("Nov  5 18:38:12 tu8 postfix/submission/smtpd[84475]: connect from a")).toEqual({
			header: {
				at: "2026-11-05T18:38:12+09:00",
				host: "tu8",
				program: "postfix/submission/smtpd",
				pid: 84475,
			},
			message: "connect from a",
		});
		expect(read("Nov  5 18:38:12 tu8 dovecot: x: y")?.header.program).toBe("dovecot");
		expect(read("Nov  5 18:38:12 tu8 last message repeated 3 times")?.header.program).toBeUndefined();
	});

	it("RFC 3339 keeps its time as it is", () => {
		expect(read("2026-11-21T21:45:26.152881-05:00 host tag[1]: msg")?.header.at).toBe(
			"2026-11-21T21:45:26.152881-05:00",
		);
		expect(read("2026-11-21T21:45:26Z host tag[1]: msg")?.header.at).toBe("2026-11-21T21:45:26+00:00");
	});

	it("RFC 5424: nil values, escaped structured data, byte order mark, rsyslog's extra space", () => {
		expect(read('<22>1 2026-11-21T21:45:26Z h postfix/qmgr 12 - [a@1 b="\\"]"][c] \ufeffAB')).toEqual({
			header: { at: "2026-11-21T21:45:26+00:00", host: "h", program: "postfix/qmgr", pid: 12 },
			message: "AB",
		});
		expect(read("<22>1 - - app - - -  msg")).toEqual({ header: { program: "app" }, message: "msg" });
		expect(read('<22>1 2026-11-21T21:45:26Z h app 1 - [a b="')).toBeUndefined();
	});

	it("journald JSON: bytes, and the pid that the program told", () => {
		const entry = {
			__REALTIME_TIMESTAMP: "1700000000123456",
			SYSLOG_IDENTIFIER: "postfix/smtp",
			_PID: "3",
			SYSLOG_PID: "4",
			_HOSTNAME: "h",
		};
		expect(read(JSON.stringify({ ...entry, MESSAGE: [104, 105, 255] }))).toEqual({
			header: { at: "2023-11-15T07:13:20.123456+09:00", host: "h", program: "postfix/smtp", pid: 4 },
			message: "hi\ufffd",
		});
		expect(read('{"MESSAGE":')).toBeUndefined();
		expect(read('{"a":1}')).toBeUndefined();
		expect(read(`{"MESSAGE":${"[".repeat(50_000)}${"]".repeat(50_000)}}`)).toBeUndefined();
		expect(read('{"MESSAGE":["one","two"]}')?.message).toBe("one");
	});

	it("exim's mainlog, with zone, fraction and pid", () => {
		expect(read("2026-11-22 02:35:24.123 +0100 [64] 1xUxQK-000012-1g <= a@b")).toEqual({
			header: { at: "2026-11-22T02:35:24.123+01:00", program: "exim", pid: 64 },
			message: "1xUxQK-000012-1g <= a@b",
		});
		expect(read("2026-11-22 02:35:24 1xUxQK-000012-1g <= a@b")?.header.at).toBe("2026-11-22T02:35:24+09:00");
	});

	it("dovecot's own log reads as its syslog does", () => {
		expect(read("Nov 22 02:35:24 imap-login: Info: Login: user=<a>")).toEqual({
			header: { at: "2026-11-22T02:35:24+09:00", program: "dovecot" },
			message: "imap-login: Login: user=<a>",
		});
		expect(read("Nov 22 02:35:24 lmtp(2512, u@a): Info: x")?.message).toBe("lmtp(2512, u@a): x");
		expect(read("Nov 22 02:35:24 lmtp(u@a)<170><EIJ/+A>: Error: no")?.message).toBe(
			"lmtp(u@a)<170><EIJ/+A>: Error: no",
		);
	});

	it("rspamd's own log is not exim's", () => {
		expect(read("2026-11-22 02:35:24 #12(normal) <ab>; task; x: y")).toEqual({
			header: { at: "2026-11-22T02:35:24+09:00", program: "rspamd", pid: 12 },
			message: "<ab>; task; x: y",
		});
	});

	it("ClamAV's own logs, and spamd's", () => {
		expect(read("Sun Nov 22 07:27:36 2026 -> /tmp/x.tmp: OK")).toEqual({
			header: { at: "2026-11-22T07:27:36+09:00", program: "clamd" },
			message: "/tmp/x.tmp: OK",
		});
		expect(read("Sun Nov  1 07:27:36 2026 -> Clean message A1 from <a@x> to <b@y>")?.header.program).toBe(
			"clamav-milter",
		);
		expect(read("Sun Nov 22 07:27:36 2026 -> daily.cld database is up-to-date")?.header.program).toBe(
			"freshclam",
		);
		expect(read("Sun Nov 22 07:31:34 2026 [263] info: spamd: clean message")).toEqual({
			header: { at: "2026-11-22T07:31:34+09:00", program: "spamd", pid: 263 },
			message: "spamd: clean message",
		});
		expect(read("Sun Nov 22 07:31:34 2026 [263] warn: plugin: x")?.message).toBe("warn: plugin: x");
		expect(read("Sun Nov 22 07:31:34 2026 something else")).toBeUndefined();
	});

	it("amavis's own log", () => {
		expect(read("Nov 22 07:27:48 mx.corp.example /usr/sbin/amavisd[950]: (00950-01) Passed CLEAN")).toEqual({
			header: {
				at: "2026-11-22T07:27:48+09:00",
				host: "mx.corp.example",
				program: "/usr/sbin/amavisd",
				pid: 950,
			},
			message: "(00950-01) Passed CLEAN",
		});
	});

	it("syslogs of other systems: no host, a level, a message number", () => {
		expect(read("Nov  5 18:38:12 postfix/smtpd[84475]: connect from a")).toEqual({
			header: { at: "2026-11-05T18:38:12+09:00", program: "postfix/smtpd", pid: 84475 },
			message: "connect from a",
		});
		expect(read("Nov  5 18:38:12 <mail.info> tu8 postfix/smtpd[84475]: connect from a")?.header.host).toBe(
			"tu8",
		);
		expect(read("Nov  5 18:38:12 tu8 sendmail[8]: [ID 801593 mail.info] x: y")?.message).toBe("x: y");
	});

	it("TAI64N", () => {
		expect(read("@4000000037c219bf2ef02e94 dovecot: x")?.header.at).toBe(
			"1999-08-24T13:04:05.787492500+09:00",
		);
	});

	it("--program: the line is the message", () => {
		const bare = createLineReader({ zone: "UTC", now: 0, program: "postfix/smtpd" });
		expect(bare.read("connect from a\r")).toEqual({
			header: { program: "postfix/smtpd" },
			message: "connect from a",
		});
	});

	it.each([
		"",
		" ",
		"garbage",
		"Dec",
		"Foo  1 00:00:00 h a: b",
		"Nov 40 00:00:00 h a: b",
		"Nov  1 25:00:00 h a: b",
		"[1]",
		"<999999>x",
		"@4",
	])("%j has none", (line) => {
		expect(read(line)).toBeUndefined();
	});

	// dma 0.13, Debian 12, as rsyslog writes it in two formats; journald keeps what stands in the tag as SYSLOG_PID
	it("reads dma's queue id, which stands in place of the pid", () => {
		const at = "2026-11-22T23:16:37.432625+00:00";
		const journal = JSON.stringify({
			__REALTIME_TIMESTAMP: "1795389397432625",
			_PID: "77",
			SYSLOG_IDENTIFIER: "dma",
			SYSLOG_PID: "2ca6e9.5650cd9e9f60",
			MESSAGE: "<u1@st.example> trying delivery",
		});
		for (const line of [
			`${at} dm dma[2ca6e9.5650cd9e9f60]: <u1@st.example> trying delivery`,
			`<22>1 ${at} dm dma 2ca6e9.5650cd9e9f60 - -  <u1@st.example> trying delivery`,
			journal,
		])
			expect(read(line)).toMatchObject({
				header: { program: "dma" },
				message: "2ca6e9.5650cd9e9f60: <u1@st.example> trying delivery",
			});
		for (const line of [
			`${at} dm dma[326971]: new mail`,
			`<22>1 ${at} dm dma 326971 - -  new mail`,
			journal.replace("2ca6e9.5650cd9e9f60", "326971").replace("<u1@st.example> trying delivery", "new mail"),
		])
			expect(read(line)).toMatchObject({ header: { program: "dma" }, message: "326971: new mail" });
		expect(read(`${at} dm other[2ca6e9]: words`)?.message).toBe("words");
	});

	it("never throws", () => {
		const log = reader("Europe/London", "2026-11-22T12:00:00Z");
		const heads = fc.constantFrom(
			"",
			"Nov  1 00:00:00 ",
			"2026-11-22T00:00:00Z ",
			"<22>1 2026-11-22T00:00:00Z ",
			"{",
			"@4",
			"2026-11-22 00:00:00 ",
		);
		fc.assert(fc.property(heads, anything, (head, rest) => void log.read(head + rest)));
	});
});

describe("isContinuation", () => {
	it("is a line with words and without a header", () => {
		expect(isContinuation("/0.09/0.17, dsn=2.0.0, status=sent (x)")).toBe(true);
		expect(isContinuation("")).toBe(false);
		expect(isContinuation("Dec 5 18:38:12 tu8 postfix/qmgr[1]: 8B84D8D1CF: removed")).toBe(false);
	});
});
