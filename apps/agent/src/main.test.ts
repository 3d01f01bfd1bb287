/** The whole agent as its users run it: under Node, and as the one executable where this machine can build it. */
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import {
	appendFileSync,
	existsSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	renameSync,
	rmSync,
	statSync,
	truncateSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CERTIFICATE, FINGERPRINT, FINGERPRINT_HEX } from "./testing/test-certificate.ts";
import { TestHub, TOKEN } from "./testing/test-hub.ts";

// each case starts several processes, perhaps on a busy machine
vi.setConfig({ testTimeout: 60_000 });

const app = join(import.meta.dirname, "..");
const built = mkdtempSync(join(tmpdir(), "agent-build-"));
execFileSync(process.execPath, [join(app, "build.mjs"), built], { stdio: "pipe" });
afterAll(() => rmSync(built, { recursive: true }));

const programs: [name: string, command: string[]][] = [
	["under Node", [process.execPath, join(built, "mailtrail-agent.mjs")]],
];
// build.mjs says where there is no Bun for this machine
if (existsSync(join(built, "mailtrail-agent")))
	programs.push(["one executable", [join(built, "mailtrail-agent")]]);

describe.each(programs)("mailtrail-agent, %s", (_name, [program, ...first]) => {
	let folder: string;
	let state: string;
	let log: string;
	let hub: TestHub;
	const children: ChildProcess[] = [];
	let environment: NodeJS.ProcessEnv = {};

	beforeEach(async () => {
		folder = mkdtempSync(join(tmpdir(), "agent-"));
		state = join(folder, "state");
		log = join(folder, "mail.log");
		writeFileSync(log, "");
		environment = {};
		hub = new TestHub();
		await hub.start();
	});

	afterEach(async () => {
		for (const child of children.splice(0)) child.kill("SIGKILL");
		await hub.stop();
		rmSync(folder, { recursive: true });
	});

	function call(...args: string[]): Promise<{ code: number; out: string; err: string }> {
		return new Promise((done) => {
			const env = { ...process.env, ...environment };
			execFile(program!, [...first, ...args], { env }, (error, out, err) => {
				done({ code: typeof error?.code === "number" ? error.code : 0, out, err });
			});
		});
	}

	const enrol = (token = TOKEN) =>
		call("enrol", hub.url, "--token", token, "--host", "mx1", "--state", state, "--source", log);

	function run(): ChildProcess {
		const child = spawn(program!, [...first, "run", "--state", state], {
			stdio: ["ignore", "ignore", "pipe"],
			env: { ...process.env, ...environment },
		});
		children.push(child);
		return child;
	}

	function ended(child: ChildProcess): Promise<number | null> {
		return new Promise((done) => child.once("exit", (code) => done(code)));
	}

	let count = 0;
	function append(lines: number): string[] {
		const written = Array.from(
			{ length: lines },
			() => `Nov 22 03:00:00 mx postfix/qmgr[1]: ${count++}: removed`,
		);
		appendFileSync(log, `${written.join("\n")}\n`);
		return written;
	}

	it("enrols once, keeps its key to itself, and says what it will read", async () => {
		const { code, out } = await enrol();
		expect(code).toBe(0);
		expect(out).toContain(log);
		expect(statSync(join(state, "enrolment.json")).mode & 0o777).toBe(0o600);
		const again = await enrol();
		expect(again.code).toBe(3);
		expect(again.err).toContain("used already");
		expect(readFileSync(join(state, "enrolment.json"), "utf8")).toContain("agent-1");
	});

	it("follows through rotation and kill -9, nothing lost or doubled", async () => {
		await enrol();
		const written = append(3000);
		let child = run();
		for (let round = 0; round < 4; round++) {
			await hub.until(() => hub.lines.size >= written.length - 2000);
			child.kill("SIGKILL");
			await ended(child);
			written.push(...append(1500));
			if (round % 2 === 1) {
				renameSync(log, `${log}.${4 - round}`);
				writeFileSync(log, "");
			}
			child = run();
			written.push(...append(1500));
		}
		await hub.until(() => hub.lines.size >= written.length);
		expect(hub.texts().sort()).toEqual(written.sort());
	});

	it("reads what was rotated and compressed before it came", async () => {
		await enrol();
		writeFileSync(`${log}.1`, "plain\n");
		writeFileSync(`${log}.2.gz`, gzipSync("gzip\n"));
		writeFileSync(`${log}.3.zst`, zstdCompressSync("zstd\n"));
		// printf 'from an xz archive\n' | xz, and the same through bzip2
		const xz =
			"/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQASZnJvbSBhbiB4eiBhcmNoaXZlCgAAJkrD07lE4GcAASsTnAlI0h+2830BAAAAAARZWg==";
		const bzip2 = "QlpoOTFBWSZTWanerAAAAAVZgAAQQAAQADti0RAgADFMABNCgPUPUafqid8dU49pkCGVPi7kinChIVO9WAA=";
		writeFileSync(`${log}.4.xz`, Buffer.from(xz, "base64"));
		writeFileSync(`${log}.5.bz2`, Buffer.from(bzip2, "base64"));
		const written = append(1);
		run();
		await hub.until(() => hub.lines.size === 6);
		const archived = ["from a bzip2 archive", "from an xz archive", "zstd", "gzip", "plain"];
		expect(hub.texts()).toEqual([...written, ...archived]);
	});

	it("keeps on disk what is written while the hub is away, through kill -9", async () => {
		await enrol();
		const written = append(10);
		let child = run();
		await hub.until(() => hub.lines.size === 10);
		await hub.stop();
		const spooled = () => {
			const spool = join(state, "spool");
			return existsSync(spool) ? readdirSync(spool).filter((name) => name.endsWith(".batches")) : [];
		};
		written.push(...append(3000));
		await vi.waitFor(() => expect(spooled()).not.toEqual([]), { timeout: 20_000 });
		child.kill("SIGKILL");
		await ended(child);
		truncateSync(log, 0);
		// one life may leave several files: only a new one holds what the next has read
		const left = spooled();
		written.push(...append(2000));
		child = run();
		await vi.waitFor(() => expect(spooled().filter((name) => !left.includes(name))).not.toEqual([]), {
			timeout: 20_000,
		});
		child.kill("SIGKILL");
		await ended(child);
		truncateSync(log, 0);
		written.push(...append(10));
		child = run();
		await hub.start();
		await hub.until(() => hub.lines.size >= written.length);
		expect(hub.texts()).toEqual(written);
		await vi.waitFor(() => expect(readdirSync(join(state, "spool"))).toEqual(["positions.json"]));
	});

	it("follows the logs that fit a pattern, also one that comes later", async () => {
		await enrol();
		writeFileSync(join(state, "agent.toml"), `sources = ["${folder}/*.log"]\n`);
		run();
		append(3);
		await hub.until(() => hub.lines.size === 3);
		writeFileSync(join(folder, "second.log"), "of the second\n");
		await hub.until(() => hub.lines.size === 4);
		expect(new Set([...hub.positions.values()].map(({ source }) => source))).toEqual(
			new Set([log, join(folder, "second.log")]),
		);
	});

	it("tells how it is, and stops when asked", async () => {
		expect((await call("status", "--state", state)).code).toBe(1);
		await enrol();
		append(10);
		const child = run();
		await hub.until(() => hub.lines.size === 10 && hub.health !== undefined);
		let status = await call("status", "--json", "--state", state);
		while (!status.out.includes('"acknowledged":10'))
			status = await call("status", "--json", "--state", state);
		expect(status.code).toBe(0);
		expect(JSON.parse(status.out)).toMatchObject({
			running: true,
			state: "streaming",
			host: "mx1",
			acknowledged: 10,
			// their queue ids are too short to be any
			read: { lines: 10, unparsed: 10 },
			unparsedSamples: [expect.stringMatching(/qmgr\[1\]: \d+: removed$/)],
			spool: { bytes: 0 },
			gapCount: 0,
		});
		expect(Math.abs(JSON.parse(status.out).clockAhead)).toBeLessThan(2_000);
		child.kill("SIGTERM");
		expect(await ended(child)).toBe(0);
		expect((await call("status", "--state", state)).code).toBe(1);
	});

	it("knows its hub by the certificate that the token names, and gives the token to nobody else", async () => {
		await hub.stop();
		hub = new TestHub({ tls: true });
		await hub.start();
		const other = FINGERPRINT.replace(/^./, (first) => (first === "A" ? "B" : "A"));
		const deceived = await enrol(`${TOKEN}.fp-${other}`);
		expect(deceived).toMatchObject({ code: 3, err: expect.stringContaining("is not the one") });
		expect(await enrol()).toMatchObject({ code: 3, err: expect.stringContaining("does not trust") });
		const trusted = await enrol(`${TOKEN}.fp-${FINGERPRINT_HEX}`);
		expect(trusted).toMatchObject({ code: 0, out: expect.stringContaining("one certificate") });
		append(10);
		const child = run();
		await hub.until(() => hub.lines.size === 10);
		child.kill("SIGTERM");
		await ended(child);
		const file = join(state, "enrolment.json");
		writeFileSync(file, readFileSync(file, "utf8").replace(FINGERPRINT, other));
		append(1);
		run();
		let status = await call("status", "--state", state);
		while (!status.out.includes("is not the one")) status = await call("status", "--state", state);
		expect(status.code).toBe(3);
		expect(hub.lines.size).toBe(10);
	});

	it("believes the authorities of this machine, for the hub's own name", async () => {
		await hub.stop();
		hub = new TestHub({ tls: true });
		await hub.start();
		const authorities = join(folder, "authorities.pem");
		writeFileSync(authorities, CERTIFICATE);
		environment = { SSL_CERT_FILE: authorities };
		const away = hub.url.replace("127.0.0.1", "127.0.0.2");
		const args = ["--token", TOKEN, "--host", "mx1", "--state", state, "--source", log];
		expect(await call("enrol", away, ...args)).toMatchObject({ code: 3 });
		expect(await enrol()).toMatchObject({ code: 0 });
		append(5);
		run();
		await hub.until(() => hub.lines.size === 5);
	});

	it("says what the hub may ask of it", async () => {
		const config = join(folder, "agent.toml");
		writeFileSync(config, 'allow = ["queue"]\n');
		environment = { MAILTRAIL_AGENT_CONFIG: config };
		const { out } = await enrol();
		expect(out).toContain("Not allowed: check, spool, testmail");
		expect(out).toContain("  queue: how many messages");
	});

	it("sends people as pseudonyms by the site's key, keeps lines by rule, and does not start without the key", async () => {
		const key = join(folder, "pseudonym.key");
		const config = join(folder, "agent.toml");
		writeFileSync(config, `pseudonym_key = "${key}"\ndrop = ["text:nagios"]\n`);
		environment = { MAILTRAIL_AGENT_CONFIG: config, MAILTRAIL_AGENT_SOURCES: log };
		const { out } = await enrol();
		expect(out).toContain("leave as pseudonyms");
		expect(out).toContain("  text:nagios");
		const refused = await call("run", "--state", state);
		expect(refused).toMatchObject({ code: 2, err: expect.stringContaining(`--new-key ${key}`) });
		expect((await call("pseudonym", "--new-key", key)).code).toBe(0);
		const hidden = (await call("pseudonym", "Bob.Miller@b.example")).out.trim();
		const line = "Nov 22 03:00:00 mx postfix/qmgr[1]: 4BA7C2BA386:";
		const from = (sender: string) => `${line} from=<${sender}>, size=1, nrcpt=1 (queue active)\n`;
		appendFileSync(
			log,
			from("bob.miller@b.example") + from("check@nagios.example") + from("Bob.Miller@b.example"),
		);
		run();
		await hub.until(() => hub.lines.size === 2);
		expect(hub.texts()).toEqual([from(hidden), from(hidden)].map((text) => text.trim()));
		let status = await call("status", "--state", state);
		while (!status.out.includes("stayed here")) status = await call("status", "--state", state);
		expect(status.out).toContain("1 stayed here (text:nagios 1)");
		expect(
			readdirSync(state, { recursive: true, withFileTypes: true })
				.filter((each) => each.isFile())
				.map(({ parentPath, name }) => readFileSync(join(parentPath, name), "utf8"))
				.join(),
		).not.toMatch(/miller/i);
	});

	it("does not start beside a running one", async () => {
		await enrol();
		append(10);
		const child = run();
		await hub.until(() => hub.lines.size === 10);
		const second = await call("run", "--state", state);
		expect(second.code).toBe(2);
		expect(second.err).toContain(`process ${child.pid}`);
		append(1);
		await hub.until(() => hub.lines.size === 11);
	});

	it("ends when the hub does not want it any more", async () => {
		await enrol();
		hub.refusal = {
			type: "refuse",
			reason: "revoked",
			text: "This agent was revoked. Enrol it again.",
			retry: false,
		};
		const child = run();
		let said = "";
		child.stderr?.on("data", (chunk) => {
			said += String(chunk);
		});
		expect(await ended(child)).toBe(3);
		expect(said).toContain("Enrol it again");
		expect((await call("status", "--state", state)).code).toBe(3);
	});

	it("prints its help however it is asked for it", async () => {
		for (const args of [["help"], ["--help"], ["help", "enrol"], ["status", "-h"]]) {
			const { code, out } = await call(...args);
			expect(code, args.join(" ")).toBe(0);
			expect(out).toContain("mailtrail-agent enrol URL --token T");
		}
	});

	it.each([
		[["run", "--sorce", "x"], "--source"],
		[["statsu"], "status"],
		[["enrol", "nonsense", "--token", TOKEN], "https://"],
		[["enrol", "http://192.0.2.1", "--token", TOKEN], "--insecure"],
		[["enrol", "http://127.0.0.1", "--token", `${TOKEN}.fp-${FINGERPRINT}`], "https://127.0.0.1"],
		[["enrol", "https://127.0.0.1", "--token", `${TOKEN}.fp-1234`], "whole token"],
		[["run", "--config", "/nowhere.toml"], "/nowhere.toml"],
		[["run", "--zone", "Nowhere/City", "--state", "/nowhere"], "Asia/Tokyo"],
	])("answers bad use %j in one line", async (args, words) => {
		const { code, err } = await call(...args);
		expect(code).toBe(2);
		expect(err.trim().split("\n")).toHaveLength(1);
		expect(err).toContain(words);
	});
});
