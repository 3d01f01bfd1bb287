/**
 * postscreen, dnsblog and tlsproxy (postscreen*.c, dnsblog.c): what happened to a client before any smtpd saw it. Clients
 * are named `[ip]:port`; results are kept as logged.
 */
import { canonicalIp, commandStage, readEndpoint, type SmtpStage } from "../../event/index.ts";
import { type PostfixLine, type Said, said } from "./said.ts";

// CONNECT from [192.0.2.1]:4711 to [192.0.2.2]:25; tlsproxy: CONNECT from [192.0.2.1]:4711, and to its own next hop
const CONNECT =
	/^CONNECT (from|to) (\[[^\]\s]{1,60}\]:\d{1,5}|\S{1,320})(?: to (\[[^\]\s]{1,60}\]:\d{1,5}))?$/;

/** CONNECT from [192.0.2.1]:4711 to [192.0.2.2]:25 */
export function readScreenConnect(line: PostfixLine): Said | undefined {
	const match = CONNECT.exec(line.text);
	if (!match) return undefined;
	const peer = readEndpoint(match[2] as string);
	if (match[1] === "to") return said({ kind: "connect", server: peer });
	const server = match[3] === undefined ? undefined : readEndpoint(match[3]);
	return said({ kind: "connect", client: peer, server });
}

/** DISCONNECT [192.0.2.1]:4711 */
export function readScreenDisconnect(line: PostfixLine): Said {
	return said({ kind: "disconnect", client: readEndpoint(line.text.slice(11).trim()) });
}

const PEER = String.raw`(\[[^\]\s]{1,60}\]:\d{1,5})`;
const PASS = new RegExp(
	`^((?:PASS|SKIP) \\w{3,8}|\\w{1,8}LISTED|\\w{1,8}LIST VETO|ENFORCE|DROP|UNPASS|UNFAIL) ${PEER}$`,
);
const DNSBL = new RegExp(`^DNSBL rank (-?\\d{1,9}) for ${PEER}$`);
const PREGREET = new RegExp(
	`^PREGREET (\\d{1,9}) after (\\d{1,9}(?:\\.\\d{1,9})?) from ${PEER}(?:: (.*))?$`,
	"s",
);
const HANGUP = new RegExp(`^HANGUP after (\\d{1,9}(?:\\.\\d{1,9})?) from ${PEER}(?: in (.{1,80}))?$`);
const COMMAND = new RegExp(
	`^(COMMAND (?:PIPELINING|TIME LIMIT|COUNT LIMIT|LENGTH LIMIT)|NON-SMTP COMMAND|BARE NEWLINE) from ${PEER} after ([^\\s:]{1,100})(?:: (.*))?$`,
	"s",
);
const EARLY = new RegExp(`^((?:DATA|BDAT) without valid RCPT) from ${PEER}$`);

/** PASS NEW, DNSBL rank, PREGREET, HANGUP, COMMAND PIPELINING … */
export function readScreened(line: PostfixLine): Said | undefined {
	const { text } = line;
	const pass = PASS.exec(text);
	if (pass) return screened({ result: pass[1] as string, peer: pass[2] as string });
	const rank = DNSBL.exec(text);
	if (rank) return screened({ result: "DNSBL", peer: rank[2] as string, score: Number(rank[1]) });
	return readTested(text);
}

function readTested(text: string): Said | undefined {
	const early = PREGREET.exec(text);
	if (early) {
		const [bytes, after] = [Number(early[1]), Number(early[2])];
		return screened({ result: "PREGREET", peer: early[3] as string, bytes, after, reason: early[4] });
	}
	const gone = HANGUP.exec(text);
	if (gone) {
		const stage = gone[3] === "tests before SMTP handshake" ? "CONNECT" : undefined;
		return screened({
			result: "HANGUP",
			peer: gone[2] as string,
			after: Number(gone[1]),
			stage,
			reason: gone[3],
		});
	}
	const command = COMMAND.exec(text);
	if (command) {
		const stage = commandStage((command[3] as string).toUpperCase());
		return screened({ result: command[1] as string, peer: command[2] as string, stage, reason: command[4] });
	}
	const data = EARLY.exec(text);
	return data ? screened({ result: data[1] as string, peer: data[2] as string, stage: "DATA" }) : undefined;
}

interface Screened {
	result: string;
	peer: string;
	score?: number;
	after?: number;
	bytes?: number;
	stage?: SmtpStage | undefined;
	reason?: string | undefined;
}

function screened({ peer, reason, ...rest }: Screened): Said {
	return said({ kind: "postscreen", client: readEndpoint(peer), ...rest, reason: reason || undefined });
}

// dnsblog.c: addr 127.0.1.3 listed by domain dnsbl.example.net as 127.0.0.2
const LISTED = /^addr (\S{1,80}) (?:listed|blocked) by domain (\S{1,255})(?: as (\S{1,300}))?$/;

/** addr 127.0.1.3 listed by domain dnsbl.example.net as 127.0.0.2 */
export function readListed(line: PostfixLine): Said | undefined {
	const match = LISTED.exec(line.text);
	if (!match) return undefined;
	const ip = canonicalIp(match[1] as string);
	return said({
		kind: "dns-list",
		client: ip === undefined ? undefined : { ip },
		list: match[2],
		answer: match[3],
	});
}
