import { globSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { MailEvent } from "@mailtrail/core/event";
import { foldQueue, joinHops, type LocatedEvent, queueKeys } from "@mailtrail/core/trace";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namesIn, keepsMeaning } from "./event-names.ts";
import { hideEvent } from "./hide-line.ts";
import { hidden, pseudonyms, sent } from "./hiding.testing.ts";

const REPOSITORY = resolve(import.meta.dirname, "../../../..");
const bob = pseudonyms.local("bob");
const head = "Nov 22 10:00:01 mx ";

const rawOf = (line: string) => hidden([line])[0]?.raw;

describe("a person in a line", () => {
	it.each([
		[
			"in the fields",
			"postfix/smtp[1]: 4BA7C2BA386: to=<bob@b.example>, orig_to=<Bob@b.example>, relay=none, delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to b.example[192.0.2.1]:25: Connection timed out)",
		],
		[
			"in a reply that repeats the address",
			'postfix/smtp[1]: 4BA7C2BA386: to=<a@b.example>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced (host mx[192.0.2.1] said: 550 5.1.1 <bob@b.example>: user "bob@b.example" unknown (in reply to RCPT TO command))',
		],
		[
			"in a reply that repeats the name alone",
			"postfix/smtp[1]: 4BA7C2BA386: to=<bob@b.example>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced (host mx[192.0.2.1] said: 550 5.1.1 No mailbox here for BOB, sorry (in reply to RCPT TO command))",
		],
		[
			"in a link within a reply",
			"postfix/smtp[1]: 4BA7C2BA386: to=<x@b.example>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.7.1, status=bounced (host mx[192.0.2.1] said: 550 5.7.1 see https://b.example/why?who=bob%40b.example&id=1 (in reply to RCPT TO command))",
		],
		[
			"under a returning sender's address",
			"postfix/qmgr[1]: 4BA7C2BA386: from=<bounces+bob=b.example@list.example>, size=1, nrcpt=1 (queue active)",
		],
		[
			"under a rewritten sender's address",
			"postfix/qmgr[1]: 4BA7C2BA386: from=<SRS0=HHH=TT=b.example=bob@fwd.example>, size=1, nrcpt=1 (queue active)",
		],
		[
			"in quotes",
			'postfix/smtpd[1]: NOQUEUE: reject: RCPT from x[192.0.2.1]: 554 5.7.1 <"bob"@b.example>: Relay access denied; from=<a@a.example> to=<"bob"@b.example> proto=ESMTP helo=<x>',
		],
		[
			"as a login",
			"postfix/smtpd[1]: 4BA7C2BA386: client=x[192.0.2.1], sasl_method=PLAIN, sasl_username=bob",
		],
		[
			"as the user of a failed login",
			"postfix/smtpd[1]: warning: x[192.0.2.1]: SASL LOGIN authentication failed: UGFzc3dvcmQ6, sasl_username=bob",
		],
		["as a local user", "postfix/pickup[1]: 4BA7C2BA386: uid=1000 from=<bob>"],
		["in a line that was cut off", "postfix/qmgr[1]: 4BA7C2BA386: from=<bob"],
		[
			"in what a client sent in place of commands",
			"postfix/smtpd[1]: warning: non-SMTP command from x[192.0.2.1]: From: Bob Smith <bob@b.example>",
		],
		[
			"as the user of sendmail's warnings",
			"sendmail[433]: 6AM7Y2JU000433: Authentication-Warning: edge.corp.example: bob set sender to other@x.example using -f",
		],
		[
			"in a reply about another",
			"postfix/smtp[1]: 4BA7C2BA386: to=<u@b.example>, relay=mx[192.0.2.1]:25, delay=1, delays=0/0/1/0, dsn=5.1.1, status=bounced (host mx[192.0.2.1] said: 550 5.1.1 Unknown user: bob (in reply to RCPT TO command))",
		],
		[
			"in a path",
			"postfix/local[1]: 4BA7C2BA386: to=<u@b.example>, relay=local, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to file: /home/bob/mail)",
		],
		[
			"in dovecot's brackets",
			"dovecot: lmtp(bob)<12><abc>: sieve: msgid=<1@x>: stored mail into mailbox 'INBOX'",
		],
		["in dovecot's user data bases", "dovecot: auth: passwd-file(bob,192.0.2.1,<abc>): Password mismatch"],
		[
			"in sendmail's controlling address",
			"sendmail[1]: 6AM80200000702: to=x@b.example, ctladdr=bob (1000/1000), delay=00:00:01, mailer=esmtp, stat=Deferred",
		],
		["in an alias of sendmail's", "sm-mta[1]: 6AM80200000702: alias list => bob"],
		[
			"in a header",
			"postfix/cleanup[1]: 4BA7C2BA386: info: header To: Bob Smith <bob@b.example> from x[192.0.2.1]; from=<a@a.example> to=<u@b.example> proto=ESMTP helo=<x>",
		],
		[
			"as display name",
			'postfix/cleanup[1]: 4BA7C2BA386: info: header From: "Bob" <x@b.example> from x[192.0.2.1]; from=<a@a.example> to=<u@b.example> proto=ESMTP helo=<x>',
		],
		["in a Message-ID", "postfix/cleanup[1]: 4BA7C2BA386: message-id=<bob.1@b.example>"],
		["in another program's line", "sshd[1]: Failed password for bob from 192.0.2.1 port 22 ssh2"],
		["in a line that nobody can read", "bob"],
		["where a line that names no program might have its host", "2026-11-22T10:00:01Z bob said so"],
	])("is hidden %s", (_, line) => {
		const [event] = hidden([/^(?:bob$|20)/.test(line) ? line : head + line]);
		expect(JSON.stringify(event).toLowerCase()).not.toMatch(/(?<![a-z2-7])bob(?![a-z2-7])/);
		expect(JSON.stringify(event)).not.toContain("Smith");
	});

	it("has one pseudonym wherever it stands, and the domain stays", () => {
		expect(rawOf(`${head}postfix/pickup[1]: 4BA7C2BA386: uid=1000 from=<bob>`)).toContain(`from=<${bob}>`);
		expect(
			rawOf(`${head}postfix/qmgr[1]: 4BA7C2BA386: from=<Bob@b.example>, size=1, nrcpt=1 (queue active)`),
		).toContain(`from=<${bob}@b.example>`);
		expect(
			rawOf(
				`${head}postfix/qmgr[1]: 4BA7C2BA386: from=<bounces+bob=b.example@l.example>, size=1, nrcpt=1 (queue active)`,
			),
		).toContain(`${bob}=`);
	});

	it("is hidden in journald's entries, in bytes too", () => {
		const said = "4BA7C2BA386: from=<bob@b.example>, size=1, nrcpt=1 (queue active)";
		const entry = { __REALTIME_TIMESTAMP: "1795324800000000", SYSLOG_IDENTIFIER: "postfix/qmgr", _PID: "1" };
		for (const MESSAGE of [said, [...Buffer.from(said)]]) {
			const [event] = hidden([JSON.stringify({ ...entry, MESSAGE })]);
			expect(event).toMatchObject({ kind: "queued", sender: `${bob}@b.example` });
			expect(event?.raw).toContain(bob);
			expect(event?.raw).not.toMatch(/bob@|98,111,98/);
		}
	});

	it("is hidden in what a mailbox's bounces say", () => {
		const event: MailEvent = {
			kind: "bounce-report",
			raw: "bounce in /var/mail/apache: to=<bob@b.example>, status=5.1.1, 550 5.1.1 bob is unknown here",
			program: "bounce",
			recipient: "bob@b.example",
			dsn: "5.1.1",
			reply: { code: 550, text: "bob is unknown here" },
		};
		const told = hideEvent(event, pseudonyms);
		expect(told).toMatchObject({
			recipient: `${bob}@b.example`,
			dsn: "5.1.1",
			reply: { text: `${bob} is unknown here` },
		});
		expect(JSON.stringify(told)).not.toContain("bob");
	});
});

