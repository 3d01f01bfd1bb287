/** For tests: one message with one recipient as each mail server logs it, in the shapes of Postfix 3.7, sendmail 8.17, exim 4.96 and OpenSMTPD 6.8. */
import type { LocatedEvent } from "./index.ts";
import { located } from "./tracing.testing.ts";

export const SERVERS = ["postfix", "sendmail", "exim", "opensmtpd"] as const;
export type Server = (typeof SERVERS)[number];

export interface Passing {
	host: string;
	server: Server;
	/** a number: each server makes an id of its own kind of it */
	id: number;
	/** seconds after noon of the arrival; the try is half a second later, or when `triedAt` says */
	at: number;
	triedAt?: number;
	messageId: string;
	sender: string;
	to: string;
	size?: number;
	client: { name: string; ip: string };
	relay: { name: string; ip: string };
	/** what the relay answered, with its code */
	reply: string;
}

const NAMES: Record<Server, (number: number) => string> = {
	postfix: (number) => `4BDF0${number.toString(16).toUpperCase().padStart(5, "0")}`,
	sendmail: (number) => `6AMC00xy${String(number).padStart(6, "0")}`,
	exim: (number) => `1xV6gs-00${number.toString(36).padStart(4, "0")}-2l`,
	opensmtpd: (number) => (0x2d3d_0000 + number).toString(16),
};

export function idOf(server: Server, number: number): string {
	return NAMES[server](number);
}

/** What a server answers that has queued a message. */
export function taken(server: Server, number: number): string {
	const id = idOf(server, number);
	switch (server) {
		case "postfix":
			return `250 2.0.0 Ok: queued as ${id}`;
		case "exim":
			return `250 OK id=${id}`;
		case "sendmail":
		case "opensmtpd":
			return `250 2.0.0 ${id} Message accepted for delivery`;
	}
}

export function linesOf(passing: Passing): LocatedEvent[] {
	const { host, id } = passing;
	return located(host, LINES[passing.server](passing).join("\n")).map((each) => ({
		...each,
		ref: `${each.ref.slice(0, each.ref.lastIndexOf(":"))}/${id}:${each.order}`,
	}));
}

const NOON = Date.parse("2026-11-22T12:00:00Z");
const stamp = (seconds: number) => new Date(NOON + seconds * 1000).toISOString().replace("Z", "+00:00");

const LINES: Record<Server, (passing: Passing) => string[]> = {
	postfix: ({ host, id: number, at, triedAt = at + 0.5, messageId, sender, to, size = 1000, ...rest }) => {
		const { client, relay, reply } = rest;
		const id = idOf("postfix", number);
		const line = (seconds: number, daemon: string, text: string) =>
			`${stamp(seconds)} ${host} postfix/${daemon}[${number}]: ${id}: ${text}`;
		return [
			line(at, "smtpd", `client=${client.name}[${client.ip}]`),
			line(at + 0.1, "cleanup", `message-id=<${messageId}>`),
			line(at + 0.2, "qmgr", `from=<${sender}>, size=${size}, nrcpt=1 (queue active)`),
			line(
				triedAt,
				"smtp",
				`to=<${to}>, relay=${relay.name}[${relay.ip}]:25, delay=${(triedAt - at).toFixed(1)}, delays=0.2/0/0.1/0.2, dsn=2.0.0, status=sent (${reply})`,
			),
			line(triedAt + 0.1, "qmgr", "removed"),
		];
	},
	sendmail: ({ host, id: number, at, triedAt = at + 0.5, messageId, sender, to, size = 1000, ...rest }) => {
		const { client, relay, reply } = rest;
		const id = idOf("sendmail", number);
		const line = (seconds: number, text: string) =>
			`${stamp(seconds)} ${host} sendmail[${number}]: ${id}: ${text}`;
		return [
			line(
				at + 0.1,
				`from=<${sender}>, size=${size}, class=0, nrcpts=1, msgid=<${messageId}>, proto=ESMTP, daemon=MTA-v4, relay=${client.name} [${client.ip}]`,
			),
			line(
				triedAt,
				`to=<${to}>, delay=00:00:01, xdelay=00:00:00, mailer=esmtp, pri=30377, relay=${relay.name}. [${relay.ip}], dsn=2.0.0, stat=Sent (${reply.replace(/^250 (?:2\.0\.0 )?/, "")})`,
			),
		];
	},
	exim: ({ host, id: number, at, triedAt = at + 0.5, messageId, sender, to, size = 1000, ...rest }) => {
		const { client, relay, reply } = rest;
		const id = idOf("exim", number);
		const line = (seconds: number, text: string) =>
			`${stamp(seconds)} ${host} exim[${number}]: ${stamp(seconds).slice(0, 19).replace("T", " ")} ${id} ${text}`;
		return [
			line(at + 0.1, `<= ${sender} H=${client.name} [${client.ip}] P=esmtp S=${size} id=${messageId}`),
			line(triedAt, `=> ${to} R=dnslookup T=remote_smtp H=${relay.name} [${relay.ip}] C="${reply}"`),
			line(triedAt + 0.1, "Completed"),
		];
	},
	opensmtpd: ({ host, id: number, at, triedAt = at + 0.5, sender, to, size = 1000, ...rest }) => {
		const { client, relay, reply } = rest;
		const id = idOf("opensmtpd", number);
		const session = (0xcf71_9342_0000_0000n + BigInt(number)).toString(16);
		const line = (seconds: number, text: string) =>
			`${stamp(seconds)} ${host} smtpd[177]: ${session} ${text}`;
		return [
			line(at, `smtp connected address=${client.ip} host=${client.name}`),
			line(at + 0.1, `smtp message msgid=${id} size=${size} nrcpt=1 proto=ESMTP`),
			line(at + 0.1, `smtp envelope evpid=${id}b845e44f from=<${sender}> to=<${to}>`),
			line(
				triedAt,
				`mta delivery evpid=${id}b845e44f from=<${sender}> to=<${to}> rcpt=<-> source="192.0.2.13" relay="${relay.ip} (${relay.name})" delay=0s result="Ok" stat="${reply}"`,
			),
		];
	},
};
