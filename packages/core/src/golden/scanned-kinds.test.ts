/** The scan and the parser must never disagree: whoever changes one of them finds out here. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createLineParser } from "../parse/index.ts";
import { BEGINNINGS } from "../scan/beginnings.ts";
import { MORE_BEGINNINGS } from "../scan/more-beginnings.ts";
import { BEGINNING_MAX } from "../scan/prefix-table.ts";
import { SCANNED_KINDS, scanAnyKind, scanKind, UNCERTAIN } from "../scan/scan-kind.ts";

const parser = createLineParser({ zone: "UTC", now: Date.parse("2026-12-31T00:00:00Z") });

function parsed(bytes: Buffer): string {
	return parser.parse(bytes.toString("utf8")).kind;
}

const EVERY_BEGINNING = [...BEGINNINGS, ...MORE_BEGINNINGS];

// the second table is made when some hundred lines were none of the first's
for (let line = 0; line < 1000; line++) scanAnyKind(Buffer.from("x"), 0, 1);

function scanned(bytes: Buffer): string | undefined {
	const kind = scanAnyKind(bytes, 0, bytes.length);
	return kind === UNCERTAIN ? undefined : SCANNED_KINDS[kind];
}

/** The scan says what the parser says, or nothing. */
function agrees(bytes: Buffer): void {
	const kind = scanned(bytes);
	if (kind !== undefined && kind !== parsed(bytes)) {
		expect(`${kind}: ${bytes.toString("latin1")}`).toBe(`${parsed(bytes)}: ${bytes.toString("latin1")}`);
	}
}

function recorded(): string[] {
	const folders = ["../../../../samples", "../../../../e2e/lab/runs"];
	const roots = [import.meta.dirname, ...folders.map((folder) => join(import.meta.dirname, folder))];
	return roots.flatMap((root) =>
		readdirSync(root, { recursive: true, encoding: "utf8" })
			.filter((file) => file.endsWith(".log"))
			.flatMap((file) => readFileSync(join(root, file), "latin1").split("\n")),
	);
}
const LINES = recorded().filter((line) => line !== "");

/** every recorded line in one test: on a machine with much else to do that is no matter of seconds */
const LONG = { timeout: 120_000 };

test("every recorded line: the parser's kind or none, and most lines have one", LONG, () => {
	let certain = 0;
	for (const line of LINES) {
		const bytes = Buffer.from(line, "latin1");
		agrees(bytes);
		if (scanned(bytes) !== undefined) certain += 1;
	}
	expect(LINES.length).toBeGreaterThan(1000);
	expect(certain / LINES.length).toBeGreaterThan(0.3);
});

for (const { kind, before, message } of EVERY_BEGINNING) {
	test(`whatever begins with ${message.slice(0, 60)} is ${kind}`, () => {
		const pattern = before + message;
		const whole = pattern.endsWith("$");
		fc.assert(
			fc.property(
				fc.stringMatching(new RegExp(`^${whole ? pattern.slice(0, -1) : pattern}$`)),
				fc.uint8Array({ maxLength: 80 }).map((bytes) => bytes.filter((byte) => byte !== 10)),
				(beginning, rest) => {
					const bytes = Buffer.concat([Buffer.from(beginning, "latin1"), whole ? Buffer.alloc(0) : rest]);
					// a beginning of many fields may be longer than the scan looks: then the parser is asked
					if (beginning.length < BEGINNING_MAX) expect(scanned(bytes)).toBe(kind);
					expect(parsed(bytes)).toBe(kind);
				},
			),
			{ numRuns: 300 },
		);
	});
}

/** What strangers and broken transports put into lines. */
const ODD = [
	0, 9, 13, 32, 34, 39, 40, 41, 44, 58, 59, 60, 61, 62, 64, 91, 92, 93, 0x80, 0xa0, 0xc2, 0xe2, 0xef, 0xff,
];

test("lines changed anywhere: the same, or none", () => {
	const place = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
	const byte = fc.oneof(fc.constantFrom(...ODD), fc.integer({ min: 32, max: 126 }));
	const change = fc.tuple(fc.constantFrom("put", "replace", "drop", "cut", "swap"), place, byte);
	fc.assert(
		fc.property(
			fc.constantFrom(...LINES),
			fc.array(change, { minLength: 1, maxLength: 4 }),
			(line, changes) => {
				const bytes = [...Buffer.from(line, "latin1")];
				for (const [what, where, value] of changes) {
					// most of what decides stands within the first 120 bytes
					const at = Math.floor(where * Math.min(bytes.length, 120));
					if (what === "put") bytes.splice(at, 0, value);
					else if (what === "replace") bytes[at] = value;
					else if (what === "drop") bytes.splice(at, 1);
					else if (what === "cut") bytes.length = at;
					else bytes.splice(at, 2, ...bytes.slice(at, at + 2).reverse());
				}
				agrees(Buffer.from(bytes.filter((value) => value !== 10)));
			},
		),
		{ numRuns: 20_000 },
	);
});

test("forged beginnings behind a true one change nothing", () => {
	const head = "Nov 22 11:38:16 mx postfix/smtpd[147]: ";
	for (const { message } of EVERY_BEGINNING) {
		const forged = message.replaceAll(/\\|\$/g, "");
		agrees(Buffer.from(`${head}connect from ${head}${forged}`));
		agrees(Buffer.from(`${head}NOQUEUE: reject: RCPT from ${forged}: ${head}`));
		agrees(Buffer.from(`${head}message repeated 2 times: [ ${forged}]`));
		agrees(Buffer.from(`${forged}${head}`));
	}
});

test("a line is read from its own start to its own end, wherever it stands in the bytes", () => {
	const line = "Nov 22 11:38:16 mx postfix/qmgr[147]: 4B16140000: removed";
	for (let before = 0; before < 20; before++) {
		const bytes = Buffer.from(`${"x".repeat(before)}${line}y`);
		const kind = scanKind(bytes, before, before + line.length);
		expect(SCANNED_KINDS[kind]).toBe("removed");
		expect(scanKind(bytes, before, before + line.length + 1)).toBe(UNCERTAIN);
		expect(scanKind(bytes, before, before + line.length - 1)).toBe(UNCERTAIN);
	}
});
