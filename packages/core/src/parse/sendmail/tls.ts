/** STARTTLS of sendmail, in and out (tls.c, deliver.c, srvrsmtp.c): what was agreed on, what failed, and what no certificate could prove. */
import type { ParsedMessage } from "../../event/index.ts";
import { event } from "../parsed.ts";
import { readPeer } from "../peer.ts";

// STARTTLS=client, relay=mx.a.example., version=TLSv1.3, verify=FAIL, cipher=TLS_AES_256_GCM_SHA384, bits=256/256
const ESTABLISHED =
	/^STARTTLS=(client|server), relay=(.{1,300}?), version=([^,\s]{1,40}), verify=([A-Z0-9]{1,20}), cipher=([^,\s]{1,80}), bits=(\d{1,5})\/\d{1,5}/;
// STARTTLS=server, error: accept failed=-1, reason=unknown, SSL_error=1, errno=0, retry=-1, relay=h.example [192.0.2.1]
const FAILED = /^STARTTLS=(client|server), (?:error: )((?:accept|connect) failed=.{0,400})$/;

/** What a line of STARTTLS says, of either side. */
export function parseTls(queueId: string | undefined, text: string): ParsedMessage {
	const common = { mta: "sendmail", queueId } as const;
	const done = ESTABLISHED.exec(text);
	if (done) {
		const peer = readPeer(done[2] as string);
		return event({
			kind: "tls",
			...common,
			...(done[1] === "client" ? { direction: "out", relay: peer } : { direction: "in", client: peer }),
			trust: done[4],
			protocol: done[3],
			cipher: done[5],
			bits: Number(done[6]),
		});
	}
	const failed = FAILED.exec(text);
	if (!failed) return parseTlsDetail(queueId, text);
	const words = failed[2] as string;
	const at = words.lastIndexOf(", relay=");
	const peer = at < 0 ? undefined : readPeer(words.slice(at + 8));
	const reason = at < 0 ? words : words.slice(0, at);
	if (failed[1] === "client") return event({ kind: "tls", ...common, direction: "out", relay: peer, reason });
	return event({ kind: "tls", ...common, direction: "in", client: peer, reason });
}

// STARTTLS=client, cert-subject=/CN=mx.e.example, cert-issuer=/CN=mx.e.example, verifymsg=self-signed certificate
// STARTTLS: read error=syscall error (-1), errno=104, get_error=error:00000000:lib(0)::reason(0), retry=1, ssl_err=5
function parseTlsDetail(queueId: string | undefined, text: string): ParsedMessage {
	const common = { mta: "sendmail", queueId } as const;
	const side = /^STARTTLS=(client|server), cert-subject=/.exec(text)?.[1];
	if (side !== undefined) {
		const at = text.lastIndexOf(", verifymsg=");
		const reason = at < 0 ? "ok" : text.slice(at + 12);
		const direction = side === "client" ? "out" : "in";
		return event(
			reason === "ok" ? { kind: "other", ...common } : { kind: "tls", ...common, direction, reason },
		);
	}
	const trouble = TLS_TROUBLE.test(text);
	return event(
		trouble ? { kind: "problem", ...common, severity: "warning", text } : { kind: "other", ...common },
	);
}

const TLS_TROUBLE =
	/^STARTTLS(?:=[a-z]{1,10}, (?:error: |warning=|file \S{1,200} unsafe)|: (?:read error|write error|Error: |Warning: |can't |RandFile |RAND_))/;
