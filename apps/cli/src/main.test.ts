/** The command as scripts call it: what it prints, what it says, how it ends. */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";

// every case starts processes, on machines that may be busy
vi.setConfig({ testTimeout: 60_000 });

const MAIN = join(import.meta.dirname, "main.ts");
const folder = mkdtempSync(join(tmpdir(), "mailtrail-cli-"));
afterAll(() => rmSync(folder, { recursive: true }));

const SUB = `2026-01-31T09:00:00.100000+00:00 sub postfix/smtpd[1]: 4jXHYY600rzJjj5: client=web01.example.com[192.0.2.1]
2026-01-31T09:00:00.200000+00:00 sub postfix/cleanup[2]: 4jXHYY600rzJjj5: message-id=<m1@example.com>
2026-01-31T09:00:00.300000+00:00 sub postfix/qmgr[3]: 4jXHYY600rzJjj5: from=<a@example.com>, size=433, nrcpt=1 (queue active)
2026-01-31T09:00:00.400000+00:00 sub postfix/smtp[4]: 4jXHYY600rzJjj5: to=<b@example.net>, relay=mx1[192.0.2.2]:25, delay=0.3, delays=0.1/0/0.1/0.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 52BDA21E21F)
2026-01-31T09:00:00.500000+00:00 sub postfix/qmgr[3]: 4jXHYY600rzJjj5: removed
`;
const RELAY = `2026-01-31T09:00:00.350000+00:00 mx postfix/smtpd[1]: 52BDA21E21F: client=sub.example.com[192.0.2.9]
2026-01-31T09:00:00.360000+00:00 mx postfix/qmgr[3]: 52BDA21E21F: from=<a@example.com>, size=800, nrcpt=1 (queue active)
2026-01-31T09:00:30.000000+00:00 mx postfix/smtp[4]: 52BDA21E21F: to=<b@example.net>, relay=none, delay=30, delays=0/0/30/0, dsn=4.4.1, status=deferred (connect to mail.example.net[203.0.113.112]:25: Connection timed out)
`;
const sub = join(folder, "sub.log");
const relay = join(folder, "relay.log");
writeFileSync(sub, SUB);
writeFileSync(relay, RELAY);
const BOTH = ["--log", `sub=${sub}`, "--log", `mx1=${relay}`];

interface Ended {
	status: number | null;
	out: string;
	err: string;
}

