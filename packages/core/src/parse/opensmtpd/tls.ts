/** What both sides of OpenSMTPD say of TLS: what was agreed on, and whether the certificate was believed. */

/** `tls ciphers=TLSv1.3:TLS_AES_256_GCM_SHA384:256`, of either side. */
export function parseTls(text: string): { protocol?: string; cipher?: string; bits?: number } | undefined {
	const match =
		/^tls (?:address=\S{1,60} host=\S{0,255} )?ciphers="?([^\s:]{1,20})[:,]([^\s:,]{1,80})[:,](\d{1,5})"?/.exec(
			text,
		);
	return match
		? { protocol: match[1] as string, cipher: match[2] as string, bits: Number(match[3]) }
		: undefined;
}

const TRUST = /^(?:(?:server-|client-)?cert-check) result="([a-z ]{1,60})"/;

/** The word of a certificate check: `success`, `failure`; since 7.0 `valid`, `verified`, `unverified`, `unchecked`. */
export function certificateTrust(text: string): string | undefined {
	return TRUST.exec(text)?.[1];
}
