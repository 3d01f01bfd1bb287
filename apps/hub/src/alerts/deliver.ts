/**
 * Word of alerts goes out: as a signed POST, or as mail. Several that change together are one notice. A delivery is tried
 * three times and how it went stands with the channel; nothing that the other side answers is shown but its status.
 */
import { createHmac, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Alert, AlertNotice } from "@mailtrail/core/wire";
import { createTransport, type Transporter } from "nodemailer";
import type { AlertStore, ChannelRecord } from "../store/alert-store.ts";

export interface MailSettings {
	/** `smtp://USER:PASSWORD@HOST:587` */
	url: string;
	from: string;
}

export interface DeliverDeps {
	alerts: AlertStore;
	mail: MailSettings | undefined;
	/** where the page is, for the link in a mail */
	origin: () => string;
	now: () => number;
	/** between tries, for tests */
	pausesMs?: readonly number[];
}

const PAUSES_MS = [0, 10_000, 60_000];
const ANSWER_MS = 10_000;
const SUBJECT_MAX = 120;

export class Delivery {
	readonly #deps: DeliverDeps;
	readonly #mailer: Transporter | undefined;
	readonly #stopped = new AbortController();

	constructor(deps: DeliverDeps) {
		this.#deps = deps;
		this.#mailer = deps.mail && createMailer(deps.mail.url);
	}

	get canMail(): boolean {
		return this.#mailer !== undefined;
	}

	/** `delivered`, or why not; never throws. */
	async send(channel: ChannelRecord, alerts: Alert[], { once = false } = {}): Promise<string> {
		const { now, pausesMs = PAUSES_MS } = this.#deps;
		const notice: AlertNotice = {
			version: 1,
			id: randomUUID(),
			sentAt: new Date(now()).toISOString(),
			alerts,
		};
		let result = "";
		for (const pause of once ? [0] : pausesMs) {
			if (pause > 0) await sleep(pause, undefined, { signal: this.#stopped.signal }).catch(() => {});
			if (this.#stopped.signal.aborted) return result || "the hub stopped";
			result = await this.#try(channel, notice).catch((error: unknown) => reasonOf(error));
			if (result === "delivered") break;
		}
		const current = (await this.#deps.alerts.channels()).find(({ id }) => id === channel.id);
		if (current) await this.#deps.alerts.putChannel({ ...current, lastResult: result, lastAt: now() });
		return result;
	}

	stop(): void {
		this.#stopped.abort();
		this.#mailer?.close();
	}

	#try(channel: ChannelRecord, notice: AlertNotice): Promise<string> {
		return channel.kind === "webhook" ? this.#post(channel, notice) : this.#mail(channel, notice);
	}

	async #post(channel: ChannelRecord & { kind: "webhook" }, notice: AlertNotice): Promise<string> {
		const body = JSON.stringify(notice);
		const seconds = Math.floor(this.#deps.now() / 1000);
		const address = new URL(channel.url);
		const { username, password } = address;
		address.username = "";
		address.password = "";
		const answer = await fetch(address, {
			method: "POST",
			body,
			redirect: "error",
			signal: AbortSignal.any([AbortSignal.timeout(ANSWER_MS), this.#stopped.signal]),
			headers: {
				"content-type": "application/json",
				"user-agent": "Mailtrail",
				"x-mailtrail-signature": signatureOf(channel.secret ?? "", seconds, body),
				...(username !== "" && { authorization: basic(username, password) }),
			},
		});
		await answer.body?.cancel();
		return answer.ok ? "delivered" : `the address answered ${answer.status}`;
	}

	async #mail(channel: ChannelRecord & { kind: "email" }, notice: AlertNotice): Promise<string> {
		const { mail, origin } = this.#deps;
		if (!this.#mailer || !mail) return "no mail server is set: smtp_url in the hub's configuration";
		const texts = notice.alerts.map(({ state, text }) => (state === "firing" ? text : `Over: ${text}`));
		const first = texts[0] ?? "";
		const more = texts.length > 1 ? ` (and ${texts.length - 1} more)` : "";
		await this.#mailer.sendMail({
			from: { name: "Mailtrail", address: mail.from },
			to: channel.to,
			subject: oneLine(`${first.slice(0, SUBJECT_MAX)}${more}`),
			text: `${texts.map(oneLine).join("\n\n")}\n\n${origin()}/alerts\n`,
			// RFC 3834: no out-of-office answers this
			headers: { "Auto-Submitted": "auto-generated", "X-Mailtrail-Notice": notice.id },
		});
		return "delivered";
	}
}

/** A password goes over TLS only; without one TLS is used where the server offers it. */
function createMailer(url: string): Transporter {
	const { protocol, hostname, port, username, password } = new URL(url);
	const secure = protocol === "smtps:";
	return createTransport({
		host: hostname.replace(/^\[(.*)\]$/, "$1"),
		port: port === "" ? (secure ? 465 : 587) : Number(port),
		secure,
		requireTLS: !secure && username !== "",
		...(username !== "" && {
			auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
		}),
		connectionTimeout: ANSWER_MS,
		greetingTimeout: ANSWER_MS,
		socketTimeout: ANSWER_MS,
	});
}

/** What a receiver makes again from the time, the body and its secret; the time is part of it, so that an old notice cannot be sent again. */
export function signatureOf(secret: string, seconds: number, body: string): string {
	const mark = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
	return `t=${seconds},v1=${mark}`;
}

function basic(username: string, password: string): string {
	const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
	return `Basic ${Buffer.from(pair).toString("base64")}`;
}

/** Senders are chosen by strangers: no line end of theirs gets into a header. */
function oneLine(text: string): string {
	return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " ");
}

function reasonOf(error: unknown): string {
	if (!(error instanceof Error)) return String(error);
	const cause = error.cause instanceof Error ? error.cause : error;
	return oneLine(cause.message).slice(0, 300);
}
