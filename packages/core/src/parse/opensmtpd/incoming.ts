/** `smtp …`: OpenSMTPD as a server (smtp_session.c): who came, what was taken in, what was refused. */
import { bareAddress, canonicalIp, type Endpoint, type ParsedMessage } from "../../event/index.ts";
import { indexOutside } from "../outside-quotes.ts";
import { event } from "../parsed.ts";
import { failedCommand } from "./failed-command.ts";
import { certificateTrust, parseTls } from "./tls.ts";

const FAILED = 'failed-command command="';

/** The event of such a line; undefined where its shape is not known. `isOld`: of a version before 6.4, which names the client in each. */
export function parseIncoming(text: string, isOld: boolean): ParsedMessage | undefined {
	// smtp connected address=127.0.1.3 host=edge.corp.example
	const connected = /^connected address=(\S{1,60}) host=(\S{0,255})$/.exec(text);
	if (connected)
		return event({
			kind: "connect",
			mta: "opensmtpd",
			client: endpoint(connected[1] as string, connected[2]),
		});
	if (text.startsWith("disconnected") || text.startsWith("closed")) return parseEnd(text);
	// smtp message msgid=b90125ce size=1873 nrcpt=1 proto=ESMTP
	const taken = /^message msgid=([0-9a-f]{8}) size=(\d{1,15}) nrcpt=(\d{1,7}) proto=(\S{1,20})$/.exec(text);
	if (taken) {
		return event({
			kind: "received",
			mta: "opensmtpd",
			queueId: taken[1],
			protocol: taken[4],
			size: Number(taken[2]),
			recipientCount: Number(taken[3]),
		});
	}
	const old = parseOldMessage(text);
	if (old) return old;
	// smtp envelope evpid=b90125cedcf4a4f9 from=<carol@corp.example> to=<u5@c.example>
	const envelope = /^envelope evpid=([0-9a-f]{8})[0-9a-f]{8} from=(?=<)/.exec(text);
	if (envelope) {
		const end = indexOutside(text, " to=<", envelope[0].length);
		if (end < 0) return undefined;
		return event({
			kind: "queued",
			mta: "opensmtpd",
			queueId: envelope[1],
			sender: bareAddress(text.slice(envelope[0].length, end)),
		});
	}
	// smtp failed-command command="RCPT To:<ghost50@c.example> ORCPT=rfc822;ghost50@c.example" result="524 5.2.4 Mailing list expansion problem: <ghost50@c.example>"
	if (text.startsWith(FAILED)) return failedCommand(text.slice(FAILED.length), '" result="', '"');
	if (text.startsWith("authentication ")) return parseAuthentication(text, isOld);
	const tls = parseTls(text);
	if (tls) return event({ kind: "tls", mta: "opensmtpd", direction: "in", ...tls });
	// smtp client-cert-check result="failure" ; the mta says its own so where no certificate came (mta_session.c)
	const trust = certificateTrust(text);
	if (trust !== undefined) {
		const direction = trust === "no certificate presented" ? "out" : "in";
		return event({ kind: "tls", mta: "opensmtpd", direction, trust });
	}
	if (text.startsWith("bad-input ")) {
		return event({ kind: "problem", mta: "opensmtpd", severity: "warning", text });
	}
	return /^(?:starttls|limit|filter|envelope|command|data|proxy) ?/.test(text)
		? event({ kind: "other", mta: "opensmtpd" })
		: undefined;
}

// smtp disconnected reason=quit ; smtp disconnected reason="io-error: Connection reset by peer"
function parseEnd(text: string): ParsedMessage {
	const reason = /^(?:disconnected|closed) {1,2}reason="?(.{1,200}?)"?$/.exec(text)?.[1];
	const common = { mta: "opensmtpd", reason } as const;
	if (reason === "tls-accept-failed" || reason === "ca-failure")
		return event({ kind: "connection-lost", ...common, stage: "STARTTLS" });
	// `disconnect`: the client went without QUIT
	const lost = reason === "disconnect" || reason === "timeout" || reason?.startsWith("io-error") === true;
	return event({ kind: lost ? "connection-lost" : "disconnect", ...common });
}

// before 6.4, a line for each recipient, with what it became (`ndest`): smtp event=message address=192.0.2.3 host=x msgid=b90125ce from=<a@x> to=<b@y> size=1873 ndest=1 proto=ESMTP
function parseOldMessage(text: string): ParsedMessage | undefined {
	const head = /^message address=(\S{1,60}) host=(\S{0,255}) msgid=([0-9a-f]{8}) from=(?=<)/.exec(text);
	const to = head ? indexOutside(text, " to=<", head[0].length) : -1;
	const size = to < 0 ? -1 : indexOutside(text, " size=", to + 1);
	const tail =
		size < 0 ? undefined : /^ size=(\d{1,15}) ndest=\d{1,7} proto=(\S{1,20})$/.exec(text.slice(size));
	if (!head || !tail) return undefined;
	return event({
		kind: "received",
		mta: "opensmtpd",
		queueId: head[3],
		client: endpoint(head[1] as string, head[2]),
		protocol: tail[2],
		sender: bareAddress(text.slice(head[0].length, to)),
		size: Number(tail[1]),
	});
}

/** A client by address and name; `local` is sendmail(1). */
export function endpoint(address: string, host: string | undefined): Endpoint | undefined {
	const ip = canonicalIp(address);
	// sendmail(1), by the host's own name: address=local host=mx.example
	if (ip === undefined) return address === "local" && host ? { name: host } : undefined;
	return host && host !== "<unknown>" && host !== "unknown" && canonicalIp(host) === undefined
		? { name: host, ip }
		: { ip };
}

// smtp event=authentication user=bob address=192.0.2.1 host=x result=permfail ; since 6.4: smtp authentication user=bob result=ok
function parseAuthentication(text: string, isOld: boolean): ParsedMessage | undefined {
	const result = / result="?([a-z]{1,20})"?$/i.exec(text);
	if (!result) return undefined;
	if (/^ok$/i.test(result[1] as string)) return event({ kind: "other", mta: "opensmtpd" });
	const rest = text.slice("authentication ".length, result.index);
	const from = isOld ? / address=(\S{1,60})(?: host=(\S{0,255}))?$/.exec(rest) : undefined;
	const user = rest.slice(0, from?.index).replace(/^user=/, "");
	return event({
		kind: "auth-failed",
		mta: "opensmtpd",
		client: from ? endpoint(from[1] as string, from[2]) : undefined,
		username: user || undefined,
		reason: result[1],
		service: "smtp",
	});
}
