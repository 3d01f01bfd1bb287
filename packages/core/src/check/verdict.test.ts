import { describe, expect, it } from "vitest";
import { type CheckReport, FINDING_CODES, type Finding } from "./check-report.ts";
import { checkTexts, describeFinding } from "./describe-finding.ts";
import { VERDICTS } from "./texts/check-text.ts";
import { drawVerdict } from "./verdict.ts";

const way = { host: "mx.example.net", address: "192.0.2.1", port: 25 };
const RESOLVED: Finding = {
	step: "resolve",
	ok: true,
	ms: 2,
	code: "resolved",
	values: { name: "example.net" },
};
const OPEN: Finding = {
	step: "tcp",
	ok: true,
	ms: 3,
	code: "port-open",
	values: { from: "198.51.100.7" },
	...way,
};
const GREETED: Finding = {
	step: "banner",
	ok: true,
	ms: 3,
	code: "greeted",
	values: { reply: "220 hi" },
	...way,
};

function report(...findings: Finding[]): CheckReport {
	return { target: "example.net", from: "relay1", findings };
}

function failure(
	step: Finding["step"],
	code: Finding["code"],
	values: Record<string, string> = {},
	place: Partial<Finding> = way,
): Finding {
	return { step, ok: false, ms: 1, code, values, ...place };
}

describe("the verdict of a check", () => {
	it("is that a wrong name is wrong", () => {
		const verdict = drawVerdict(
			report(failure("resolve", "name-not-found", { name: "exmaple.net" }, {})),
			"en",
		);
		expect(verdict).toMatchObject({ cause: "name-not-found", actor: "sender", evidence: ["0"] });
		expect(verdict.title).toBe("There is no name exmaple.net");
	});

	it("tells a closed port of a host that answers from a host that is silent", () => {
		const answers: Finding = {
			step: "reach",
			ok: true,
			ms: 1,
			code: "answers",
			values: { how: "ping" },
			...way,
		};
		const timeout = failure("tcp", "port-timeout", { seconds: "5" });
		const closed = drawVerdict(report(RESOLVED, answers, timeout), "en");
		expect(closed.cause).toBe("connect-timeout");
		expect(closed.rule).toBe("check-timeout-host-answers");
		expect(closed.explanation).toContain("(ping)");
		expect(closed.steps).toHaveLength(4);
		const silent = drawVerdict(report(RESOLVED, failure("reach", "silent", { ports: "25" }), timeout), "en");
		expect(silent.rule).toBe("check-timeout-silent");
	});

	it("diagnoses what the remote said at its greeting", () => {
		const reply =
			"554 5.7.1 Service unavailable; Client host [198.51.100.7] blocked using zen.spamhaus.org; https://www.spamhaus.org/query/ip/198.51.100.7";
		const verdict = drawVerdict(
			report(RESOLVED, OPEN, failure("banner", "greeting-refused", { reply })),
			"en",
		);
		expect(verdict).toMatchObject({ cause: "dnsbl-listed", evidence: ["2"], replyCode: 554 });
		expect(verdict.links[0]?.href).toContain("198.51.100.7");
	});

	it("takes no link from an agent but an address on the web", () => {
		const linksTo = (link: string) =>
			drawVerdict(
				report(RESOLVED, OPEN, GREETED, failure("dnsbl", "listed", { list: "x.example", link })),
				"en",
			).links;
		expect(linksTo("javascript:alert(1)")).toEqual([]);
		expect(linksTo("data:text/html,x")).toEqual([]);
		expect(linksTo("https://bl.example/query/192.0.2.1")).toMatchObject([
			{ href: "https://bl.example/query/192.0.2.1" },
		]);
	});

	it("is reachable by one good way, and names the ways that fail", () => {
		const six = { host: "mx.example.net", address: "2001:db8::1", port: 25 };
		const noRoute = failure("reach", "no-route", { error: "ENETUNREACH" }, six);
		const verdict = drawVerdict(report(RESOLVED, noRoute, OPEN, GREETED), "en");
		expect(verdict).toMatchObject({ cause: "reachable", rule: "check-partly-reachable" });
		expect(verdict.explanation).toContain("2001:db8::1");
		expect(drawVerdict(report(RESOLVED, OPEN, GREETED), "en").rule).toBe("check-reachable");
	});

	it("minds a wrong certificate where people log in, not between servers", () => {
		const bad = failure("certificate", "certificate-name", { names: "other.example" });
		expect(drawVerdict(report(OPEN, GREETED, bad), "en").cause).toBe("reachable");
		const at = (each: Finding): Finding => ({ ...each, port: 587 });
		expect(drawVerdict(report(at(OPEN), at(GREETED), at(bad)), "en")).toMatchObject({ cause: "tls-failed" });
	});

	it("speaks of our own address when the way is good", () => {
		const ptr = failure("ptr", "ptr-missing", { own: "198.51.100.7" }, {});
		expect(drawVerdict(report(OPEN, GREETED, ptr), "en").cause).toBe("reverse-name-missing");
		const listed = failure("dnsbl", "listed", { own: "198.51.100.7", list: "bl.example" }, {});
		expect(drawVerdict(report(OPEN, GREETED, ptr, listed), "ja").cause).toBe("dnsbl-listed");
	});

	it("leaves braces of strangers alone", () => {
		const hostile = { ...GREETED, values: { reply: "220 {address} <script>{reply}" } };
		expect(describeFinding(hostile, "en")).toBe("it greets: 220 {address} <script>{reply}");
	});

	it("has every text in both languages, naming the same facts", () => {
		const named = (text: string) =>
			[...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();
		for (const code of FINDING_CODES) {
			expect(named(checkTexts("ja").findings[code]), code).toEqual(named(checkTexts("en").findings[code]));
		}
		for (const id of VERDICTS) {
			const [en, ja] = [checkTexts("en").verdicts[id], checkTexts("ja").verdicts[id]];
			expect(ja.steps, id).toHaveLength(en.steps.length);
			const all = (text: typeof en) => new Set(named([text.title, text.explanation, ...text.steps].join()));
			for (const fact of all(ja)) expect(all(en), id).toContain(fact);
		}
	});
});
