/**
 * The hub's own TLS: certificate and key from files, read again when they change (a renewed certificate needs no restart and
 * ends no connection). Files that do not fit are told and the earlier ones stay.
 */
import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { createServer, type Server } from "node:https";

export interface TlsFiles {
	cert: string;
	key: string;
}

export interface TlsMaterial {
	cert: string;
	key: string;
	/** when the certificate ends, epoch milliseconds */
	endsAt: number;
}

const LOOK_EVERY_MS = 2_000;

/** Throws in words for whoever set the files. */
export function readTls(files: TlsFiles): TlsMaterial {
	const cert = readPem(files.cert, "tls_cert");
	const key = readPem(files.key, "tls_key");
	let leaf: X509Certificate;
	try {
		leaf = new X509Certificate(cert);
	} catch {
		throw new Error(`${files.cert} (tls_cert) has no certificate in PEM`);
	}
	let fits: boolean;
	try {
		fits = leaf.checkPrivateKey(createPrivateKey(key));
	} catch {
		throw new Error(
			`${files.key} (tls_key) has no private key that can be read; one with a passphrase cannot`,
		);
	}
	if (!fits) throw new Error(`the key of ${files.key} is not that of the certificate in ${files.cert}`);
	return { cert, key, endsAt: Date.parse(leaf.validTo) };
}

/** A server for these files, and what ends looking at them. */
export function createTlsServer(
	files: TlsFiles,
	handler: Parameters<typeof createServer>[1],
	tell: (level: "info" | "error", text: string) => void,
): { server: Server; stop: () => void } {
	const { cert, key } = readTls(files);
	const server = createServer({ cert, key, minVersion: "TLSv1.2" }, handler);
	let seen = markOf(files);
	const timer = setInterval(() => {
		const mark = markOf(files);
		if (mark === seen) return;
		seen = mark;
		try {
			const fresh = readTls(files);
			server.setSecureContext({ cert: fresh.cert, key: fresh.key, minVersion: "TLSv1.2" });
			tell("info", `the certificate was read again; it ends ${new Date(fresh.endsAt).toISOString()}`);
		} catch (error) {
			const why = error instanceof Error ? error.message : String(error);
			tell("error", `the new certificate is not used, the earlier one is still: ${why}`);
		}
	}, LOOK_EVERY_MS);
	timer.unref();
	return { server, stop: () => clearInterval(timer) };
}

/** Looked at by time and size, through links: ACME clients change what a link points to. */
function markOf({ cert, key }: TlsFiles): string {
	return [cert, key]
		.map((path) => {
			const found = statSync(path, { throwIfNoEntry: false });
			return found ? `${found.mtimeMs} ${found.size} ${found.ino}` : "none";
		})
		.join(" ");
}

function readPem(path: string, setting: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		const code = error instanceof Error && "code" in error ? error.code : undefined;
		const why = code === "ENOENT" ? "there is no such file" : "it cannot be read by this user";
		throw new Error(`${path} (${setting}): ${why}`);
	}
}
