/**
 * The fingerprint of the certificate that an https address shows: what a token carries so that an agent believes this
 * certificate and no other. Asked from the hub's own machine, where nobody stands between.
 */
import { createHash } from "node:crypto";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { UsageError } from "../config.ts";

const ANSWER_MS = 10_000;

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
			resolve(createHash("sha256").update(raw).digest("base64url"));
		});
		socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error("no answer")));
		socket.on("error", (error) => reject(new UsageError(`--pin ${address}: ${error.message}`)));
	});
}
