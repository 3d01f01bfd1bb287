/**
 * The fingerprint of a certificate: what a token carries so that an agent believes this certificate and no other. Where a
 * proxy shows it, it is asked for from the hub's own machine, where nobody stands between.
 */
import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { UsageError } from "../config.ts";
import { readTls, type TlsFiles } from "../http/tls.ts";

const ANSWER_MS = 10_000;

/** Where agents reach this hub over TLS, as its settings say. */
export interface OwnAddress {
	tls?: TlsFiles | undefined;
	publicUrl?: string | undefined;
}

/**
 * The certificate that agents meet: of the hub's own files, else the one at its public address. No other address is looked
 * at: a request's Host header is chosen by whoever asks. Undefined where the settings name neither.
 */
export async function ownCertificate({ tls, publicUrl }: OwnAddress): Promise<string | undefined> {
	if (tls) return fingerprint(new X509Certificate(readTls(tls).cert).raw);
	return publicUrl?.startsWith("https:") ? await certificateOf(publicUrl) : undefined;
}

/** SHA-256, base64url. */
export async function certificateOf(address: string): Promise<string> {
	const url = URL.parse(address);
	if (url?.protocol !== "https:") throw new UsageError(`--pin ${address}: write the hub's https address`);
	const host = url.hostname.replace(/^\[|\]$/g, "");
	return new Promise((resolve, reject) => {
		const named = isIP(host) === 0 ? { servername: host } : {};
		// whoever signed it: its fingerprint is what is asked for
		const options = { host, port: Number(url.port || 443), rejectUnauthorized: false, ...named };
		const socket = connect(options, () => {
			const { raw } = socket.getPeerCertificate();
			socket.destroy();
			resolve(fingerprint(raw));
		});
		socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error("no answer")));
		socket.on("error", (error) => reject(new UsageError(`--pin ${address}: ${error.message}`)));
	});
}

function fingerprint(raw: Buffer): string {
	return createHash("sha256").update(raw).digest("base64url");
}