describe("a subject", () => {
	const secret = 'Re: the "secret" of <Bob>';
	const shown = pseudonyms.subject(secret);
	it.each([
		[
			"Postfix's header checks",
			`postfix/cleanup[1]: 4BA7C2BA386: warning: header Subject: ${secret} from x[192.0.2.1]; from=<a@a.example> to=<u@b.example> proto=ESMTP helo=<x>: seen ${secret}`,
		],
		[
			"amavis's template",
			`amavis[1]: (1-1) Passed CLEAN {RelayedInbound}, [192.0.2.1]:5 [192.0.2.1] ESMTP/ESMTP <a@x.example> -> <b@y.example>, (ESMTP://[192.0.2.1]:5), Queue-ID: D7A6A56C6A4, Message-ID: <m@x.example>, mail_id: ssJXBc3-8BXq, b: Eva7GUHfZ, Hits: 1.3, size: 352, queued_as: C37322B0320, Subject: "${secret}", From: <a@x.example>, helo=h.example, Tests: [], autolearn=no autolearn_force=no, 10 ms`,
		],
		[
			"clamav-milter",
			`clamav-milter[1]: Message AD6402B010A from <a@x> to <b@y> with subject '${secret}' message-id '<m@x>' date 'Sun, 22 Nov 2026' infected by Eicar`,
		],
		[
			"dovecot's mail_log",
			`dovecot: lmtp(b@y)<1><abc>: save: box=INBOX, uid=3, msgid=<a@x>, size=618, from=b@y, subject=${secret}`,
		],
		[
			"sendmail's milters",
			`sm-mta[1]: 6AM80200000702: Milter change: header Subject: from ${secret} to [x] ${secret}`,
		],
		["a place that nobody listed", `rspamd[1]: <abc>; task; x: Subject: ${secret}`],
	])("is hidden in %s", (_, line) => {
		const [event] = hidden([head + line]);
		expect(JSON.stringify(event)).not.toMatch(/secret|Bob/);
	});

	it("is the same one for the same words", () => {
		const line = `2026-11-22 07:33:30 1xV24o-00001M-00 <= a@x H=h [192.0.2.1] P=esmtp S=2 id=1@x T="${secret.replaceAll('"', '\\"')}" from <a@x> for b@y`;
		expect(hidden([line])[0]?.raw).toMatch(/T="s[a-z2-7]{12}" from </);
		const header = `${head}postfix/cleanup[1]: 4BA7C2BA386: warning: header Subject: ${secret} from x[192.0.2.1]; from=<a@a.example> to=<u@b.example> proto=ESMTP helo=<x>: seen`;
		expect(hidden([header])[0]).toMatchObject({ kind: "header", header: { name: "Subject", value: shown } });
	});
});

