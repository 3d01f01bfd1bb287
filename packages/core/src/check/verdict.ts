/**
 * What a check as a whole means, as a diagnosis: the first thing that stands in the way, or that nothing does. One good
 * way is enough to be reachable; what the remote itself said when it refused us is diagnosed like any reply.
 */
import {
	CAUSES,
	type CauseId,
	type Diagnosis,
	diagnoseReply,
	type Language,
	linksIn,
} from "../diagnose/index.ts";
import type { CheckReport, Finding, FindingCode } from "./check-report.ts";
import { checkTexts, describeFinding, factsOf, fillText } from "./describe-finding.ts";
import type { VerdictId } from "./texts/check-text.ts";

const CAUSE_OF: Readonly<Record<VerdictId, CauseId>> = {
	reachable: "reachable",
	"partly-reachable": "reachable",
	"name-not-found": "name-not-found",
	"no-address": "name-not-found",
	"name-lookup-failed": "name-lookup-failed",
	"null-mx": "not-accepting-mail",
	"mx-unresolved": "name-not-found",
	"port-refused": "port-refused",
	"timeout-host-answers": "connect-timeout",
	"timeout-silent": "connect-timeout",
	unreachable: "host-unreachable",
	"no-greeting": "conversation-timeout",
	"connection-lost": "connection-lost",
	"not-smtp": "unknown",
	"tls-failed": "tls-failed",
	"tls-missing": "tls-failed",
	"certificate-bad": "tls-failed",
	"reverse-name-missing": "reverse-name-missing",
	listed: "dnsbl-listed",
};

/** Findings that stop the whole check, or one way; the others leave mail through. */
const BLOCKING: Readonly<Partial<Record<FindingCode, VerdictId>>> = {
	"name-not-found": "name-not-found",
	"no-address": "no-address",
	"lookup-timeout": "name-lookup-failed",
	"lookup-failed": "name-lookup-failed",
	"mx-null": "null-mx",
	"mx-unresolved": "mx-unresolved",
	"no-route": "unreachable",
	"port-refused": "port-refused",
	"port-timeout": "timeout-silent",
	"port-unreachable": "unreachable",
	"no-greeting": "no-greeting",
	closed: "connection-lost",
	"not-smtp": "not-smtp",
	"tls-refused": "tls-failed",
	"tls-failed": "tls-failed",
	"policy-broken": "certificate-bad",
};
/** what a mail program minds, and a mail server that delivers on port 25 does not */
const BLOCKING_LOGIN: Readonly<Partial<Record<FindingCode, VerdictId>>> = {
	"tls-not-offered": "tls-missing",
	"certificate-expired": "certificate-bad",
	"certificate-name": "certificate-bad",
	"certificate-untrusted": "certificate-bad",
};
const SAID: ReadonlySet<FindingCode> = new Set(["greeting-refused", "ehlo-refused"]);
const PTR_FAULTS: ReadonlySet<FindingCode> = new Set(["ptr-missing", "ptr-unconfirmed"]);
const LOGIN_PORTS: ReadonlySet<number | undefined> = new Set([465, 587]);

/** Draws the verdict of a finished check; `evidence` holds the positions of the findings that prove it. */
export function drawVerdict(report: CheckReport, lang: Language): Diagnosis {
	const { findings } = report;
	const whole = findings.find(({ address, code }) => address === undefined && BLOCKING[code] !== undefined);
	if (whole) return write(report, BLOCKING[whole.code] as VerdictId, whole, lang);
	const ways = waysOf(findings);
	const failed = ways.filter((way) => obstacle(way) !== undefined);
	const good = ways.find((way) => obstacle(way) === undefined);
	if (good === undefined) return ways[0] === undefined ? unknown(report, lang) : worst(report, ways, lang);
	const last = good.at(-1) as Finding;
	const listed = findings.find(({ code }) => code === "listed");
	if (listed) return write(report, "listed", listed, lang, { listed: describeFinding(listed, lang) });
	const ptr = last.port === 25 ? findings.find(({ code }) => PTR_FAULTS.has(code)) : undefined;
	if (ptr) return write(report, "reverse-name-missing", ptr, lang, { ptr: describeFinding(ptr, lang) });
	if (failed.length === 0) return write(report, "reachable", last, lang);
	const list = failed.map((way) => describeFinding(obstacle(way) as Finding, lang)).join("; ");
	return write(report, "partly-reachable", last, lang, {
		failed: fillText(checkTexts(lang).others, { list }),
	});
}

