/**
 * Alerts over a real store: log lines in, word out by webhook and by mail to a real SMTP server; silence, repetition, restart,
 * and that a preview says what the live hub did.
 */
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type {
	Alert,
	AlertNotice,
	AlertPreviewAnswer,
	AlertRule,
	AlertRuleDraft,
	AlertsAnswer,
	NewChannelAnswer,
} from "@mailtrail/core/wire";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { batchesOf } from "../testing/mail-traffic.ts";
import { startHub, type TestHub } from "../testing/test-hub.ts";

const START = Date.parse("2026-03-02T08:00:00.000Z");
const MINUTE = 60_000;
let hub: TestHub;
let now: number;
const more: (() => Promise<void>)[] = [];
beforeEach(async () => {
	now = START;
	hub = await startHub({ now: () => now });
});
afterEach(async () => {
	await hub.close();
	for (const close of more.splice(0)) await close();
});

/** `count` tries towards a domain within the minute from `at`, as Postfix writes them. */
function tries(
	at: number,
	domain: string,
	count: number,
	status: "sent" | "deferred" | "bounced",
	user = "kato",
): string[] {
	return Array.from({ length: count }, (_, n) => {
		const time = (ms: number) => new Date(at + n * 400 + ms).toISOString().replace("Z", "+00:00");
		const id = `A${(at / 1000 + n * 100_000).toString(16).toUpperCase()}${domain.length}`;
		const [dsn, text] = {
			sent: ["2.0.0", "250 2.0.0 Ok: queued as 4XYZ"],
			deferred: ["4.7.0", "host mx[192.0.2.9] said: 421 4.7.0 Try again later (in reply to RCPT TO command)"],
			bounced: ["5.1.1", "host mx[192.0.2.9] said: 550 5.1.1 User unknown (in reply to RCPT TO command)"],
		}[status];
		return [
			`${time(0)} mx postfix/smtpd[9]: ${id}: client=web[192.0.2.7], sasl_method=PLAIN, sasl_username=${user}`,
			`${time(1)} mx postfix/cleanup[9]: ${id}: message-id=<${id}@example.org>`,
			`${time(2)} mx postfix/qmgr[2]: ${id}: from=<${user}@example.org>, size=900, nrcpt=1 (queue active)`,
			`${time(3)} mx postfix/smtp[9]: ${id}: to=<u@${domain}>, relay=mx.${domain}[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=${dsn}, status=${status} (${text})`,
		];
	}).flat();
}

let part = 0;
async function deliver(lines: string[]): Promise<void> {
	const agent = await hub.agent("mx");
	await agent.deliver(batchesOf(lines, 500, `/var/log/mail.${part++}`));
	agent.socket.close();
	await hub.store.settled();
}

const draft = (rule: Partial<AlertRuleDraft>): AlertRuleDraft => ({
	name: "put off",
	enabled: true,
	kind: "deferral-rate",
	threshold: 50,
	clear: 20,
	windowMinutes: 10,
	holdMinutes: 0,
	minimum: 5,
	channels: [],
	...rule,
});
async function send<T>(method: "POST" | "PUT" | "DELETE", path: string, payload: object): Promise<T> {
	const headers = { cookie: hub.cookie, origin: hub.url, host: new URL(hub.url).host };
	const answer = await hub.app.inject({ method, path, payload, headers });
	if (answer.statusCode !== 200) throw new Error(answer.body);
	return answer.json();
}
const addRule = (rule: Partial<AlertRuleDraft>) => send<AlertRule>("POST", "/api/alerts/rules", draft(rule));
const alerts = async (state: "firing" | "all" = "firing") =>
	(await hub.get<AlertsAnswer>(`/api/alerts?state=${state}`)).alerts;
/** One look of the engine at a time. */
async function look(at: number): Promise<void> {
	now = at;
	await hub.app.alertEngine.look();
}

