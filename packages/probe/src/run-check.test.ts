import { once } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, TLSSocket } from "node:tls";
import { type Finding, drawVerdict } from "@mailtrail/core/check";
import { afterEach, describe, expect, it } from "vitest";
import { runCheck } from "./run-check.ts";
import { CERTIFICATE, KEY } from "./certificate.testing.ts";

const open: Server[] = [];
afterEach(() => {
	for (const server of open.splice(0)) server.close();
});

/** A server on loopback that holds each connection as told. */
async function serve(hold: (socket: Socket) => void): Promise<number> {
	const server = createServer((socket) => {
		socket.on("error", () => socket.destroy());
		hold(socket);
	});
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	open.push(server);
	return (server.address() as { port: number }).port;
}

/** Answers each line that starts so. */
function speak(answers: Record<string, string>): (socket: Socket) => void {
	return (socket) => {
		socket.write("220 mx.example.net ESMTP\r\n");
		socket.on("data", (data) => {
			const line = data.toString();
			const answer = Object.entries(answers).find(([start]) => line.startsWith(start))?.[1];
			if (answer !== undefined) socket.write(`${answer}\r\n`);
			if (line.startsWith("QUIT")) socket.end("221 bye\r\n");
		});
	};
}

async function check(port: number, target = "127.0.0.1") {
	const report = await runCheck(
		{ target, port, lists: [] },
		{ from: "relay1", connectMs: 300, answerMs: 300 },
	);
	return { report, verdict: drawVerdict(report, "en"), codes: report.findings.map(({ code }) => code) };
}

describe("a reach test", () => {
	it("walks through the dialogue and says good-bye", async () => {
		let quit = false;
		const port = await serve((socket) => {
			speak({ EHLO: "250-mx.example.net\r\n250-SIZE 1000\r\n250 8BITMIME" })(socket);
			socket.on("data", (data) => {
				quit ||= data.toString().startsWith("QUIT");
			});
		});
		const { report, verdict, codes } = await check(port);
		expect(codes.slice(0, 7)).toEqual([
			"address-given",
			"answers",
			"port-open",
			"greeted",
			"ehlo-accepted",
			"tls-not-offered",
			"auth-not-offered",
		]);
		expect(verdict.cause).toBe("reachable");
		expect(report.findings.every(({ ms }) => ms >= 0 && ms < 1_000)).toBe(true);
		await expect.poll(() => quit).toBe(true);
	});

	it("tells a refused port, a silent one, and one that greets with a refusal", async () => {
		const closed = await serve(() => {});
		await new Promise((resolve) => open.pop()?.close(resolve));
		expect((await check(closed)).verdict.cause).toBe("port-refused");
		const silent = await check(await serve(() => {}));
		expect(silent.codes).toContain("no-greeting");
		expect(silent.verdict.cause).toBe("conversation-timeout");
		const listed = await check(
			await serve((socket) =>
				socket.end("554 5.7.1 Client host [192.0.2.1] blocked using zen.spamhaus.org\r\n"),
			),
		);
		expect(listed.verdict).toMatchObject({ cause: "dnsbl-listed", replyCode: 554 });
		const gone = await check(await serve((socket) => socket.end()));
		expect(gone.verdict.cause).toBe("connection-lost");
	});

	it("bounds what a server may send, and calls it what it is", async () => {
		const web = await check(await serve((socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n")));
		expect(web.codes).toContain("not-smtp");
		const flood = await check(
			await serve((socket) => {
				const more = () => {
					while (socket.write(`220-${"x".repeat(1_000)}\r\n`));
				};
				socket.on("drain", more);
				more();
			}),
		);
		expect(flood.codes).toContain("not-smtp");
		const endless = await check(await serve((socket) => socket.write(`220 ${"x".repeat(200_000)}`)));
		expect(endless.report.findings.find(({ step }) => step === "banner")?.values.reply?.length).toBeLessThan(
			1_000,
		);
	});

	it("lays TLS over the connection and reads the certificate", async () => {
		const port = await serve((socket) => {
			socket.write("220 mx\r\n");
			socket.on("data", function plain(data: Buffer) {
				const line = data.toString();
				if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 STARTTLS\r\n");
				if (!line.startsWith("STARTTLS")) return;
				socket.off("data", plain);
				socket.write("220 go\r\n");
				const tls = new TLSSocket(socket, { isServer: true, key: KEY, cert: CERTIFICATE });
				tls.on("error", () => socket.destroy());
				tls.on("data", (said) => {
					if (said.toString().startsWith("EHLO")) tls.write("250-mx\r\n250 AUTH PLAIN LOGIN\r\n");
				});
			});
		});
		const { report, codes } = await check(port);
		expect(codes).toContain("tls-started");
		expect(codes).toContain("auth-offered");
		const certificate = report.findings.find(({ step }) => step === "certificate") as Finding;
		expect(certificate).toMatchObject({ ok: false, code: "certificate-untrusted" });
		expect(certificate.values.names).toBe("mx.example.net");
	});

	it("tells a handshake that fails from one that is never answered", async () => {
		const starttls = (then: (socket: Socket) => void) => (socket: Socket) => {
			socket.write("220 mx\r\n");
			socket.on("data", (data) => {
				const line = data.toString();
				if (line.startsWith("EHLO")) socket.write("250-mx\r\n250 STARTTLS\r\n");
				else if (line.startsWith("STARTTLS")) {
					socket.write("220 go\r\n");
					then(socket);
				}
			});
		};
		const garbage = await check(
			await serve(starttls((socket) => socket.once("data", () => socket.write("garbage garbage garbage")))),
		);
		expect(garbage.verdict.cause).toBe("tls-failed");
		const mute = await check(await serve(starttls(() => {})));
		expect(mute.report.findings.find(({ code }) => code === "tls-failed")?.values.error).toBe("no answer");
	});

	it("gets no greeting from a port that speaks TLS from the start", async () => {
		const server = createTlsServer({ key: KEY, cert: CERTIFICATE }, (socket) => socket.end("220 mx\r\n"));
		server.on("tlsClientError", () => {});
		server.listen(0, "127.0.0.1");
		await once(server, "listening");
		open.push(server);
		// A plain dialogue with it gets no greeting: it waits for our hello.
		const { codes } = await check((server.address() as { port: number }).port);
		expect(codes).toContain("no-greeting");
	});

	it("says that a name does not exist", async () => {
		const { verdict, codes } = await check(25, "no-such-host.invalid");
		expect(codes[0]).toMatch(/^(?:name-not-found|lookup-timeout|lookup-failed)$/);
		expect(verdict.cause).toMatch(/^name-/);
	});
});
