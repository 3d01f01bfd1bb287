/** A domain's MTA-STS policy (RFC 8461): the record says that there is one, a web server holds it. */
import type { Dns } from "./dns.ts";

export interface StsPolicy {
	mode: "enforce" | "testing" | "none";
	allows: (host: string) => boolean;
}

const TIMEOUT_MS = 5_000;
const BYTES_MAX = 65_536;

/** `undefined`: none is published, or it cannot be read, which is the same to a sender that sees it first. */
export async function readStsPolicy(domain: string, dns: Dns): Promise<StsPolicy | undefined> {
	const record = await dns.texts(`_mta-sts.${domain}`);
	if (!("records" in record) || !record.records.some((text) => /^v=STSv1\s*;/.test(text))) return undefined;
	try {
		const answer = await fetch(`https://mta-sts.${domain}/.well-known/mta-sts.txt`, {
			redirect: "error",
			signal: AbortSignal.timeout(TIMEOUT_MS),
		});
		if (!answer.ok) return undefined;
		return parseStsPolicy((await answer.text()).slice(0, BYTES_MAX));
	} catch {
		return undefined;
	}
}

/** RFC 8461 section 3.2: lines of `key: value`. */
export function parseStsPolicy(text: string): StsPolicy | undefined {
	const fields = text
		.split(/\r?\n/)
		.map((line) => /^\s*(\w+)\s*:\s*(\S+)\s*$/.exec(line))
		.filter((match) => match !== null)
		.map(([, key, value]) => ({ key, value: (value ?? "").toLowerCase() }));
	const mode = fields.find(({ key }) => key === "mode")?.value;
	if (mode !== "enforce" && mode !== "testing" && mode !== "none") return undefined;
	const patterns = fields.filter(({ key }) => key === "mx").map(({ value }) => value);
	return { mode, allows: (host) => patterns.some((pattern) => fits(pattern, host.toLowerCase())) };
}

/** `*.` stands for one label (section 4.1). */
function fits(pattern: string, host: string): boolean {
	if (!pattern.startsWith("*.")) return pattern === host;
	const dot = host.indexOf(".");
	return dot > 0 && host.slice(dot + 1) === pattern.slice(2);
}
