/** What a mail host's certificate is worth: its time, its names, who vouches for it, and what published policy demands. */
import { createHash } from "node:crypto";
import { checkServerIdentity, type PeerCertificate, type TLSSocket } from "node:tls";
import type { Finding } from "@mailtrail/core/check";
import type { Tlsa } from "./dns.ts";
import { finding, list } from "./finding.ts";
import type { Way } from "./find-ways.ts";
import type { StsPolicy } from "./tls-policy.ts";

const DAY_MS = 86_400_000;
/** certificates are usually renewed 30 days before their end; two weeks left means that it did not happen */
const NEAR_END_DAYS = 14;

export interface Demands {
	sts?: StsPolicy;
	dane: readonly Tlsa[];
}

export function examineCertificate(socket: TLSSocket, way: Way, demands: Demands, now: number): Finding {
	const certificate = socket.getPeerCertificate(true);
	const values = certificateFacts(certificate, now);
	const flaw = flawOf(socket, certificate, way, now);
	const broken = brokenPolicy(certificate, flaw?.text, way, demands);
	if (broken) return finding("certificate", false, 0, "policy-broken", { ...values, ...broken }, way);
	if (flaw) {
		return finding("certificate", false, 0, flaw.code, { ...values, error: flaw.text }, way);
	}
	const near = Number(values.days) <= NEAR_END_DAYS;
	return finding("certificate", true, 0, near ? "certificate-near-end" : "certificate-valid", values, way);
}

function certificateFacts(certificate: PeerCertificate, now: number): Record<string, string> {
	const until = Date.parse(certificate.valid_to);
	const names = (certificate.subjectaltname ?? "")
		.split(", ")
		.map((name) => name.replace(/^(?:DNS|IP Address):/, ""))
		.filter((name) => name !== "");
	return {
		names: list(names.length > 0 ? names : [text(certificate.subject?.CN)]).slice(0, 900),
		issuer: (text(certificate.issuer?.O) || text(certificate.issuer?.CN)).slice(0, 200),
		days: String(Math.floor((until - now) / DAY_MS)),
		until: Number.isNaN(until) ? "" : new Date(until).toISOString().slice(0, 10),
	};
}

function text(value: string | string[] | undefined): string {
	return Array.isArray(value) ? value.join(" ") : (value ?? "");
}

interface Flaw {
	code: "certificate-expired" | "certificate-name" | "certificate-untrusted";
	text: string;
}

function flawOf(socket: TLSSocket, certificate: PeerCertificate, way: Way, now: number): Flaw | undefined {
	if (Date.parse(certificate.valid_to) < now)
		return { code: "certificate-expired", text: certificate.valid_to };
	if (!socket.authorized) {
		const error = socket.authorizationError;
		return { code: "certificate-untrusted", text: error instanceof Error ? error.message : String(error) };
	}
	const wrongName = checkServerIdentity(way.host, certificate);
	return wrongName ? { code: "certificate-name", text: wrongName.message.slice(0, 500) } : undefined;
}

/** RFC 8461 section 4 and RFC 7672 section 3: where such a policy stands, a bad certificate stops delivery. */
function brokenPolicy(
	certificate: PeerCertificate,
	flaw: string | undefined,
	way: Way,
	{ sts, dane }: Demands,
): { policy: string; error: string } | undefined {
	if (dane.length > 0 && !dane.some((record) => pins(record, certificate))) {
		return { policy: "DANE", error: `no TLSA record of _${way.port}._tcp.${way.host} fits` };
	}
	if (sts?.mode !== "enforce") return undefined;
	if (!sts.allows(way.host)) return { policy: "MTA-STS", error: `the policy does not list ${way.host}` };
	return flaw === undefined || dane.length > 0 ? undefined : { policy: "MTA-STS", error: flaw };
}

/** Usages 2 and 3 only, as mail does (RFC 7672 section 3.1.3): the host's own certificate, or one of its chain. */
function pins(record: Tlsa, certificate: PeerCertificate): boolean {
	if (record.usage === 3) return digestOf(record, certificate) === record.data;
	if (record.usage !== 2) return false;
	const seen = new Set<PeerCertificate>();
	let link =
		"issuerCertificate" in certificate ? (certificate.issuerCertificate as PeerCertificate) : undefined;
	while (link && !seen.has(link)) {
		if (digestOf(record, link) === record.data) return true;
		seen.add(link);
		link = "issuerCertificate" in link ? (link.issuerCertificate as PeerCertificate) : undefined;
	}
	return false;
}

function digestOf({ selector, match }: Tlsa, certificate: PeerCertificate): string {
	const bytes = selector === 1 ? certificate.pubkey : certificate.raw;
	if (bytes === undefined) return "";
	if (match === 0) return bytes.toString("hex");
	return createHash(match === 2 ? "sha512" : "sha256")
		.update(bytes)
		.digest("hex");
}