/** Every recorded line of every mail server and filter that core is tested with. */
const recorded = globSync("packages/core/src/golden/*/*/input.log", { cwd: REPOSITORY }).flatMap((path) =>
	readFileSync(join(REPOSITORY, path), "utf8").split("\n").filter(Boolean),
);

describe("recorded lines", () => {
	it("say the same with pseudonyms as without", () => {
		const [before, after] = [sent(recorded), hidden(recorded)];
		const changed = before.filter((event, i) => event.kind !== "unparsed" && !keepsMeaning(event, after[i]!));
		expect(changed.map(({ raw }) => raw)).toEqual([]);
		expect(recorded.length).toBeGreaterThan(2_500);
	}, 60_000);

	it("show no local part, whatever it is, in nothing that is sent", () => {
		const events = sent(recorded).filter((event) => namesIn(event).length > 0);
		const odd = fc.stringMatching(/^[a-z0-9!#$&'*?^_`{|}~.äß字-]{7,14}$/);
		const quoted = fc
			.stringMatching(/^[a-z <>,;:()@[\]-]{7,14}$/)
			.map((text) => `"${text.replaceAll('"', "")}"`);
		const name = fc.oneof(
			{ weight: 3, arbitrary: fc.stringMatching(/^[a-z][a-z0-9._-]{5,12}[a-z]$/) },
			odd,
			quoted,
		);
		let tried = 0;
		fc.assert(
			fc.property(
				fc.constantFrom(...events),
				fc.array(name, { minLength: 4, maxLength: 4 }),
				(event, made) => {
					const written = new Map<string, string>();
					for (const [i, each] of namesIn(event).slice(0, 4).entries()) {
						const local = each.includes("@") ? each.slice(0, each.lastIndexOf("@")) : each;
						written.set(local, made[i]!);
					}
					let line = event.raw;
					for (const [local, fresh] of written) {
						line = line.replaceAll(
							new RegExp(`(?<=[<\\s"=(:,])${local.replaceAll(/[^\w]/g, "\\$&")}(?=@)`, "g"),
							() => fresh,
						);
					}
					// only what the parser itself still takes for the same kind of line is that line
					const [before] = sent([line]);
					if (before?.kind !== event.kind) return;
					const present = [...written.values()].filter((fresh) =>
						namesIn(before).some((each) => each.startsWith(`${fresh}@`)),
					);
					const text = JSON.stringify(hidden([line])).toLowerCase();
					for (const fresh of present) {
						tried++;
						expect(text).not.toContain(JSON.stringify(fresh).slice(1, -1).toLowerCase());
					}
				},
			),
			{ numRuns: Number(process.env.PRIVACY_RUNS ?? 1_500) },
		);
		expect(tried).toBeGreaterThan(500);
	}, 60_000);
});

const CHAIN = join(REPOSITORY, "samples/relay-chain");

function trace(read: (lines: string[]) => MailEvent[]) {
	const byKey = new Map<string, LocatedEvent[]>();
	for (const host of readdirSync(CHAIN, { withFileTypes: true }).filter((each) => each.isDirectory())) {
		const lines = readFileSync(join(CHAIN, host.name, "mail.log"), "utf8")
			.trim()
			.split("\n");
		for (const [i, event] of read(lines).entries()) {
			const located = { host: host.name, ref: `${host.name}:${i}`, order: i, event };
			for (const key of queueKeys(host.name, event)) byKey.set(key, [...(byKey.get(key) ?? []), located]);
		}
	}
	return joinHops([...byKey].flatMap(([key, own]) => foldQueue(key, own)));
}

it("journeys over eight recorded hosts are the same ones, under pseudonyms", () => {
	const way = (hide: (address: string) => string) => (journeys: ReturnType<typeof trace>) =>
		journeys
			.flatMap((journey) =>
				journey.recipients.map(
					({ recipient, original, outcome, mailbox, path }) =>
						`${hide(recipient).toLowerCase()} ${hide(original ?? "").toLowerCase()} ${outcome} ${mailbox ?? ""} ${path.map(({ host, queueId, link }) => `${host}:${queueId}:${link?.via ?? ""}`).join(">")}`,
				),
			)
			.sort();
	const wanted = way((address) =>
		address === "" || address.startsWith("|") ? address : pseudonyms.address(address),
	)(trace((lines) => sent(lines)));
	expect(way((address) => address)(trace(hidden))).toEqual(wanted);
	expect(wanted.length).toBeGreaterThan(100);
});