/** The findings of each address that was tried, in their order. */
function waysOf(findings: readonly Finding[]): Finding[][] {
	const ways = new Map<string, Finding[]>();
	for (const finding of findings) {
		if (finding.address === undefined) continue;
		const key = `${finding.address} ${finding.port}`;
		const way = ways.get(key) ?? [];
		way.push(finding);
		ways.set(key, way);
	}
	return [...ways.values()];
}

function obstacle(way: readonly Finding[]): Finding | undefined {
	return way.find(({ code, ok, port }) => {
		if (ok) return false;
		return (
			SAID.has(code) ||
			BLOCKING[code] !== undefined ||
			(LOGIN_PORTS.has(port) && BLOCKING_LOGIN[code] !== undefined)
		);
	});
}

/** Every way fails: the one that got furthest tells most. */
function worst(report: CheckReport, ways: Finding[][], lang: Language): Diagnosis {
	const [way] = [...ways].sort((one, other) => reached(other) - reached(one));
	const finding = obstacle(way ?? []) as Finding;
	if (SAID.has(finding.code)) return said(report, finding, lang);
	if (finding.code === "port-timeout") {
		const answer = way?.find(({ code }) => code === "answers");
		if (answer) return write(report, "timeout-host-answers", finding, lang, { how: answer.values.how ?? "" });
	}
	const id = BLOCKING[finding.code] ?? BLOCKING_LOGIN[finding.code];
	const error =
		id === "certificate-bad" ? `${describeFinding(finding, lang)}${lang === "ja" ? "。" : "."}` : undefined;
	return write(report, id as VerdictId, finding, lang, error === undefined ? {} : { error });
}

function reached(way: readonly Finding[]): number {
	return way.filter(({ ok }) => ok).length;
}

function write(
	report: CheckReport,
	id: VerdictId,
	finding: Finding,
	lang: Language,
	more: Readonly<Record<string, string>> = {},
): Diagnosis {
	const cause = CAUSE_OF[id];
	const { reason, permanent, retryHelps, actor } = CAUSES[cause];
	const text = checkTexts(lang).verdicts[id];
	const facts = { name: report.target, ...placeOf(report, finding), ...more };
	// an agent's word, and a browser will follow it
	const [link] = linksIn(finding.values.link ?? "");
	return {
		cause,
		reason,
		permanent,
		retryHelps,
		actor,
		title: fillText(text.title, facts),
		explanation: fillText(text.explanation, facts).trim(),
		steps: text.steps.map((step) => fillText(step, facts)),
		links: link === undefined ? [] : [{ href: link, text: checkTexts(lang).lookupLink }],
		evidence: [String(report.findings.indexOf(finding))],
		confidence: "proven",
		rule: `check-${id}`,
	};
}

/** The remote's own words: the diagnosis of any other reply, told with where they were said. */
function said(report: CheckReport, finding: Finding, lang: Language): Diagnosis {
	const reply = finding.values.reply ?? "";
	const { host: name, address: ip } = finding;
	const relay = { ...(name === undefined ? {} : { name }), ...(ip === undefined ? {} : { ip }) };
	const diagnosis = diagnoseReply({ reply, relay, recipient: `postmaster@${report.target}` }, lang);
	const facts = placeOf(report, finding);
	return {
		...diagnosis,
		explanation: `${fillText(checkTexts(lang).said, facts)}${lang === "ja" ? "。" : ". "}${diagnosis.explanation}`,
		evidence: [String(report.findings.indexOf(finding))],
		rule: `check-said-${diagnosis.rule}`,
	};
}

function placeOf(report: CheckReport, finding: Finding): Record<string, string> {
	const facts = factsOf(finding);
	const { host, address, port } = facts;
	const machine =
		host && address && host !== address ? `${host} (${address})` : (host ?? address ?? report.target);
	return {
		...facts,
		target: report.target,
		from: report.from,
		host: host ?? address ?? report.target,
		where: port === undefined ? machine : `${machine}:${port}`,
	};
}

/** Nothing was tried: the check was broken off. */
function unknown(report: CheckReport, lang: Language): Diagnosis {
	return { ...diagnoseReply({ reason: report.target }, lang), rule: "check-broken-off" };
}