interface Received {
	notice: AlertNotice;
	signature: string;
	body: string;
}
async function webhook(
	answers: number[] = [],
): Promise<{ url: string; received: Received[]; server: Server }> {
	const received: Received[] = [];
	const server = createServer((request, response) => {
		let body = "";
		request.on("data", (chunk) => {
			body += chunk;
		});
		request.on("end", () => {
			received.push({
				notice: JSON.parse(body),
				signature: String(request.headers["x-mailtrail-signature"]),
				body,
			});
			response.writeHead(answers.shift() ?? 204).end();
		});
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	more.push(() => new Promise((resolve) => server.close(() => resolve())));
	return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`, received, server };
}
async function until(check: () => boolean): Promise<void> {
	for (let i = 0; i < 100 && !check(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
	expect(check()).toBe(true);
}

describe("a rule over tries", () => {
	it("fires for the destination that puts us off, and clears when it takes mail again", async () => {
		await addRule({});
		await deliver([
			...tries(START, "slow.example", 8, "deferred"),
			...tries(START, "fine.example", 20, "sent"),
			...tries(START, "few.example", 3, "deferred"),
		]);
		await look(START + 2 * MINUTE);
		expect(await alerts()).toMatchObject([
			{
				subject: "slow.example",
				hosts: ["mx"],
				state: "firing",
				value: 100,
				query: "to:@slow.example status:delayed",
			},
		]);
		await deliver(tries(START + 11 * MINUTE, "slow.example", 10, "sent"));
		await look(START + 12 * MINUTE);
		expect(await alerts()).toMatchObject([{ value: 44.4 }]);
		await look(START + 17 * MINUTE);
		expect(await alerts()).toEqual([]);
		expect(await alerts("all")).toMatchObject([{ state: "cleared", peak: 100 }]);
	});

	it("says in a preview what the live hub did", async () => {
		const rule = await addRule({});
		for (let at = 0; at < 120; at += 5) {
			const bad = at >= 30 && at < 70;
			const lines = tries(START + at * MINUTE, "slow.example", 10, bad ? "deferred" : "sent");
			await deliver(lines);
			await look(START + (at + 5) * MINUTE);
		}
		const [live] = await alerts("all");
		expect(live).toMatchObject({ state: "cleared", peak: 100 });
		const { alerts: seen, ...rest } = await send<AlertPreviewAnswer>("POST", "/api/alerts/rules/preview", {
			rule: draft(rule),
		});
		expect(seen).toMatchObject([
			{ subject: "slow.example", since: live?.since, until: live?.clearedAt, peak: 100 },
		]);
		expect(rest).toMatchObject({ subjects: 1, highest: { subject: "slow.example", value: 100 } });
		expect(Date.parse(rest.from)).toBe(START);
		const strict = await send<AlertPreviewAnswer>("POST", "/api/alerts/rules/preview", {
			rule: draft({ kind: "bounce-rate" }),
		});
		expect(strict.alerts).toEqual([]);
	}, 60_000);

	it("tells of a user who sends much more than is usual", async () => {
		await addRule({ kind: "user-volume", threshold: 5, clear: 5, windowMinutes: 60, minimum: 30 });
		await deliver([
			...tries(START, "a.example", 40, "sent", "stolen@example.org"),
			...tries(START, "b.example", 20, "sent", "calm@example.org"),
		]);
		await look(START + 2 * MINUTE);
		expect(await alerts()).toMatchObject([{ subject: "stolen@example.org", value: 40, kind: "user-volume" }]);
	});
});

describe("a rule over hosts", () => {
	it("fires when an agent stays away, and clears when it is back", async () => {
		await addRule({ kind: "agent-gone", threshold: 10, clear: 10, holdMinutes: 0 });
		const agent = await hub.agent("mx");
		await look(START + MINUTE);
		agent.socket.close();
		await agent.inbox.closed;
		const { hosts } = await hub.get<{ hosts: { lastSeenAt: string }[] }>("/api/hosts");
		const seen = Date.parse(hosts[0]?.lastSeenAt ?? "");
		await look(seen + 9 * MINUTE);
		expect(await alerts()).toEqual([]);
		await look(seen + 11 * MINUTE);
		expect(await alerts()).toMatchObject([
			{ subject: "mx", value: 11, text: "The agent of mx has been away for 11 minutes." },
		]);
		await look(seen + 16 * MINUTE);
		const preview = await send<AlertPreviewAnswer>("POST", "/api/alerts/rules/preview", {
			rule: draft({ kind: "agent-gone", threshold: 10, clear: 10 }),
			days: 1,
		});
		expect(preview.alerts).toMatchObject([{ subject: "mx" }]);
	});
});

describe("word of alerts", () => {
	const bad = () =>
		deliver([...tries(START, "slow.example", 8, "deferred"), ...tries(START, "bad.example", 9, "deferred")]);
	const hookChannel = (url: string) =>
		send<NewChannelAnswer>("POST", "/api/alerts/channels", { kind: "webhook", name: "hook", url });

	it("goes out as one signed notice, once, and again when it is over", async () => {
		const { url, received } = await webhook();
		const { channel, secret = "" } = await hookChannel(url);
		await addRule({ channels: [channel.id] });
		await bad();
		await look(START + 2 * MINUTE);
		await until(() => received.length === 1);
		const [{ notice, signature, body } = { notice: undefined, signature: "", body: "" }] = received;
		expect(notice?.alerts.map(({ subject }: Alert) => subject).sort()).toEqual([
			"bad.example",
			"slow.example",
		]);
		const [, seconds = ""] = /^t=(\d+),/.exec(signature) ?? [];
		const mark = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
		expect(signature).toBe(`t=${seconds},v1=${mark}`);
		await look(START + 3 * MINUTE);
		await look(START + 30 * MINUTE);
		await until(() => received.length === 2);
		expect(received[1]?.notice.alerts.map(({ state }) => state)).toEqual(["cleared", "cleared"]);
		const { channels } = await hub.get<{ channels: object[] }>("/api/alerts/channels");
		expect(JSON.stringify(channels)).not.toContain(secret);
		expect(channels).toMatchObject([{ lastResult: "delivered" }]);
	});

	it("is not repeated by a restart, and is where that is asked for", async () => {
		const { url, received } = await webhook();
		const { channel } = await hookChannel(url);
		await addRule({ channels: [channel.id], windowMinutes: 1_440, repeatHours: 2 });
		await bad();
		await look(START + 2 * MINUTE);
		await until(() => received.length === 1);
		hub = await hub.restart();
		await look(START + 60 * MINUTE);
		await look(START + 130 * MINUTE);
		await until(() => received.length === 2);
		expect(received[1]?.notice.alerts).toHaveLength(2);
	});

	it("is kept back while a silence lasts", async () => {
		const { url, received } = await webhook();
		const { channel } = await hookChannel(url);
		await addRule({ channels: [channel.id], windowMinutes: 1_440 });
		await send("POST", "/api/alerts/silences", { subject: "slow.example", minutes: 30, why: "known" });
		await bad();
		await look(START + 2 * MINUTE);
		await until(() => received.length === 1);
		expect(received[0]?.notice.alerts.map(({ subject }) => subject)).toEqual(["bad.example"]);
		const { alerts: shown, firing } = await hub.get<AlertsAnswer>("/api/alerts");
		expect([shown.length, firing]).toEqual([2, 1]);
		await look(START + 40 * MINUTE);
		await until(() => received.length === 2);
		expect(received[1]?.notice.alerts.map(({ subject }) => subject)).toEqual(["slow.example"]);
	});

	it("tells of a channel that fails what it answered, and follows no redirect", async () => {
		const { url } = await webhook([500, 302]);
		const { channel } = await hookChannel(url);
		const test = () => send<{ result: string }>("POST", `/api/alerts/channels/${channel.id}/test`, {});
		expect((await test()).result).toBe("the address answered 500");
		expect((await test()).result).toMatch(/redirect/);
		expect((await test()).result).toBe("delivered");
	});

	it("goes out by mail to a real server", async () => {
		const mails: string[] = [];
		const smtp = new SMTPServer({
			authOptional: true,
			disabledCommands: ["AUTH", "STARTTLS"],
			onData(stream, session, done) {
				let text = `${session.envelope.mailFrom ? session.envelope.mailFrom.address : ""}\n`;
				stream.on("data", (chunk) => {
					text += String(chunk);
				});
				stream.on("end", () => {
					mails.push(text);
					done();
				});
			},
		});
		await new Promise<void>((resolve) => smtp.listen(0, "127.0.0.1", () => resolve()));
		more.push(() => new Promise((resolve) => smtp.close(() => resolve())));
		const { port } = smtp.server.address() as AddressInfo;
		await hub.close();
		const mail = { url: `smtp://127.0.0.1:${port}`, from: "trail@example.org" };
		hub = await startHub({ now: () => now, mail, publicUrl: "https://mail.example/trail" });
		const headers = {
			cookie: hub.cookie.replace("mailtrail", "__Host-mailtrail"),
			origin: "https://mail.example",
		};
		const payload = { kind: "email", name: "us", to: ["postmaster@example.org"] };
		const made = await hub.app.inject({ method: "POST", path: "/api/alerts/channels", payload, headers });
		const { channel } = made.json<NewChannelAnswer>();
		const rule = draft({ channels: [channel.id] });
		await hub.app.inject({ method: "POST", path: "/api/alerts/rules", payload: rule, headers });
		await bad();
		await look(START + 2 * MINUTE);
		await until(() => mails.length === 1);
		expect(mails[0]).toMatch(/^trail@example\.org\n/);
		expect(mails[0]).toMatch(/^Subject: .+ \(and 1 more\)\r$/m);
		expect(mails[0]).toMatch(/^Auto-Submitted: auto-generated\r$/m);
		expect(mails[0]).toContain("https://mail.example/trail/alerts");
	});
});
