/** A hub under alert rules, for tests: its clock stands still, its engine looks when it is told to. */
import type { Alert, AlertRule, AlertRuleDraft, AlertsAnswer } from "@mailtrail/core/wire";
import { batchesOf } from "./mail-traffic.ts";
import { startHub, type TestHub, type TestOptions } from "./test-hub.ts";

export const START = Date.parse("2026-03-02T08:00:00.000Z");
export const MINUTE = 60_000;

const said = (words: string) => `host mx[192.0.2.9] said: ${words} (in reply to RCPT TO command)`;
const ANSWERS = {
	sent: { dsn: "2.0.0", status: "sent", text: "250 2.0.0 Ok: queued as 4XYZ" },
	deferred: { dsn: "4.7.0", status: "deferred", text: said("421 4.7.0 Try again later") },
	bounced: { dsn: "5.1.1", status: "bounced", text: said("550 5.1.1 User unknown") },
	listed: {
		dsn: "5.7.1",
		status: "bounced",
		text: said("554 5.7.1 Service unavailable; Client host [192.0.2.7] blocked using zen.spamhaus.org"),
	},
};

/** `count` tries towards a domain within the minute from `at`, as Postfix writes them. */
export function tries(
	at: number,
	domain: string,
	count: number,
	answer: keyof typeof ANSWERS,
	user = "kato",
): string[] {
	return Array.from({ length: count }, (_, n) => {
		const time = (ms: number) => new Date(at + n * 400 + ms).toISOString().replace("Z", "+00:00");
		const id = `A${(at / 1000 + n * 100_000).toString(16).toUpperCase()}${domain.length}`;
		const { dsn, status, text } = ANSWERS[answer];
		return [
			`${time(0)} mx postfix/smtpd[9]: ${id}: client=web[192.0.2.7], sasl_method=PLAIN, sasl_username=${user}`,
			`${time(1)} mx postfix/cleanup[9]: ${id}: message-id=<${id}@example.org>`,
			`${time(2)} mx postfix/qmgr[2]: ${id}: from=<${user}@example.org>, size=900, nrcpt=1 (queue active)`,
			`${time(3)} mx postfix/smtp[9]: ${id}: to=<u@${domain}>, relay=mx.${domain}[192.0.2.9]:25, delay=1, delays=0/0/0/1, dsn=${dsn}, status=${status} (${text})`,
		];
	}).flat();
}

export function draft(rule: Partial<AlertRuleDraft>): AlertRuleDraft {
	return {
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
	};
}

export class AlertWorld {
	hub: TestHub;
	now = START;
	#part = 0;

	private constructor(hub: TestHub) {
		this.hub = hub;
	}

	static async start(options: TestOptions = {}): Promise<AlertWorld> {
		let now = () => START;
		const world = new AlertWorld(await startHub({ now: () => now(), ...options }));
		now = () => world.now;
		return world;
	}

	/** Log lines of the host `mx`, in the store. */
	async deliver(lines: string[]): Promise<void> {
		const agent = await this.hub.agent("mx");
		await agent.deliver(batchesOf(lines, 500, `/var/log/mail.${this.#part++}`));
		agent.socket.close();
		await this.hub.store.settled();
	}

	async send<T>(method: "POST" | "PUT" | "DELETE", path: string, payload: object): Promise<T> {
		const { cookie, origin } = this.hub;
		const headers = { cookie, origin, host: new URL(origin).host };
		const answer = await this.hub.app.inject({ method, path, payload, headers });
		if (answer.statusCode !== 200) throw new Error(answer.body);
		return answer.json();
	}

	addRule(rule: Partial<AlertRuleDraft>): Promise<AlertRule> {
		return this.send("POST", "/api/alerts/rules", draft(rule));
	}

	async alerts(state: "firing" | "all" = "firing"): Promise<Alert[]> {
		return (await this.hub.get<AlertsAnswer>(`/api/alerts?state=${state}`)).alerts;
	}

	/** One look of the engine at a time. */
	async look(at: number): Promise<void> {
		this.now = at;
		await this.hub.app.alertEngine.look();
	}
}
