/**
 * `mailtrail check`: can this machine reach a host, a mail domain or an address, and what does it find there? Prints each
 * step as it is made, then what it means.
 */
import { hostname } from "node:os";
import { type CheckRequest, describeFinding, drawVerdict, type Finding } from "@mailtrail/core/check";
import type { Language } from "@mailtrail/core/diagnose";
import { runCheck } from "@mailtrail/probe";
import { ANSWERED, BadUse } from "../failure.ts";
import { readLanguage } from "../options/log-options.ts";
import { type CommandSpec, type ReadOptions, readOptions } from "../options/read-options.ts";
import { printFinding } from "../print/check.ts";
import { diagnosisLines } from "../print/diagnosis.ts";
import { pen } from "../print/pen.ts";
import { Output } from "../print/write-out.ts";

const SPEC: CommandSpec = {
	usage: "mailtrail check [OPTIONS] TARGET",
	about:
		"Tests the way from this machine to a host, a mail domain or an address: name, connection, SMTP dialogue, TLS,\nand this machine's own reverse name. Sends no mail.",
	options: {
		port: { value: "N", help: "try TARGET itself on this port; without it, its mail hosts (MX) on port 25" },
		dnsbl: { value: "LIST,…", help: "block lists to ask for this machine's address; none without it" },
		"name-server": { value: "IP[:PORT]", help: "ask this name server instead of the system's" },
		json: { help: "one JSON object" },
		lang: { value: "en|ja", help: "language of the explanations" },
	},
	examples: [
		"mailtrail check mail.example.com --port 587",
		"mailtrail check someone@example.net --dnsbl zen.spamhaus.org",
	],
};

export async function checkCommand(args: string[]): Promise<number> {
	const options = readOptions(SPEC, args);
	if (!options) return ANSWERED;
	const request = readRequest(options);
	const lang = readLanguage(options);
	const server = options.value("name-server");
	const output = new Output();
	const style = pen();
	const live = !options.flag("json") && process.stdout.isTTY;
	const report = await runCheck(request, {
		from: hostname(),
		...(server === undefined ? {} : { servers: [server] }),
		onFinding: (finding) => {
			if (live) process.stdout.write(`${printFinding(finding, lang, style)}\n`);
		},
	}).catch((error: unknown) => {
		if (isInvalidServer(error))
			throw new BadUse(`--name-server: “${server}” is no IP address with or without a port`);
		throw error;
	});
	const verdict = drawVerdict(report, lang);
	if (options.flag("json")) {
		const steps = report.findings.map((finding) => stepOf(finding, lang));
		output.line(JSON.stringify({ target: report.target, from: report.from, steps, verdict }));
	} else {
		if (!live) for (const finding of report.findings) output.line(printFinding(finding, lang, style));
		output.line(`\n${diagnosisLines(verdict, style, lang, process.stdout.columns).join("\n")}`);
	}
	await output.end();
	return ANSWERED;
}

function readRequest(options: ReadOptions): CheckRequest {
	const [target, ...more] = options.words;
	if (target === undefined || more.length > 0) {
		throw new BadUse("check takes one target: a host, a mail domain, an address; see --help");
	}
	if (/[\s\u0000-\u001f]/.test(target) || target.length > 320) {
		throw new BadUse(`“${target.slice(0, 80)}” is no host, domain or address`);
	}
	const port = options.value("port");
	if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) >= 1 && Number(port) <= 65_535)) {
		throw new BadUse(`--port: “${port}” is no port; write a number from 1 to 65535`);
	}
	const lists = options.values("dnsbl").flatMap((value) => value.split(",").filter((each) => each !== ""));
	return { target, lists, ...(port === undefined ? {} : { port: Number(port) }) };
}

/** A step as scripts read it: the sentence in `detail`, what went wrong in `error`. */
function stepOf(finding: Finding, lang: Language) {
	const { step, ok, ms, code, values, host, address, port } = finding;
	return {
		step,
		ok,
		ms,
		detail: describeFinding(finding, lang),
		...(ok ? {} : { error: values.error ?? values.reply ?? code }),
		code,
		host,
		address,
		port,
	};
}

function isInvalidServer(error: unknown): boolean {
	return error instanceof TypeError && "code" in error && error.code === "ERR_INVALID_IP_ADDRESS";
}
