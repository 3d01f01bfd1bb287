import { describe, expect, it } from "vitest";
import { LogWatch, type Observation } from "./log-watch.ts";

const SECOND = 1_000;

/** A host whose log is watched every five seconds. */
class Host {
	now = 1_000_000;
	size = 5_000;
	inode = 7;
	present = true;
	mtaRuns = true;
	syslogRuns = true;
	diskFull = false;
	mailMoves = false;
	/** whether syslog writes into the file that is looked at */
	written = true;
	probes = 0;
	/** how often it was asked who runs that writes syslog's files */
	askedForSyslog = 0;
	/** in the order in which they were told */
	readonly causes: string[] = [];
	readonly watch: LogWatch;

	constructor(viaSyslog = true) {
		this.watch = new LogWatch({
			viaSyslog,
			probe: () => {
				this.probes++;
				if (this.written && this.syslogRuns) this.size += 80;
			},
		});
	}

	/** Seconds pass; returns after how many a stall was first seen. */
	pass(seconds: number, lineEvery?: number): number | undefined {
		let first: number | undefined;
		for (let passed = 5; passed <= seconds; passed += 5) {
			this.now += 5 * SECOND;
			if (lineEvery !== undefined && passed % lineEvery === 0) this.size += 200;
			this.watch.observe(this.#look());
			const cause = this.watch.stall?.cause;
			if (cause !== undefined && this.causes.at(-1) !== cause) this.causes.push(cause);
			if (cause !== undefined && first === undefined) first = passed;
		}
		return first;
	}

	#look(): Observation {
		const { now, mtaRuns, diskFull, mailMoves } = this;
		const syslogRuns = () => {
			this.askedForSyslog++;
			return this.syslogRuns;
		};
		return {
			at: now,
			...(this.present ? { file: { inode: this.inode, size: this.size } } : {}),
			mtaRuns,
			get syslogRuns() {
				return syslogRuns();
			},
			diskFull,
			mailMoves,
		};
	}
}

describe("a log that was mended", () => {
	it("is well within half a minute, without any mail", () => {
		for (const [breaks, mends] of [
			[(host: Host) => (host.syslogRuns = false), (host: Host) => (host.syslogRuns = true)],
			[
				(host: Host) => (host.present = false),
				(host: Host) => Object.assign(host, { present: true, inode: 8, size: 0 }),
			],
			[(host: Host) => (host.diskFull = true), (host: Host) => (host.diskFull = false)],
		] as const) {
			const host = new Host();
			host.pass(120);
			breaks(host);
			host.pass(60);
			expect(host.watch.stall).toBeDefined();
			mends(host);
			host.pass(30);
			expect(host.watch.stall).toBeUndefined();
		}
	});
});

describe("a log that is well", () => {
	it("may be silent all night, after one test line at the start", () => {
		const host = new Host();
		expect(host.pass(12 * 3_600)).toBeUndefined();
		expect(host.probes).toBe(1);
	});

	it("may be rotated, by rename and by truncation, and be silent after it", () => {
		const host = new Host();
		host.pass(120, 10);
		host.inode = 8;
		host.size = 0;
		expect(host.pass(3_600)).toBeUndefined();
		host.size = 0;
		expect(host.pass(3_600)).toBeUndefined();
		expect(host.probes).toBeLessThanOrEqual(3);
	});

	it("gets no test line while mail keeps it busy", () => {
		const host = new Host();
		host.mailMoves = true;
		expect(host.pass(3_600, 10)).toBeUndefined();
		expect(host.probes).toBe(0);
	});

	it("costs no look for a syslog where its program writes it itself", () => {
		const host = new Host(false);
		expect(host.pass(600, 90)).toBeUndefined();
		expect(host.askedForSyslog).toBe(0);
	});

	it("is not expected to grow where no mail server runs", () => {
		const host = new Host();
		host.mtaRuns = false;
		host.written = false;
		host.present = false;
		expect(host.pass(3_600)).toBeUndefined();
	});
});

describe("a log that has stopped", () => {
	it.each<[string, (host: Host) => void, string]>([
		[
			"replaced by a copy while syslog writes to the old file",
			(host) => {
				host.inode = 8;
				host.size = 4_000;
				host.written = false;
			},
			"replaced",
		],
		[
			"overwritten with something shorter",
			(host) => {
				host.size = 10;
				host.written = false;
			},
			"replaced",
		],
		[
			"deleted",
			(host) => {
				host.present = false;
				host.written = false;
			},
			"deleted",
		],
		[
			"without a syslog daemon",
			(host) => {
				host.syslogRuns = false;
			},
			"syslog-down",
		],
		[
			"on a full disk",
			(host) => {
				host.diskFull = true;
			},
			"disk-full",
		],
		[
			"while mail moves, for a reason that cannot be seen",
			(host) => {
				host.written = false;
				host.mailMoves = true;
			},
			"not-written",
		],
	])("is noticed within a minute: %s", (_, breakIt, cause) => {
		const host = new Host();
		host.pass(120, 10);
		breakIt(host);
		const after = host.pass(60);
		expect(after).toBeLessThanOrEqual(60);
		expect(host.watch.stall?.cause).toBe(cause);
		expect(host.causes).toEqual([cause]);
	});

	it("is noticed though it had stopped before the agent started", () => {
		const host = new Host();
		host.written = false;
		expect(host.pass(60)).toBeLessThanOrEqual(60);
	});

	it("is well again when a line comes, a test line too", () => {
		const host = new Host();
		host.pass(120, 10);
		host.inode = 8;
		host.size = 0;
		host.written = false;
		host.pass(60);
		expect(host.watch.stall).toBeDefined();
		host.written = true;
		host.pass(90);
		expect(host.watch.stall).toBeUndefined();
	});

	it("is told by movement where a program writes the file itself, and gets no test line", () => {
		const host = new Host(false);
		host.pass(120, 10);
		host.inode = 8;
		host.size = 0;
		host.written = false;
		expect(host.pass(600)).toBeUndefined();
		host.mailMoves = true;
		expect(host.pass(60)).toBeLessThanOrEqual(60);
		expect(host.watch.stall?.cause).toBe("replaced");
		expect(host.probes).toBe(0);
	});
});
