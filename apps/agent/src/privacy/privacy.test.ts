import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sent } from "./hiding.testing.ts";
import { createPrivacy } from "./privacy.ts";
import { pseudonym } from "./pseudonym-command.ts";

let folder: string;
let key: string;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "privacy-"));
	key = join(folder, "pseudonym.key");
});
afterEach(() => rmSync(folder, { recursive: true }));

const settings = { drop: [], pseudonym_key: "", pseudonym_keep: [] };
const ask = (path: string, ...addresses: string[]) =>
	pseudonym({ addresses, subject: false, key: path }, settings, () => "");
const make = (path: string) => pseudonym({ addresses: [], subject: false, newKey: path }, settings, () => "");

const queued = (sender: string) =>
	`Nov 22 10:00:01 mx postfix/qmgr[1]: 4BA7C2BA386: from=<${sender}>, size=1, nrcpt=1 (queue active)`;

describe("the site's key", () => {
	it("is made once, for its owner alone, and never over another", () => {
		make(key);
		expect(statSync(key).mode & 0o777).toBe(0o600);
		const first = readFileSync(key, "utf8");
		expect(() => make(key)).toThrow("is there already");
		expect(readFileSync(key, "utf8")).toBe(first);
	});

	it("gives the same pseudonyms on every host that has it, and others under another key", () => {
		make(key);
		const copy = join(folder, "copy");
		writeFileSync(copy, readFileSync(key), { mode: 0o600 });
		const other = join(folder, "other");
		make(other);
		expect(ask(key, "Bob@B.example")).toMatch(/^p[a-z2-7]{12}@B\.example$/);
		expect(ask(copy, '"bob"@B.example')).toBe(ask(key, "bob@B.example"));
		expect(ask(other, "bob@B.example")).not.toBe(ask(key, "bob@B.example"));
	});

	it("finds whom the hub shows: the command's answer stands in what is sent", () => {
		make(key);
		const [event] = sent(
			[queued("bob+news@b.example")],
			createPrivacy({ ...settings, pseudonym_key: key }).outgoing,
		);
		expect(event).toMatchObject({ sender: ask(key, "bob+news@b.example") });
		const users = "alice@b.example\nbob+news@b.example\n";
		const list = pseudonym({ addresses: [], subject: false, key }, settings, () => users);
		expect(list.split("\n")[1]).toBe(`bob+news@b.example\t${ask(key, "bob+news@b.example")}`);
	});

	it.each([
		["is missing", () => {}, "--new-key"],
		["is no key", (path: string) => writeFileSync(path, "secret\n", { mode: 0o600 }), "is no key"],
		[
			"may be read by everybody",
			(path: string) => {
				make(path);
				chmodSync(path, 0o644);
			},
			"chmod o-rwx",
		],
	])("keeps the agent from starting where it %s", (_, prepare, words) => {
		prepare(key);
		expect(() => createPrivacy({ ...settings, pseudonym_key: key })).toThrow(words);
	});

	it("leaves readable what the administrator names", () => {
		make(key);
		const privacy = createPrivacy({ ...settings, pseudonym_key: key, pseudonym_keep: ["Apache"] });
		expect(sent([queued("apache@b.example")], privacy.outgoing)).toMatchObject([
			{ sender: "apache@b.example" },
		]);
	});
});

describe("drop rules", () => {
	const lines = [
		queued("bob@b.example"),
		queued("bob@in.secret.example"),
		"Nov 22 10:00:01 mx sshd[1]: Accepted publickey for bob",
		"Nov 22 10:00:01 mx postfix/smtpd[1]: connect from nagios.b.example[192.0.2.1]",
	];
	it.each([
		["program:sshd", [0, 1, 3]],
		["program:postfix/*", [2]],
		["kind:foreign", [0, 1, 3]],
		["text:from nagios*192.0.2.", [0, 1, 2]],
		["domain:secret.example", [0, 1, 2, 3]],
		["domain:*.secret.example", [0, 2, 3]],
	])("%s keeps its lines here, and counts them", (rule, left) => {
		const privacy = createPrivacy({ ...settings, drop: [rule] });
		expect(sent(lines, privacy.outgoing).map(({ raw }) => lines.indexOf(raw))).toEqual(left);
		expect(privacy.dropped).toEqual(new Map([[rule, lines.length - left.length]]));
	});

	it.each(["sshd", "programme:sshd", "text:"])("%j is refused in words", (rule) => {
		expect(() => createPrivacy({ ...settings, drop: [rule] })).toThrow("program:PATTERN");
	});
});
