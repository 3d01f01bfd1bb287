/**
 * One address, from the connection to `QUIT`: reach, tcp, banner, ehlo, starttls, certificate, auth-offered. Stops at the
 * first step without which the next cannot be made. Port 465 speaks TLS from the start (RFC 8314).
 */
import { isIP, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket } from "node:tls";
import type { Finding } from "@mailtrail/core/check";
import { type Demands, examineCertificate } from "./certificate.ts";
import { finding } from "./finding.ts";
import type { Way } from "./find-ways.ts";
import { connectTo, OTHER_PORTS, signOfLife } from "./reach-host.ts";
import { type ReplyOutcome, replyText, SmtpSession } from "./smtp-session.ts";
import { since, timed } from "./timed.ts";

export interface WayOptions {
	/** what we call ourselves */
	helo: string;
	/** milliseconds for the connection, and for each answer */
	connectMs: number;
	answerMs: number;
	demands: (way: Way) => Promise<Demands>;
	now: () => number;
	/** told as they are made */
	onFinding: (finding: Finding) => void;
}

const IMPLICIT_TLS_PORT = 465;
const LOGIN_PORTS = [465, 587];

/** Returns our own address on this way, where a connection came about. */
export async function tryWay(way: Way, options: WayOptions): Promise<string | undefined> {
	const { value: outcome, ms } = await timed(() => connectTo(way.address, way.port, options.connectMs));
	if ("failed" in outcome) {
		await tellFailure(way, outcome, ms, options);
		return undefined;
	}
	const { connected: socket } = outcome;
	const own = socket.localAddress ?? "";
	const tell = (step: Finding["step"], ok: boolean, took: number, code: Finding["code"], values = {}) =>
		options.onFinding(finding(step, ok, took, code, values, way));
	tell("reach", true, ms, "answers", { how: `port ${way.port}` });
	tell("tcp", true, ms, "port-open", { from: own });
	try {
		await new Dialogue(way, options, tell).hold(socket);
	} finally {
		setTimeout(() => socket.destroy(), 1_000).unref();
	}
	return own;
}

async function tellFailure(
	way: Way,
	outcome: { failed: "refused" | "timeout" | "no-route" | "other"; error: string },
	ms: number,
	{ onFinding, connectMs }: WayOptions,
): Promise<void> {
	const { failed, error } = outcome;
	const start = performance.now();
	if (failed === "refused") {
		onFinding(finding("reach", true, ms, "answers", { how: `port ${way.port}` }, way));
		onFinding(finding("tcp", false, ms, "port-refused", { error }, way));
		return;
	}
	if (failed === "no-route") {
		onFinding(finding("reach", false, ms, "no-route", { error }, way));
		return;
	}
	const how = await signOfLife(way.address, way.port);
	const took = since(start);
	onFinding(
		how === undefined
			? finding(
					"reach",
					false,
					took,
					"silent",
					{ ports: [way.port, ...OTHER_PORTS.filter((each) => each !== way.port)].join(", ") },
					way,
				)
			: finding("reach", true, took, "answers", { how }, way),
	);
	onFinding(
		failed === "timeout"
			? finding("tcp", false, ms, "port-timeout", { seconds: String(connectMs / 1_000) }, way)
			: finding("tcp", false, ms, "port-unreachable", { error }, way),
	);
}

type Tell = (
	step: Finding["step"],
	ok: boolean,
	ms: number,
	code: Finding["code"],
	values?: Record<string, string>,
) => void;

class Dialogue {
	readonly #way: Way;
	readonly #options: WayOptions;
	readonly #tell: Tell;

	constructor(way: Way, options: WayOptions, tell: Tell) {
		this.#way = way;
		this.#options = options;
		this.#tell = tell;
	}

