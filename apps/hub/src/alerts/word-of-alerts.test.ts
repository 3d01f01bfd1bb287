/** Word of alerts, out by webhook and by mail to a real SMTP server: silence, repetition, restart. */
import { createHmac } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Alert, AlertNotice, AlertsAnswer, NewChannelAnswer } from "@mailtrail/core/wire";
import { SMTPServer } from "smtp-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AlertWorld, MINUTE, START, tries } from "../testing/alert-world.ts";

let world: AlertWorld;
const more: (() => Promise<void>)[] = [];
beforeEach(async () => {
	world = await AlertWorld.start();
});
afterEach(async () => {
	await world.hub.close();
	for (const close of more.splice(0)) await close();
});

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

describe("word of alerts", () => {
	const bad = () =>
		world.deliver([
			...tries(START, "slow.example", 8, "deferred"),
			...tries(START, "bad.example", 9, "deferred"),
		]);
	const hookChannel = (url: string) =>
		world.send<NewChannelAnswer>("POST", "/api/alerts/channels", { kind: "webhook", name: "hook", url });

	it("goes out as one signed notice, once, and again when it is over", async () => {
		const { url, received } = await webhook();
		const { channel, secret = "" } = await hookChannel(url);
		await world.addRule({ channels: [channel.id] });
		await bad();
		await world.look(START + 2 * MINUTE);
		await until(() => received.length === 1);
		const [{ notice, signature, body } = { notice: undefined, signature: "", body: "" }] = received;
		expect(notice?.alerts.map(({ subject }: Alert) => subject).sort()).toEqual([
			"bad.example",
			"slow.example",
		]);
		const [, seconds = ""] = /^t=(\d+),/.exec(signature) ?? [];
		const mark = createHmac("sha256", secret).update(`${seconds}.${body}`).digest("hex");
		expect(signature).toBe(`t=${seconds},v1=${mark}`);
		await world.look(START + 3 * MINUTE);
		await world.look(START + 30 * MINUTE);
		await until(() => received.length === 2);
		expect(received[1]?.notice.alerts.map(({ state }) => state)).toEqual(["cleared", "cleared"]);
		const { channels } = await world.hub.get<{ channels: object[] }>("/api/alerts/channels");
		expect(JSON.stringify(channels)).not.toContain(secret);
		expect(channels).toMatchObject([{ lastResult: "delivered" }]);
	});

	it("is not repeated by a restart, and is where that is asked for", async () => {
		const { url, received } = await webhook();
		const { channel } = await hookChannel(url);
		await world.addRule({ channels: [channel.id], windowMinutes: 1_440, repeatHours: 2 });
		await bad();
		await world.look(START + 2 * MINUTE);
		await until(() => received.length === 1);
		world.hub = await world.hub.restart();
		await world.look(START + 60 * MINUTE);
		await world.look(START + 130 * MINUTE);
		await until(() => received.length === 2);
		expect(received[1]?.notice.alerts).toHaveLength(2);
	});

	it("is kept back while a silence lasts", async () => {
		const { url, received } = await webhook();
		const { channel } = await hookChannel(url);
		await world.addRule({ channels: [channel.id], windowMinutes: 1_440 });
		await world.send("POST", "/api/alerts/silences", { subject: "slow.example", minutes: 30, why: "known" });
		await bad();
		await world.look(START + 2 * MINUTE);
		await until(() => received.length === 1);
		expect(received[0]?.notice.alerts.map(({ subject }) => subject)).toEqual(["bad.example"]);
		const { alerts: shown, firing } = await world.hub.get<AlertsAnswer>("/api/alerts");
		expect([shown.length, firing]).toEqual([2, 1]);
		await world.look(START + 40 * MINUTE);
		await until(() => received.length === 2);
		expect(received[1]?.notice.alerts.map(({ subject }) => subject)).toEqual(["slow.example"]);
	});

	it("tells of a channel that fails what it answered, and follows no redirect", async () => {
		const { url } = await webhook([500, 302]);
		const { channel } = await hookChannel(url);
		const test = () => world.send<{ result: string }>("POST", `/api/alerts/channels/${channel.id}/test`, {});
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
		await world.hub.close();
		const mail = { url: `smtp://127.0.0.1:${port}`, from: "trail@example.org" };
		world = await AlertWorld.start({ mail, publicUrl: "https://mail.example/trail" });
		const { channel } = await world.send<NewChannelAnswer>("POST", "/api/alerts/channels", {
			kind: "email",
			name: "us",
			to: ["postmaster@example.org"],
		});
		await world.addRule({ channels: [channel.id] });
		await bad();
		await world.look(START + 2 * MINUTE);
		await until(() => mails.length === 1);
		expect(mails[0]).toMatch(/^trail@example\.org\n/);
		expect(mails[0]).toMatch(/^Subject: .+ \(and 1 more\)\r$/m);
		expect(mails[0]).toMatch(/^Auto-Submitted: auto-generated\r$/m);
		expect(mails[0]).toContain("https://mail.example/trail/alerts");
	});
});
