/** Commands that sendmail turned away by itself (srvrsmtp.c, collect.c, conf.c). Commands are quoted as the client wrote them. */
import { bareAddress, canonicalIp, type ParsedMessage, type SmtpStage } from "../../event/index.ts";
import { event } from "../parsed.ts";
import { readPeer } from "../peer.ts";

// h.example [192.0.2.1]: VRFY root [rejected]
// rejecting commands from h.example [192.0.2.1] due to pre-greeting traffic after 0 seconds
export function parseRejectedCommand(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const reject = { kind: "reject", mta: "sendmail", queueId, verb: "reject" } as const;
	const early = "rejecting commands from ";
	if (text.startsWith(early)) {
		const due = text.indexOf(" due to ", early.length);
		const client = readPeer(text.slice(early.length, due < 0 ? undefined : due));
		return event({ ...reject, stage: "CONNECT", client, reason: due < 0 ? undefined : text.slice(due + 8) });
	}
	// rejecting EHLO from client.example [192.0.2.1] due to traffic before response
	const hasty = HASTY.exec(text);
	if (hasty) {
		const [, phase, client] = hasty as unknown as [string, string, string];
		const stage = STAGES[phase.slice(phase.lastIndexOf(" ") + 1)];
		return event({ ...reject, stage, client: readPeer(client), reason: "traffic before response" });
	}
	// tcpwrappers (h.example, 192.0.2.1) rejection
	const wrapped = /^tcpwrappers \(([^\s,()]{0,255}), ([^\s()]{2,60})\) rejection$/.exec(text);
	if (wrapped) {
		const client = readPeer(`${wrapped[1]} [${canonicalIp(wrapped[2] as string) ?? ""}]`);
		return event({ ...reject, stage: "CONNECT", client, reason: "tcpwrappers" });
	}
	const limited = parseLimit(queueId, text) ?? parsePreviousCheck(queueId, text);
	if (limited) return limited;
	const command =
		/^([^\s:]{0,255} ?\[\S{2,50}\](?: \(may be forged\))?): (VRFY|EXPN|ETRN|vrfy|expn|etrn)\b/.exec(text);
	if (!command) return undefined;
	if (!text.endsWith(" [rejected]")) return event({ kind: "other", mta: "sendmail", queueId });
	const stage = command[2]?.toUpperCase() === "ETRN" ? "ETRN" : "VRFY";
	return event({ ...reject, stage, client: readPeer(command[1] as string), reason: "rejected" });
}

/** 8.18: a client that talks on before it was answered; what it was at is told by GET_PHASE (srvrsmtp.c): a command, `server EHLO`, `server DATA` */
const HASTY =
	/^rejecting ((?:server )?[A-Z]{3,8}) from (\S{0,255} ?\[\S{2,50}\](?: \(may be forged\))?) due to traffic before response$/;
const STAGES: Readonly<Record<string, SmtpStage>> = { HELO: "HELO", EHLO: "EHLO", DATA: "DATA" };

// headers too large (20000 max) from client.example during message collect ; header overflow from client.example during message collect
const COLLECT =
	/^(header overflow|headers too large \(\d{1,12} max\)) from ([^\s]{1,255}(?: \[\S{2,50}\])?) during message collect$/;
// invalid domain name (bad_helo!x) from client.example [127.0.1.9]
const DOMAIN_NAME = /^(invalid domain name) \((.*)\) from (\S{0,255} ?\[\S{2,50}\](?: \(may be forged\))?)$/;

function parseLimit(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const reject = { kind: "reject", mta: "sendmail", queueId, verb: "reject" } as const;
	const collect = COLLECT.exec(text);
	if (collect) {
		const [, reason, client] = collect as unknown as [string, string, string];
		return event({ ...reject, stage: "EOM", client: readPeer(client), reason });
	}
	const name = DOMAIN_NAME.exec(text);
	if (!name) return undefined;
	const [, reason, helo, client] = name as unknown as [string, string, string, string];
	return event({ ...reject, stage: "HELO", client: readPeer(client), reason, helo });
}

const COMMANDS: Readonly<Record<string, SmtpStage>> = {
	AUTH: "AUTH",
	STARTTLS: "STARTTLS",
	MAIL: "MAIL",
	RCPT: "RCPT",
	VRFY: "VRFY",
	EXPN: "VRFY",
	ETRN: "ETRN",
};

// SMTP MAIL command (<a@client.example>) from client.example [127.0.1.9] tempfailed (due to previous checks)
function parsePreviousCheck(queueId: string | undefined, text: string): ParsedMessage | undefined {
	const end = " tempfailed (due to previous checks)";
	if (!text.startsWith("SMTP ") || !text.endsWith(end)) return undefined;
	const words = text.slice(0, -end.length);
	const head = /^SMTP ([A-Z]{4,8}) command \(/.exec(words);
	const from = words.lastIndexOf(") from ");
	if (!head || from < head[0].length) return undefined;
	const stage = COMMANDS[head[1] as string];
	const argument = words.slice(head[0].length, from);
	return event({
		kind: "reject",
		mta: "sendmail",
		queueId,
		verb: "tempfail",
		stage,
		client: readPeer(words.slice(from + 7)),
		reason: "due to previous checks",
		sender: stage === "MAIL" && argument.startsWith("<") ? bareAddress(argument) : undefined,
	});
}