	async hold(socket: Socket): Promise<void> {
		const implicit = this.#way.port === IMPLICIT_TLS_PORT;
		const stream = implicit ? await this.#encrypt(socket) : socket;
		if (!stream) return;
		const session = new SmtpSession(stream, this.#options.answerMs);
		if (!(await this.#greet(session))) return session.quit();
		const extensions = await this.#ehlo(session);
		if (!extensions) return session.quit();
		if (implicit) {
			await this.#certificate(stream as TLSSocket);
			this.#auth(extensions, true);
			return session.quit();
		}
		await this.#startTls(socket, session, extensions);
	}

	async #greet(session: SmtpSession): Promise<boolean> {
		const { value: reply, ms } = await timed(() => session.reply());
		if ("fault" in reply) {
			this.#fault("banner", reply, ms, "before its greeting");
			return false;
		}
		const good = reply.code === 220;
		this.#tell("banner", good, ms, good ? "greeted" : "greeting-refused", { reply: replyText(reply) });
		return good;
	}

	async #ehlo(session: SmtpSession): Promise<string[] | undefined> {
		const { helo } = this.#options;
		const { value: reply, ms } = await timed(() => session.say(`EHLO ${helo}`));
		if ("fault" in reply) {
			this.#fault("ehlo", reply, ms, "after EHLO");
			return undefined;
		}
		if (reply.code !== 250) {
			this.#tell("ehlo", false, ms, "ehlo-refused", { name: helo, reply: replyText(reply) });
			return undefined;
		}
		const extensions = reply.lines.slice(1).map((line) => line.slice(0, 100));
		this.#tell("ehlo", true, ms, "ehlo-accepted", {
			extensions: extensions.join(", ").slice(0, 900) || "nothing beyond SMTP",
		});
		return extensions;
	}

	async #startTls(socket: Socket, session: SmtpSession, extensions: string[]): Promise<void> {
		const login = LOGIN_PORTS.includes(this.#way.port);
		if (!extensions.some((line) => /^STARTTLS\b/i.test(line))) {
			this.#tell("starttls", !login, 0, "tls-not-offered");
			this.#auth(extensions, false);
			return session.quit();
		}
		const reply = await session.say("STARTTLS");
		if (!("code" in reply) || reply.code !== 220) {
			this.#tell("starttls", false, 0, "tls-refused", { reply: replyText(reply) });
			return session.quit();
		}
		session.release();
		const encrypted = await this.#encrypt(socket);
		if (!encrypted) return;
		await this.#certificate(encrypted);
		// What is offered after STARTTLS is what counts (RFC 3207 section 4.2).
		const again = new SmtpSession(encrypted, this.#options.answerMs);
		const second = await again.say(`EHLO ${this.#options.helo}`);
		if ("code" in second) this.#auth(second.lines.slice(1), true);
		again.quit();
	}

	async #encrypt(socket: Socket): Promise<TLSSocket | undefined> {
		const { host } = this.#way;
		const start = performance.now();
		const { promise, resolve } = Promise.withResolvers<TLSSocket | Error>();
		const tls = connectTls({
			socket,
			rejectUnauthorized: false,
			...(isIP(host) ? {} : { servername: host }),
		});
		const timer = setTimeout(() => resolve(new Error("no answer")), this.#options.answerMs);
		tls.once("secureConnect", () => resolve(tls));
		tls.on("error", (error) => resolve(error));
		tls.once("close", () => resolve(new Error("the connection was closed")));
		const outcome = await promise;
		clearTimeout(timer);
		if (outcome instanceof Error) {
			this.#tell("starttls", false, since(start), "tls-failed", { error: outcome.message.slice(0, 300) });
			tls.destroy();
			return undefined;
		}
		const cipher = outcome.getCipher();
		this.#tell("starttls", true, since(start), "tls-started", {
			protocol: outcome.getProtocol() ?? "",
			cipher: cipher.standardName ?? cipher.name,
		});
		return outcome;
	}

	async #certificate(socket: TLSSocket): Promise<void> {
		const demands = await this.#options.demands(this.#way);
		this.#options.onFinding(examineCertificate(socket, this.#way, demands, this.#options.now()));
	}

	#auth(extensions: readonly string[], encrypted: boolean): void {
		const offer = extensions.find((line) => /^AUTH[ =]/i.test(line));
		const mechanisms = (offer ?? "").slice(5).trim().slice(0, 200);
		if (offer === undefined) {
			// A server's port has no log-in; nor has a mail program's before it is encrypted.
			const wanted = LOGIN_PORTS.includes(this.#way.port);
			return this.#tell("auth-offered", !wanted, 0, "auth-not-offered");
		}
		this.#tell("auth-offered", encrypted, 0, encrypted ? "auth-offered" : "auth-in-clear", { mechanisms });
	}

	#fault(step: "banner" | "ehlo", reply: ReplyOutcome & { fault: string }, ms: number, when: string): void {
		const seconds = String(this.#options.answerMs / 1_000);
		switch (reply.fault) {
			case "timeout":
				return this.#tell(step, false, ms, "no-greeting", { seconds });
			case "closed":
				return this.#tell(step, false, ms, "closed", { when });
			case "not-smtp":
				return this.#tell(step, false, ms, "not-smtp", { reply: replyText(reply) });
		}
	}
}