function run(
	args: string[],
	{ input = "", env = {} }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Ended> {
	const child = spawn(process.execPath, [MAIN, ...args], {
		env: { ...process.env, MAILTRAIL_HUB: undefined, LANG: "C", ...env },
	});
	const ended: Ended = { status: null, out: "", err: "" };
	child.stdout.setEncoding("utf8").on("data", (text) => {
		ended.out += text;
	});
	child.stderr.setEncoding("utf8").on("data", (text) => {
		ended.err += text;
	});
	child.stdin.end(input);
	return new Promise((resolve) => child.on("close", (status) => resolve({ ...ended, status })));
}

function jsonLines<T = Record<string, unknown>>(text: string): T[] {
	return text
		.trimEnd()
		.split("\n")
		.map((line) => JSON.parse(line) as T);
}

test("parse: --tz HOST=ZONE means the host as logged", async () => {
	const line = (host: string) => `Jan 31 09:00:00 ${host} postfix/qmgr[3]: 4jXHYY600rzJjj5: removed`;
	const input = [line("mx"), line("sub")].join("\n");
	const { out } = await run(
		["parse", "--tz", "UTC", "--tz", "mx=Asia/Tokyo", "--now", "2026-02-01T00:00:00Z"],
		{
			input,
		},
	);
	expect(jsonLines(out).map(({ at }) => at)).toEqual([
		"2026-01-31T09:00:00+09:00",
		"2026-01-31T09:00:00+00:00",
	]);
});

test("parse gives one event per line, in order, with file, line and the raw line", async () => {
	const { status, out } = await run(["parse", sub, "-"], { input: "not a log line\n" });
	expect(status).toBe(0);
	const events = jsonLines(out);
	expect(events.map(({ file, line, kind }) => [file, line, kind])).toEqual([
		[sub, 1, "received"],
		[sub, 2, "message-id"],
		[sub, 3, "queued"],
		[sub, 4, "delivery"],
		[sub, 5, "removed"],
		["-", 1, "unparsed"],
	]);
	expect(events.map(({ raw }) => raw)).toEqual([...SUB.trimEnd().split("\n"), "not a log line"]);
});

test("trace joins hosts into one journey and says why it waits", async () => {
	const { status, out } = await run(["trace", "--all", "--json", ...BOTH]);
	expect(status).toBe(0);
	const [journey, ...others] = jsonLines<{ recipients: Record<string, unknown>[] }>(out);
	expect(others).toEqual([]);
	expect(journey?.recipients).toMatchObject([
		{
			outcome: "delayed",
			path: [
				{ host: "sub", queueId: "4jXHYY600rzJjj5" },
				{ host: "mx1", queueId: "52BDA21E21F", link: { via: "queued-as", confidence: "proven" } },
			],
			diagnosis: { cause: "connect-timeout" },
		},
	]);
	expect(out).toContain(`mx1:${relay}:3`);
});

test("a query chooses, and finding nothing is status 1", async () => {
	expect((await run(["trace", "from:a@example.com", "--json", ...BOTH])).status).toBe(0);
	const nothing = await run(["trace", "from:nobody@example.com", "--json", ...BOTH]);
	expect([nothing.status, nothing.out]).toEqual([1, ""]);
});

test("finding nothing says what was looked through, and what to ask next", async () => {
	const { err } = await run(["trace", "bob@example.net", "--tz", "UTC", ...BOTH]);
	expect(err.trimEnd().split("\n")).toEqual([
		"mailtrail: nothing found",
		`  looked through 5 lines of sub in ${sub} from 2026-01-31 09:00:00 to 2026-01-31 09:00:00`,
		`  looked through 3 lines of mx1 in ${relay} from 2026-01-31 09:00:00 to 2026-01-31 09:00:30`,
		`  of an older message: the older pieces too, --log sub='${sub}*'`,
		"  of an address that may be written otherwise: @example.net",
	]);
	const japanese = await run(["trace", "bob@example.net", "--tz", "UTC", "--lang", "ja", ...BOTH]);
	expect(japanese.err.trimEnd().split("\n")).toEqual([
		"mailtrail: 見つかりませんでした",
		`  sub の ${sub} を 5 行調べました（2026-01-31 09:00:00 から 2026-01-31 09:00:00 まで）`,
		`  mx1 の ${relay} を 3 行調べました（2026-01-31 09:00:00 から 2026-01-31 09:00:30 まで）`,
		`  古いメールなら、過去のログも加えてください: --log sub='${sub}*'`,
		"  アドレスの書き方が違うかもしれません。ドメインで探すには: @example.net",
	]);
	const other = join(folder, "dpkg.log");
	writeFileSync(other, "2026-01-31 09:00:00 startup archives unpack\n");
	const foreign = await run(["trace", "bob@example.net", "--log", `sub=${other}`]);
	expect(foreign.err).toContain("looked through 1 line of sub");
	expect(foreign.err).toContain("no mail program wrote them: is it the mail log?");
	const misspelt = await run(["trace", "status:faild", ...BOTH]);
	expect(misspelt.err).toContain(
		"of status:faild: what became of mail is delivered, relayed, delayed, failed,",
	);
	const piped = await run(["trace", "--all", "--log", "sub=-"]);
	expect([piped.status, piped.err]).toEqual([
		1,
		expect.stringContaining("looked through 0 lines of sub in -\n"),
	]);
});

test("people read text", async () => {
	const { out } = await run(["trace", "b@example.net", ...BOTH]);
	expect(out).toMatch(/^▲ delayed {2}a@example\.com → b@example\.net/);
	expect(out).toContain("Connection timed out");
	expect(out).not.toContain("\x1b");
});

test("diagnose says that it was given nothing", async () => {
	const { status, err } = await run(["diagnose", "  "]);
	expect([status, err]).toEqual([1, expect.stringContaining("the text is empty")]);
});

test("diagnose answers every argument and every input line", async () => {
	const { status, out } = await run(["diagnose", "--json"], {
		input: "550 5.1.1 User unknown\nconnect to x[192.0.2.1]:25: Connection timed out\n",
	});
	expect(status).toBe(0);
	expect(jsonLines(out).map(({ input, cause }) => [input, cause])).toEqual([
		["550 5.1.1 User unknown", "user-unknown"],
		["connect to x[192.0.2.1]:25: Connection timed out", "connect-timeout"],
	]);
});

test.each(["--version", "-V", "version"])("%s tells which one it is", async (word) => {
	expect(await run([word])).toEqual({
		status: 0,
		out: expect.stringMatching(/^mailtrail \d+\.\d+\.\d+\n$/),
		err: "",
	});
});

test.each([
	[["trace"], /needs --log/],
	[["trace", "--log", "sub"], /names no host and file/],
	[["trace", "--log", sub], /names no host and file; write HOST=PATH, for example --log mx1=.*sub\.log$/m],
	[["trace", "b@example.net", sub], /sub\.log” is a file: say whose log it is, --log mx1=.*sub\.log$/m],
	[["summary", sub], /is a file: say whose log it is/],
	[["trace", "--log", `a=${folder}/none.log`], /none\.log: no such file/],
	[["trace", "--tz", "Mars/Olympus", "--log", `a=${sub}`], /--tz: no zone/],
	[["trace", "--tz", "b=Asia/Tokyo", "--log", `a=${sub}`], /--tz: “b” is none of the hosts of --log \(a\)/],
	[["trace", "sinse:2h", "--log", `a=${sub}`], /QUERY: .*since/],
	[["parse", "--cuont"], /did you mean --count/],
	[["frobnicate"], /no command .* there are parse, trace/],
	[["help", "frobnicate"], /no command/],
	[["summry"], /no command “summry”; did you mean summary\?/],
	[["trace", "--log", "a=-", "--log", "b=-"], /--log: standard input .* of one host only, not of a and b/],
])("bad use is one line that names it: %j", async (args, words) => {
	const { status, out, err } = await run(args as string[]);
	expect([status, out]).toEqual([2, ""]);
	expect(err).toMatch(words as RegExp);
	expect(err.trimEnd().split("\n").length).toBe(1);
});

test("a hub is asked with the token; one that is not there is status 3", async () => {
	const asked: string[] = [];
	const hub = createServer((request, response) => {
		asked.push(`${request.headers.authorization} ${request.url}`);
		const journey = { id: "h/1", kind: "message", messageIds: [], recipients: [], bounces: [], notices: [] };
		const search = { rows: [{ id: "h/1" }], total: 1, problems: [] };
		response.end(JSON.stringify(request.url?.startsWith("/api/search") ? search : { journey, lines: [] }));
	});
	await new Promise<void>((resolve) => hub.listen(0, "127.0.0.1", resolve));
	const url = `http://127.0.0.1:${(hub.address() as AddressInfo).port}`;
	const { status, out } = await run(["trace", "from:a", "--json", "--hub", url], {
		env: { MAILTRAIL_TOKEN: "secret" },
	});
	hub.close();
	expect([status, jsonLines(out).map(({ id }) => id)]).toEqual([0, ["h/1"]]);
	expect(asked).toEqual([
		expect.stringMatching(/^Bearer secret \/api\/search\?q=from%3Aa&/),
		"Bearer secret /api/journeys/h%2F1?lang=en",
	]);
	const gone = await run(["trace", "x", "--hub", url]);
	expect(gone.status).toBe(3);
	expect(gone.err).toContain("cannot be reached (ECONNREFUSED)");
	// fetch asks nobody at a port that browsers keep away from
	const kept = await run(["trace", "x", "--hub", "http://127.0.0.1:1"]);
	expect([kept.status, kept.err]).toEqual([3, expect.stringContaining("cannot be reached (bad port)")]);
});

test("help about a command is that command's", async () => {
	const { status, out } = await run(["help", "trace"]);
	expect([status, out]).toEqual([0, expect.stringMatching(/^Usage: mailtrail trace /)]);
});

/** Linux alone has a file that is always full. */
test.runIf(existsSync("/dev/full"))("what cannot be written is one line, and never an answer", async () => {
	for (const command of [
		`parse "${sub}"`,
		`trace --log sub="${sub}"`,
		`summary --log sub="${sub}"`,
		"--help",
	]) {
		const child = spawn("sh", ["-c", `"${process.execPath}" "${MAIN}" ${command} > /dev/full`]);
		let err = "";
		child.stderr.setEncoding("utf8").on("data", (text) => {
			err += text;
		});
		const status = await new Promise((resolve) => child.on("close", resolve));
		expect([status, err]).toEqual([
			2,
			expect.stringMatching(/^mailtrail: what it prints cannot be written \(ENOSPC.*\); make room .*\n$/),
		]);
	}
});

test("a reader that goes away ends it quietly", async () => {
	const big = join(folder, "big.log");
	writeFileSync(big, SUB.repeat(20_000));
	const child = spawn("sh", [
		"-c",
		`"${process.execPath}" "${MAIN}" parse "${big}" | head -1; echo done >&2`,
	]);
	let err = "";
	child.stderr.setEncoding("utf8").on("data", (text) => {
		err += text;
	});
	await new Promise((resolve) => child.on("close", resolve));
	expect(err).toBe("done\n");
});

test("the name of a file that a stranger made does not steer the terminal", async () => {
	const { status, err } = await run(["bounce", "new\u001b]0;x\u0007\u001b[31m"]);
	expect(status).toBe(2);
	expect(err).toMatch(/^mailtrail: new\ufffd]0;x/);
	expect(err).not.toContain("\u001b");
});
